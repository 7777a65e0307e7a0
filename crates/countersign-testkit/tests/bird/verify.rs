use std::sync::Arc;
use std::time::Duration;

use countersign_testkit::SteppedClock;
use countersign_testkit::bird::{BirdCloud, CarrierFailure, MessageFate, MessageFilter, ScriptedAnswer};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Answered, Caller};

const PHONE: &str = "+31612345678";

struct Service {
    bird: BirdCloud,
    caller: Caller,
    clock: SteppedClock,
    sms: Uuid,
}

impl Service {
    fn new(seed: u64) -> Self {
        let clock = SteppedClock::default();
        let bird = BirdCloud::start_by(seed, Arc::new(clock.clone()));
        let (caller, sms) = (Caller::of(&bird), bird.add_channel("sms-messagebird", "Us"));
        Self { bird, caller, clock, sms }
    }

    async fn start(&self, steps: Value) -> Value {
        let body = json!({ "identifier": { "phonenumber": PHONE, "emailaddress": "a@b.example" }, "steps": steps });
        let answer = self.caller.post("verify", &body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.body
    }

    async fn call(&self, verification: &Value, call: &str, body: &Value) -> Answered {
        let id = verification["id"].as_str().expect("an id");
        self.caller.post(&format!("verify/{id}{call}"), body).await
    }

    async fn read(&self, verification: &Value) -> Value {
        self.caller.get(&format!("verify/{}", verification["id"].as_str().expect("an id"))).await.body
    }

    fn code(&self) -> String {
        self.bird.messages().last().and_then(|message| message.code()).expect("a message with a code").to_owned()
    }

    fn wrong_code(&self) -> String {
        self.code().chars().map(|digit| if digit == '9' { '0' } else { '9' }).collect()
    }
}

#[tokio::test]
async fn a_verification_begins_with_one_message_and_ends_with_its_code() {
    let service = Service::new(1);
    let started = service.start(json!([{ "channelId": service.sms }])).await;
    assert_eq!(started["identifier"], json!({ "phonenumber": PHONE, "emailaddress": "a@b.example" }));
    assert_eq!(
        (&started["maxAttempts"], &started["timeout"], &started["codeLength"]),
        (&json!(3), &json!(600), &json!(6))
    );
    assert_eq!((&started["locale"], &started["status"]), (&json!("nl-NL"), &json!("pending")));
    let step = &started["steps"][0];
    assert_eq!((&step["channelId"], &step["identifier"]), (&json!(service.sms), &json!(PHONE)));
    let message = &service.bird.messages()[0];
    assert_eq!(step["attempts"][0]["messageId"], json!(message.id()));
    assert_eq!((message.channel(), message.to()), (service.sms, PHONE));

    let wrong = service.call(&started, "", &json!({ "code": service.wrong_code() })).await;
    assert_eq!((wrong.status, &wrong.body["code"]), (400, &json!("VerificationCodeMismatch")));
    assert_eq!(wrong.body["details"], json!({ "failedAttempts": 1, "remainingAttempts": 2 }));
    let right = service.call(&started, "", &json!({ "code": service.code() })).await;
    assert_eq!((right.status, &right.body["status"]), (200, &json!("verified")));
    assert_eq!(right.body["steps"][0]["attempts"][0]["verified"], true);
    let again = service.call(&started, "", &json!({ "code": service.code() })).await;
    assert_eq!((again.status, &again.body["code"]), (400, &json!("UnexpectedVerificationStatus")));
    assert_eq!(again.body["message"], "Unexpected Verification Status: verification already verified");
    assert_eq!(service.read(&started).await, right.body);
}

#[tokio::test]
async fn the_last_wrong_code_and_all_that_comes_after_it_say_so() {
    let service = Service::new(2);
    let started = service.start(json!([{ "channelId": service.sms }])).await;
    let wrong = json!({ "code": service.wrong_code() });
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(service.call(&started, "", &wrong).await.body["code"].clone());
    }
    codes.push(service.call(&started, "/resend", &json!({})).await.body["code"].clone());
    codes.push(service.call(&started, "/failover", &json!({})).await.body["code"].clone());
    assert_eq!(codes[..2], ["VerificationCodeMismatch", "VerificationCodeMismatch"]);
    assert!(codes[2..].iter().all(|code| code == "MaxAttemptsReached"), "{codes:?}");
    assert_eq!(service.read(&started).await["status"], "failed");
}

#[tokio::test]
async fn a_failed_whatsapp_message_fails_over_to_sms_by_itself() {
    let service = Service::new(3);
    let whatsapp = service.bird.add_channel("whatsapp", "Us");
    service
        .bird
        .fate(MessageFilter::Channel(whatsapp), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let template = json!({ "projectId": Uuid::from_u128(7), "version": "latest", "locale": "en" });
    let steps = json!([{ "channelId": whatsapp, "template": template }, { "channelId": service.sms }]);
    let started = service.start(steps).await;
    assert_eq!(started["steps"][0]["template"], template, "it is shown as it was given");
    let code = service.code();
    assert_eq!(service.bird.messages()[0].parameter("code"), Some(code.as_str()));
    service.bird.settle().await;
    let now = service.read(&started).await;
    assert_eq!(now["currentStepIndex"], 1);
    assert_eq!((&now["steps"][0]["status"], &now["steps"][1]["status"]), (&json!("failed"), &json!("delivered")));
    assert_eq!((service.bird.messages().len(), service.code()), (2, code), "the same code");
}

#[tokio::test]
async fn a_failed_sms_does_not_fail_over_to_sms() {
    let service = Service::new(4);
    let other = service.bird.add_channel("sms-other", "Us");
    service.bird.fate(MessageFilter::Everything, MessageFate::SendingFailed(CarrierFailure::network_error()));
    let started = service.start(json!([{ "channelId": service.sms }, { "channelId": other }])).await;
    service.bird.settle().await;
    let now = service.read(&started).await;
    assert_eq!((&now["currentStepIndex"], &now["steps"][1]["status"]), (&json!(0), &json!("unused")));
    assert_eq!(service.bird.messages().len(), 1);
    let moved = service.call(&started, "/failover", &json!({})).await;
    assert_eq!((moved.status, &moved.body["currentStepIndex"]), (202, &json!(1)));
    let past = service.call(&started, "/failover", &json!({})).await;
    assert_eq!((past.status, &past.body["code"]), (400, &json!("NoNextStep")));
}

#[tokio::test]
async fn a_resend_takes_an_empty_body_an_empty_object_or_a_step() {
    let service = Service::new(5);
    let started = service.start(json!([{ "channelId": service.sms }])).await;
    let code = service.code();
    let path = format!("verify/{}/resend", started["id"].as_str().expect("an id"));
    let empty = service.caller.request(reqwest::Method::POST, &path).send().await.expect("an answer");
    assert_eq!(empty.status(), 202);
    for body in [json!({}), json!({ "stepIndex": null }), json!({ "stepIndex": 0 })] {
        assert_eq!(service.call(&started, "/resend", &body).await.status, 202);
    }
    assert!(service.bird.messages().iter().all(|message| message.code() == Some(code.as_str())), "one code");
    assert_eq!(service.bird.messages().len(), 5);
    let more = service.call(&started, "/resend", &json!({})).await;
    assert_eq!((more.status, &more.body["code"]), (429, &json!("TooManyRequests")));
}

#[tokio::test]
async fn a_step_may_name_a_navigator_or_an_email_channel() {
    let service = Service::new(6);
    let (navigator, mail) = (service.bird.add_navigator("OTP"), service.bird.add_channel("email-messagebird", "Us"));
    let started = service.start(json!([{ "navigatorId": navigator }, { "channelId": mail }])).await;
    assert_eq!(started["steps"][0]["navigatorId"], json!(navigator));
    assert!(started["steps"][0].get("channelId").is_none());
    assert_eq!(service.bird.messages()[0].navigator(), Some(navigator));
    assert_eq!(service.call(&started, "/failover", &Value::Null).await.status, 422, "null is no object");
    assert_eq!(service.call(&started, "/failover", &json!({ "stepIndex": 1 })).await.status, 202);
    assert_eq!(service.bird.messages()[1].to(), "a@b.example");
}

#[tokio::test]
async fn a_malformed_start_is_refused_with_its_paths() {
    let service = Service::new(7);
    let good = json!({ "identifier": { "phonenumber": PHONE }, "steps": [{ "channelId": service.sms }] });
    let cases = [
        ("identifier", json!({}), ".identifier"),
        ("identifier", json!({ "phonenumber": "12" }), ".identifier.phonenumber"),
        ("identifier", json!({ "username": "x" }), ".identifier"),
        ("steps", json!([]), ".steps"),
        ("steps", json!([{ "channelId": "x" }]), ".steps[0].channelId"),
        ("steps", json!([{ "channelId": Uuid::nil() }]), ".steps[0].channelId"),
        ("steps", json!([{}]), ".steps[0]"),
        ("maxAttempts", json!(11), ".maxAttempts"),
        ("timeout", json!(29), ".timeout"),
        ("codeLength", json!(5), ".codeLength"),
        ("codeLength", json!("6"), ".codeLength"),
        ("locale", json!("not a locale"), ".locale"),
        ("surprise", json!(1), "."),
    ];
    for (name, value, path) in cases {
        let mut body = good.clone();
        body[name] = value;
        let answer = service.caller.post("verify", &body).await;
        assert_eq!((answer.status, &answer.body["code"]), (422, &json!("InvalidPayload")), "{path}");
        assert!(answer.body["details"][path].is_array(), "{path}: {answer:?}");
    }
    assert!(service.bird.messages().is_empty());
    let started = service.start(good["steps"].clone()).await;
    let short = service.call(&started, "", &json!({ "code": "123" })).await;
    assert_eq!((short.status, short.body["details"][".code"].is_array()), (422, true));
    assert_eq!(service.read(&started).await["failedAttempts"], 0, "nothing is charged for it");
}

#[tokio::test]
async fn an_unknown_verification_is_a_404_and_an_expired_one_says_so() {
    let service = Service::new(8);
    for id in [Uuid::nil().to_string(), "01890000-0000-7000-8000-000000000000".to_owned(), "vrf_1".to_owned()] {
        assert_eq!(service.caller.get(&format!("verify/{id}")).await.status, 404);
        assert_eq!(service.caller.post(&format!("verify/{id}"), &json!({ "code": "123456" })).await.status, 404);
    }
    let started = service.start(json!([{ "channelId": service.sms }])).await;
    service.clock.advance(Duration::from_secs(600));
    assert_eq!(service.read(&started).await["status"], "expired");
    let late = service.call(&started, "", &json!({ "code": service.code() })).await;
    assert_eq!(late.body["message"], "Unexpected Verification Status: verification already expired");
}

#[tokio::test]
async fn a_list_is_paged_ordered_and_bounded_in_time() {
    let service = Service::new(9);
    let mut started = Vec::new();
    for _ in 0..7 {
        started.push(service.start(json!([{ "channelId": service.sms }])).await);
        service.clock.advance(Duration::from_secs(1));
    }
    let walk = async |query: &str| {
        let (mut walked, mut token) = (Vec::new(), String::new());
        loop {
            let page = service.caller.get(&format!("verify?limit=3&pageToken={token}&{query}")).await;
            assert_eq!(page.status, 200, "{page:?}");
            walked.extend(page.body["results"].as_array().expect("a list").clone());
            match page.body.get("nextPageToken") {
                Some(next) => next.as_str().expect("a token").clone_into(&mut token),
                None => return walked,
            }
        }
    };
    assert!(walk("").await.iter().eq(started.iter().rev()), "newest first");
    assert_eq!(walk("reverse=true").await, started);
    let time = |index: usize| started[index]["createdAt"].as_str().expect("a time").to_owned();
    let between = format!("reverse=true&startAt={}&endAt={}", time(2), time(5));
    assert_eq!(walk(&between).await, started[2..5], "the start is in, the end is not");
    for query in ["limit=0", "limit=1001", "startAt=today", "pageToken=x", "reverse=1"] {
        assert_eq!(service.caller.get(&format!("verify?{query}")).await.status, 422, "{query}");
    }
}

#[tokio::test]
async fn calls_of_the_verify_api_can_be_scripted() {
    let service = Service::new(10);
    service
        .bird
        .script_verify(ScriptedAnswer::Status(503))
        .script_verify(ScriptedAnswer::Json(200, json!({ "status": "odd" })));
    assert_eq!(service.caller.get("verify").await.status, 503);
    assert_eq!(service.caller.get("verify").await.body, json!({ "status": "odd" }));
    assert_eq!(service.caller.get("verify").await.body, json!({ "results": [] }));
}
