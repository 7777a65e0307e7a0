use countersign_testkit::bird::{BirdCloud, MessageFate, MessageFilter, Status};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::client::{Caller, answered, email, sms, whatsapp};

const PHONE: &str = "+31612345678";

#[tokio::test]
async fn a_message_is_accepted_first_and_gets_its_states_later() {
    let bird = BirdCloud::start(1);
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms-messagebird", "Us"));
    let answer = caller.send(channel, &sms(PHONE, "Your code is 123456.", "r-1")).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.body["status"], "accepted");
    assert_eq!(answer.body["direction"], "outgoing");
    assert_eq!(answer.body["channelId"], json!(channel));
    assert_eq!(answer.body["reference"], "r-1");
    let id: Uuid = answer.body["id"].as_str().expect("an id").parse().expect("a UUID");
    let path = format!("channels/{channel}/messages/{id}");
    assert_eq!(caller.get(&path).await.body, answer.body, "nothing has happened yet");
    bird.deliver_now().await;
    let now = caller.get(&path).await;
    assert_eq!((now.status, &now.body["status"]), (200, &json!("delivered")));
    let [message] = &bird.wait_for(1).await[..] else { panic!("one was sent") };
    assert_eq!((message.id(), message.channel(), message.to()), (id, channel, PHONE));
    assert_eq!((message.reference(), message.code(), message.platform()), (Some("r-1"), Some("123456"), "sms"));
    assert_eq!(message.status(), &Status::Delivered);
}

#[tokio::test]
async fn codes_are_found_in_templates_and_emails() {
    let bird = BirdCloud::start(2);
    let caller = Caller::of(&bird);
    let (wa, mail) = (bird.add_channel("whatsapp", "Us"), bird.add_channel("email-messagebird", "Us"));
    assert_eq!(caller.send(wa, &whatsapp(PHONE, "87654321")).await.status, 202);
    assert_eq!(caller.send(mail, &email("a@b.example", "0123456")).await.status, 202);
    let [first, second] = &bird.messages()[..] else { panic!("two were sent") };
    assert_eq!(
        (first.code(), first.parameter("code"), first.platform()),
        (Some("87654321"), Some("87654321"), "whatsapp")
    );
    assert!(first.template().is_some_and(|template| template["version"] == "latest"));
    assert_eq!((second.code(), second.subject(), second.platform()), (Some("0123456"), Some("Your code"), "email"));
    assert_eq!(second.html(), Some("<p>0123456</p>"));
    assert_eq!(second.to(), "a@b.example");
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_a_401_and_nothing_is_kept() {
    let bird = BirdCloud::start(3);
    let channel = bird.add_channel("sms", "Us");
    let path = format!("channels/{channel}/messages");
    let body = sms(PHONE, "123456", "r");
    let url = format!("{}/workspaces/{}/{path}", bird.url(), bird.workspace());
    let caller = Caller::of(&bird).with_key("another");
    let refused = caller.post(&path, &body).await;
    assert_eq!((refused.status, &refused.body["code"]), (401, &json!("Unauthorized")));
    for header in [format!("Bearer {}", bird.access_key()), bird.access_key().to_owned(), String::new()] {
        let response = reqwest::Client::new().post(&url).header("authorization", header).json(&body).send().await;
        assert_eq!(response.expect("an answer").status(), 401);
    }
    assert_eq!(reqwest::Client::new().post(&url).json(&body).send().await.expect("an answer").status(), 401);
    bird.errors_without_body();
    let response = caller.try_post(&path, &body).await.expect("an answer");
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(response.text().await.expect("a body"), "");
    assert!(bird.messages().is_empty());
    assert!(
        bird.requests().iter().all(|request| !request.authorized && !request.headers.contains_key("authorization"))
    );
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_a_404_and_other_services_a_403() {
    let bird = BirdCloud::start(4);
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms", "Us"));
    let other = bird.add_channel("sms", "Them");
    let id = caller.send(channel, &sms(PHONE, "123456", "r")).await.body["id"].as_str().expect("an id").to_owned();
    for path in [
        format!("channels/{}", Uuid::nil()),
        "channels/ch_123".to_owned(),
        format!("channels/{other}/messages/{id}"),
        format!("channels/{channel}/messages/{}", Uuid::nil()),
        "nothing".to_owned(),
    ] {
        assert_eq!(caller.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(caller.send(Uuid::nil(), &sms(PHONE, "123456", "r")).await.status, 404);
    assert_eq!(caller.get("contacts").await.status, 403);
    assert_eq!(caller.get(&format!("navigators/{}/messages", Uuid::nil())).await.status, 405);
    for workspace in ["ws_2xkq", "00000000-0000-0000-0000-000000000000"] {
        let url = format!("{}/workspaces/{workspace}/channels", bird.url());
        let key = format!("AccessKey {}", bird.access_key());
        let response = reqwest::Client::new().get(url).header("authorization", key).send().await;
        assert_eq!(answered(response.expect("an answer")).await.status, 404, "{workspace}");
    }
}

#[tokio::test]
async fn a_navigator_chooses_an_active_sms_channel() {
    let bird = BirdCloud::start(5);
    let (caller, navigator) = (Caller::of(&bird), bird.add_navigator("OTP"));
    let path = format!("navigators/{navigator}/messages");
    bird.add_channel("whatsapp", "Us");
    let body = sms(PHONE, "123456", "r");
    assert_eq!(caller.post(&path, &body).await.status, 422, "there is nothing to choose");
    let channels = [bird.add_channel("sms-messagebird", "A"), bird.add_channel("sms-twilio", "B")];
    let off = bird.add_channel("sms-messagebird", "C");
    bird.deactivate(off);
    for _ in 0..16 {
        assert_eq!(caller.post(&path, &body).await.status, 202);
    }
    let chosen: Vec<_> = bird.messages().iter().map(|message| (message.navigator(), message.channel())).collect();
    assert!(chosen.iter().all(|(by, channel)| *by == Some(navigator) && channels.contains(channel)));
    assert!(channels.iter().all(|channel| chosen.iter().any(|(_, chosen)| chosen == channel)), "each, sometimes");
    assert_eq!(caller.send(off, &body).await.status, 422, "a channel that is off takes nothing");
}

#[tokio::test]
async fn the_same_reference_twice_is_two_messages() {
    let bird = BirdCloud::start(6);
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms", "Us"));
    let first = caller.send(channel, &sms(PHONE, "123456", "same")).await;
    let second = caller.send(channel, &sms(PHONE, "123456", "same")).await;
    assert_ne!(first.body["id"], second.body["id"]);
    assert_eq!(bird.messages().len(), 2);
}

#[tokio::test]
async fn an_address_that_is_none_fails_after_its_202() {
    let bird = BirdCloud::start(7);
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms", "Us"));
    let answer = caller.send(channel, &sms("nobody", "123456", "r")).await;
    assert_eq!((answer.status, &answer.body["status"]), (202, &json!("accepted")));
    bird.settle().await;
    let failure = bird.messages()[0].status().failure().expect("it failed").clone();
    assert_eq!((failure.code, failure.source.as_str()), (11_002, "pre-processing"));
}

#[tokio::test]
async fn the_narrowest_fate_counts() {
    let bird = BirdCloud::start(8);
    let caller = Caller::of(&bird);
    let (a, b) = (bird.add_channel("sms", "A"), bird.add_channel("sms", "B"));
    bird.fate(MessageFilter::Address(PHONE.to_owned()), MessageFate::Read)
        .fate(MessageFilter::Channel(b), MessageFate::Sent);
    bird.fate(MessageFilter::Platform("sms"), MessageFate::Silent)
        .fate(MessageFilter::Everything, MessageFate::Delivered);
    bird.fate(MessageFilter::Address("+31600000002".to_owned()), MessageFate::These(vec![Status::Skipped]));
    for (channel, to) in [(a, "+31600000001"), (b, "+31600000001"), (b, PHONE), (a, "+31600000002")] {
        assert_eq!(caller.send(channel, &sms(to, "123456", "r")).await.status, 202);
    }
    bird.settle().await;
    let ends: Vec<_> = bird.messages().iter().map(|message| message.status().as_str().to_owned()).collect();
    assert_eq!(ends, ["accepted", "sent", "read", "skipped"]);
}

#[tokio::test]
async fn one_seed_gives_the_same_ids() {
    let ids = async |seed| {
        let bird = BirdCloud::start(seed);
        let channel = bird.add_channel("sms", "Us");
        let answer = Caller::of(&bird).send(channel, &sms(PHONE, "123456", "r")).await;
        (bird.workspace(), channel, answer.body["id"].clone())
    };
    assert_eq!(ids(9).await, ids(9).await);
    assert_ne!(ids(9).await, ids(10).await);
}

#[tokio::test]
async fn nothing_personal_and_no_code_shows_in_debug() {
    let bird = BirdCloud::start(11);
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms", "Us"));
    bird.webhook_to("http://127.0.0.1:9/hook", "the-signing-key");
    caller.send(channel, &sms(PHONE, "It is 918273.", "r")).await;
    caller.request(Method::GET, "channels").send().await.expect("an answer");
    bird.deliver_now().await;
    let shown = format!("{bird:?} {:?} {:?} {:?}", bird.messages(), bird.requests(), bird.deliveries());
    for secret in [PHONE, "918273", "the-signing-key", bird.access_key()] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
