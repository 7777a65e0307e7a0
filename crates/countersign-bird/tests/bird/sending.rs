//! What a dispatch looks like when it leaves.

use countersign::{
    CustomPlatform, Identity, MessageId, Platform, Receipt, Route, Sender, Step, TemplateRule, Transport as _,
    address::AddressKind,
};
use countersign_api::TemplateRecord;
use countersign_bird::{AcceptedMessage, SenderFormat};
use countersign_testkit::fixtures::{self, channel, full_template, mail, navigator, sms, whatsapp};
use serde_json::{Value, json};

use crate::fixture;
use crate::server::{Server, answer};
use crate::test_client::{KEY, WORKSPACE, client, dispatch, from, messages, of, record, send, transport};

async fn sent(step: Step) -> (Value, countersign::Dispatch) {
    let server = Server::start().await;
    let dispatch = of(&record(7, step));
    transport(&server).send(&dispatch).await.unwrap();
    (server.only().json(), dispatch)
}

#[tokio::test]
async fn a_text_message_goes_to_its_channel_with_key_and_reference() {
    let server = Server::start().await;
    send(&transport(&server), 7).await.unwrap();
    let request = server.only();
    let dispatch = dispatch(7);
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, format!("/workspaces/{WORKSPACE}/channels/{}/messages", channel(1)));
    assert_eq!(request.header("authorization"), [format!("AccessKey {KEY}")]);
    assert_eq!(request.header("content-type"), ["application/json"]);
    assert_eq!(request.header("accept"), ["application/json"]);
    let sms = messages().sms(&dispatch);
    assert_eq!(
        request.json(),
        json!({
            "receiver": { "contacts": [
                { "identifierKey": "phonenumber", "identifierValue": fixtures::phone_number(7).to_e164() },
            ] },
            "reference": dispatch.reference().to_string(),
            "body": { "type": "text", "text": { "text": sms.body() } },
        })
    );
    assert!(sms.body().contains(dispatch.code().expose()));
}

#[tokio::test]
async fn a_message_is_found_by_birds_id_where_the_host_says_so() {
    let message_id = MessageId::new("5d6ac2ad-8cd3-4b0b-8f0a-2f1d2b5a8c11").unwrap();
    let (server, dispatch) = (Server::start().await, dispatch(7));
    server.then([202, 202].map(|status| answer(status, &fixture::text("accepted.json"))));
    let by_reference = Receipt::ByReference { message_id: Some(message_id.clone()) };
    assert_eq!(transport(&server).send(&dispatch).await, Ok(by_reference));
    let finding = transport(&server).with_reports_by_message_id();
    assert_eq!(finding.send(&dispatch).await, Ok(Receipt::ByMessageId { message_id }));
    server.then([answer(202, "{}")]);
    assert_eq!(finding.send(&dispatch).await, Ok(Receipt::ByReference { message_id: None }));
}

#[tokio::test]
async fn a_request_is_written_as_it_is_sent_and_shows_no_secret() {
    let (server, dispatch) = (Server::start().await, dispatch(7));
    let transport = transport(&server);
    let request = transport.request(&dispatch).unwrap();
    transport.send(&dispatch).await.unwrap();
    let arrived = server.only();
    assert_eq!(request.url, format!("{}{}", server.url(), arrived.target));
    assert_eq!(request.body, arrived.body);
    assert!(!format!("{request:?}").contains(dispatch.code().expose()));
}

#[tokio::test]
async fn an_email_has_html_text_and_subject() {
    let (body, dispatch) = sent(mail()).await;
    let email = messages().email(&dispatch);
    assert_eq!(
        body["receiver"]["contacts"],
        json!([{ "identifierKey": "emailaddress", "identifierValue": fixtures::email_address(7).as_str() }])
    );
    assert_eq!(
        body["body"],
        json!({ "type": "html", "html": {
            "html": email.html(), "text": email.text(), "metadata": { "subject": email.subject() },
        } })
    );
    assert_eq!(body.get("template"), None);
}

#[tokio::test]
async fn a_whatsapp_template_is_whole_and_has_the_code_as_parameter() {
    let (body, dispatch) = sent(whatsapp()).await;
    let mut expected = serde_json::to_value(TemplateRecord::from(&full_template())).unwrap();
    // What is not there is left out, and is never `null`.
    expected["attachments"][1] = json!({});
    let code = json!({ "type": "string", "key": "code", "value": dispatch.code().expose() });
    expected["parameters"].as_array_mut().unwrap().push(code);
    assert_eq!(body["template"], expected);
    assert_eq!(body.get("body"), None);
}

#[tokio::test]
async fn a_template_of_an_email_goes_in_place_of_our_words() {
    let (body, dispatch) = sent(mail().with_template(full_template())).await;
    assert_eq!(body["template"]["variables"]["code"], dispatch.code().expose());
    assert_eq!(body.get("body"), None);
}

#[tokio::test]
async fn a_template_that_names_little_says_little() {
    let template = countersign::Template { name: Some("otp".to_owned()), ..Default::default() };
    let (body, dispatch) =
        sent(Step::new(Route::Channel(channel(2)), Platform::WhatsApp).with_template(template)).await;
    let code = json!({ "type": "string", "key": "code", "value": dispatch.code().expose() });
    assert_eq!(body["template"], json!({ "name": "otp", "parameters": [code] }));
}

#[tokio::test]
async fn a_platform_of_the_host_gets_a_text() {
    let custom = CustomPlatform::new("pager", AddressKind::Phone, TemplateRule::Forbidden).unwrap();
    let (body, dispatch) = sent(Step::new(Route::Channel(channel(9)), Platform::Custom(custom.into()))).await;
    let text = body["body"]["text"]["text"].as_str().unwrap();
    assert!(text.contains(dispatch.code().expose()), "{text}");
}

#[tokio::test]
async fn a_navigator_of_bird_has_its_own_path() {
    let server = Server::start().await;
    let record = record(7, Step::new(Route::Navigator(navigator(4)), Platform::Sms));
    transport(&server).send(&of(&record)).await.unwrap();
    assert_eq!(server.only().target, format!("/workspaces/{WORKSPACE}/navigators/{}/messages", navigator(4)));
}

#[tokio::test]
async fn a_service_may_call_its_workspaces_as_bird_does() {
    let server = Server::start().await;
    let transport = client(&server).build().unwrap().transport_per_workspace(messages());
    let dispatch = dispatch(7);
    transport.send(&dispatch).await.unwrap();
    assert!(server.only().target.starts_with(&format!("/workspaces/{}/channels/", dispatch.workspace())));
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let server = Server::start().await;
    for path in ["/gateway/bird", "/gateway/bird/"] {
        let client = client(&server).base_url(server.url() + path).build().unwrap();
        client.transport(WORKSPACE, messages()).send(&dispatch(7)).await.unwrap();
    }
    for request in server.arrived() {
        assert!(request.target.starts_with("/gateway/bird/workspaces/"), "{}", request.target);
    }
}

#[tokio::test]
async fn a_sender_is_told_in_the_form_that_was_chosen() {
    let connector = |value: &str, name: Option<&str>| match name {
        Some(name) => json!({ "connector": { "identifierValue": value, "annotations": { "name": name } } }),
        None => json!({ "connector": { "identifierValue": value } }),
    };
    let mailbox = "Acme Codes <codes@acme.example>";
    for (sender, form, expected) in [
        ("Acme", SenderFormat::Whole, connector("Acme", None)),
        ("+3197010281234", SenderFormat::LocalPart, connector("+3197010281234", None)),
        (mailbox, SenderFormat::Whole, connector("codes@acme.example", Some("Acme Codes"))),
        (mailbox, SenderFormat::LocalPart, connector("codes", Some("Acme Codes"))),
        ("codes@acme.example", SenderFormat::Whole, connector("codes@acme.example", None)),
        (mailbox, SenderFormat::Omitted, Value::Null),
    ] {
        let server = Server::start().await;
        let step = if sender.contains('@') { mail() } else { sms() };
        let identity = Identity { sender: Some(Sender::parse(sender).unwrap()), ..Identity::default() };
        let dispatch = from(&record(7, step), &identity);
        transport(&server).with_sender_form(form).send(&dispatch).await.unwrap();
        assert_eq!(server.only().json()["sender"], expected, "{sender} as {form:?}");
    }
}

#[tokio::test]
async fn the_receipt_names_the_message_and_waits_for_reports_on_our_reference() {
    let server = Server::start().await;
    server.then([answer(202, &fixture::text("accepted.json"))]);
    let receipt = send(&transport(&server), 7).await.unwrap();
    let message_id = AcceptedMessage::parse(fixture::text("accepted.json").as_bytes()).message_id;
    assert_eq!(message_id.as_ref().unwrap().to_string(), "5d6ac2ad-8cd3-4b0b-8f0a-2f1d2b5a8c11");
    assert_eq!(receipt, Receipt::ByReference { message_id });
}

#[tokio::test]
async fn every_try_has_the_same_reference_and_body() {
    let server = Server::start().await;
    server.then([answer(500, "{}"), answer(429, "{}")]);
    let (transport, record) = (transport(&server), record(7, sms()));
    for _ in 0..3 {
        let _ = transport.send(&of(&record)).await;
    }
    let bodies: Vec<_> = server.arrived().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
}
