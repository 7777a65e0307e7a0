use countersign_testkit::bird::BirdCloud;
use serde_json::{Value, json};

use crate::client::{Caller, email, sms, whatsapp};

const PHONE: &str = "+31612345678";

/// Puts a value into a message, or takes one out of it.
fn changed(mut message: Value, parent: &str, name: &str, value: Option<Value>) -> Value {
    let fields = message.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    match value {
        Some(value) => fields.insert(name.to_owned(), value),
        None => fields.remove(name),
    };
    message
}

async fn details(platform_id: &str, message: &Value) -> Value {
    let bird = BirdCloud::start(1);
    let channel = bird.add_channel(platform_id, "Us");
    let answer = Caller::of(&bird).send(channel, message).await;
    assert_eq!((answer.status, &answer.body["code"]), (422, &json!("InvalidPayload")), "{message}");
    assert_eq!(answer.body["message"], "One or more fields provided in the request body are malformed");
    assert!(bird.messages().is_empty(), "what is refused is not kept");
    answer.body["details"].clone()
}

#[tokio::test]
async fn an_unknown_type_of_body_is_refused_in_the_words_of_a_live_answer() {
    let message = changed(sms(PHONE, "x", "r"), "/body", "type", Some(json!("interactive")));
    assert_eq!(
        details("sms", &message).await[".body.type"][0],
        "Invalid value: \"interactive\", expected one of: \"text\", \"html\", \"image\", \"file\", \"gif\", \
         \"location\", \"carousel\", \"list\", \"section\", \"authentication\", \"template\", \"action\""
    );
}

#[tokio::test]
async fn a_contact_with_a_list_is_refused_in_the_words_of_a_live_answer() {
    let message = changed(sms(PHONE, "x", "r"), "/receiver/contacts/0", "listId", Some(json!("l")));
    assert_eq!(
        details("sms", &message).await,
        json!({ ".receiver.contacts[0]": ["property \"listId\" is unsupported"] })
    );
    let message = changed(sms(PHONE, "x", "r"), "/receiver", "contacts", Some(json!({})));
    assert_eq!(details("sms", &message).await, json!({ ".receiver.contacts": ["value must be an array"] }));
}

#[tokio::test]
async fn whatever_the_schema_does_not_name_or_admit_is_refused_with_its_path() {
    let text = || sms(PHONE, "x", "r");
    let wa = || whatsapp(PHONE, "123456");
    let one = "/receiver/contacts/0";
    let cases = [
        (changed(text(), "", "to", Some(json!("x"))), ".", "property \"to\" is unsupported"),
        (changed(text(), "", "receiver", None), ".receiver", "property \"receiver\" is missing"),
        (changed(text(), "", "reference", Some(json!(7))), ".reference", "value must be a string"),
        (changed(text(), "", "body", None), ".body", "property \"body\" is missing"),
        (changed(text(), "/body", "type", None), ".body.type", "property \"type\" is missing"),
        (changed(text(), "/body", "text", None), ".body.text", "property \"text\" is missing"),
        (changed(text(), "/body/text", "text", None), ".body.text.text", "property \"text\" is missing"),
        (changed(text(), "/body", "html", Some(json!({}))), ".body", "property \"html\" is unsupported"),
        (changed(text(), one, "identifierValue", None), ".receiver.contacts[0].identifierValue", "property"),
        (changed(text(), one, "identifierValue", Some(json!(""))), ".receiver.contacts[0].identifierValue", "minimum"),
        (changed(text(), "/receiver", "contacts", Some(json!([]))), ".receiver.contacts", "minimum number of items"),
        (changed(text(), "", "template", Some(wa()["template"].clone())), ".template", "set body, or only template"),
        (changed(text(), "/body", "template", Some(json!({}))), ".body", "property \"template\" is unsupported"),
        (changed(text(), "", "sender", Some(json!({ "name": "x" }))), ".sender", "property \"name\" is unsupported"),
        (
            changed(wa(), "/template", "language", Some(json!("en"))),
            ".template",
            "property \"language\" is unsupported",
        ),
        (changed(wa(), "/template", "projectId", None), ".template.projectId", "property \"projectId\" is missing"),
        (
            changed(wa(), "/template/parameters/0", "type", Some(json!("text"))),
            ".template.parameters[0].type",
            "Invalid value: \"text\", expected one of: \"string\", \"number\", \"boolean\"",
        ),
        (json!([]), ".", "value must be an object"),
    ];
    for (message, path, fault) in cases {
        let details = details("sms", &message).await;
        let said = details[path][0].as_str().unwrap_or_default();
        assert!(said.starts_with(fault), "{path} {fault}: {details}");
    }
}

#[tokio::test]
async fn a_key_of_another_kind_of_address_is_refused() {
    let path = ".receiver.contacts[0].identifierKey";
    let fault = details("sms", &email("a@b.example", "123456")).await[path][0].clone();
    assert_eq!(fault, "Invalid value: \"emailaddress\", expected one of: \"phonenumber\"");
    let fault = details("email", &sms(PHONE, "123456", "r")).await[path][0].clone();
    assert_eq!(fault, "Invalid value: \"phonenumber\", expected one of: \"emailaddress\"");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let bird = BirdCloud::start(2);
    let channel = bird.add_channel("sms", "Us");
    let request = Caller::of(&bird).request(reqwest::Method::POST, &format!("channels/{channel}/messages"));
    let response = request.body("{\"receiver\":").send().await.expect("an answer");
    assert_eq!(response.status(), 422);
}

#[tokio::test]
async fn the_key_of_an_address_may_be_left_out() {
    let bird = BirdCloud::start(3);
    let channel = bird.add_channel("sms", "Us");
    let message = changed(sms(PHONE, "x", "r"), "/receiver/contacts/0", "identifierKey", None);
    assert_eq!(Caller::of(&bird).send(channel, &message).await.status, 202);
}
