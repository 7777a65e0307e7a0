//! What is logged: references, statuses and request ids.

use std::time::Duration;

use countersign::CheckOutcome;
use countersign_testkit::bird::{CarrierFailure, MessageFate, MessageFilter, ScriptedAnswer, Taken, WebhookBehavior};
use countersign_testkit::{FaultPlan, FaultTiming, fixtures, logs};

use crate::end_to_end::engine_over_bird::EngineOverBird;
use crate::reported_engine::ReportedEngine;
use crate::server::{Server, answer_with};
use crate::signed::{SIGNING_KEY, Signed, URL};
use crate::test_client::{KEY, dispatch, send, transport};

#[tokio::test]
async fn neither_code_nor_address_nor_key_is_logged() {
    logs::capture();
    let server = Server::start().await;
    let dispatch = dispatch(4711);
    let (code, phone) = (dispatch.code().expose(), fixtures::phone_number(4711).to_e164());
    let repeated = serde_json::json!({ "code": code, "message": phone }).to_string();
    let headers = [("x-request-id", "req-4711")];
    server.then([answer_with(401, &headers, &repeated), answer_with(429, &headers, &repeated)]);
    for _ in 0..3 {
        let _ = send(&transport(&server), 4711).await;
    }
    let reported = ReportedEngine::new();
    let verification = reported.start(&[1]).await;
    reported.report(&verification, 0, "delivery_failed").await;
    reported.deliver(&Signed::by("a-guessed-signing-key", "+31612345678")).await;
    reported.deliver(&Signed::new("+31612345678")).await;

    let told = whole_flow().await;

    let text = logs::text();
    assert!(text.contains(&dispatch.reference().to_string()), "{text}");
    assert!(text.contains("req-4711"), "{text}");
    for secret in [code, &phone[1..], "31612345678", KEY, SIGNING_KEY] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(told.references.iter().all(|reference| text.contains(reference)), "{text}");
    for secret in &told.secrets {
        // A code may stand by chance inside of a reference, and never as a word of its own.
        let is_code = secret.len() == 6;
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        let is_there = if is_code { words.any(|word| word == secret) } else { text.contains(secret) };
        assert!(!is_there, "{secret} in {text}");
    }
}

struct Told {
    references: Vec<String>,
    secrets: Vec<String>,
}

/// Sends everything, has it answered in every way and reported on, forged and while the store is away, and gives what
/// must be in the log, and what must not.
async fn whole_flow() -> Told {
    let over_bird = EngineOverBird::new(4712).await;
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    over_bird.bird.habits(WebhookBehavior::default().shuffled());
    let mut started = Vec::new();
    for (number, step) in (4712..).zip([over_bird.sms, over_bird.email, over_bird.whatsapp, over_bird.navigator]) {
        over_bird.bird.script(ScriptedAnswer::Status(429)).script(ScriptedAnswer::Reset(Taken::Kept));
        started.push(over_bird.start(number, &[step, over_bird.sms]).await);
    }
    over_bird.bird.fail_posts(4, 422);
    for _ in 0..4 {
        over_bird.later(Duration::from_secs(4)).await;
    }
    over_bird.store.plan(Some(FaultPlan::starting_at(0, FaultTiming::Before)));
    over_bird.bird.deliver_now().await;
    over_bird.store.plan(None);
    over_bird.bird.settle().await;
    assert_eq!(over_bird.post(URL, &[], over_bird.bird.deliveries()[0].body.to_vec()).await, 401);
    let messages = over_bird.bird.messages();
    assert!(messages.len() > 4 && over_bird.answered().contains(&Some(503)));
    let mut secrets: Vec<String> = messages.iter().map(|message| message.code().unwrap().to_owned()).collect();
    secrets.extend(messages.iter().map(|message| message.to().trim_start_matches('+').to_owned()));
    secrets.extend([over_bird.bird.access_key().to_owned(), SIGNING_KEY.to_owned()]);
    for verification in &started {
        assert_eq!(over_bird.check(verification, "000000").await, CheckOutcome::Mismatch { failed: 1, remaining: 2 });
    }
    Told { references: started.iter().map(|verification| verification.attempt_id(0).to_string()).collect(), secrets }
}
