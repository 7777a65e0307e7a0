//! Deliveries that are not Bird's, or not for here.

use std::time::Duration;

use countersign::{AttemptStatus, Verification, WebhookHead};
use countersign_bird::webhook::BirdWebhook;
use countersign_testkit::bird::{CarrierFailure, Delivery, MessageFate, MessageFilter, SIGNATURE, TIMESTAMP, sign};
use countersign_testkit::fixtures::workspace;
use serde_json::json;

use super::engine_over_bird::EngineOverBird;
use crate::signed::{SIGNING_KEY, URL};

const OTHER_URL: &str = "https://codes.acme.example/webhooks/bird?tenant=8";

/// An engine that was told nothing yet, and the genuine news that its message did not arrive, as somebody overheard it.
async fn overheard(seed: u64) -> (EngineOverBird, Verification, Delivery) {
    let over_bird = EngineOverBird::unsubscribed(seed, workspace(1), |client| client).await;
    // Nobody listens there.
    over_bird.bird.webhook_behind(URL, "http://127.0.0.1:1/", SIGNING_KEY);
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    over_bird.bird.deliver_now().await;
    let failed = over_bird.bird.deliveries().pop().unwrap();
    assert!(failed.answered.is_none() && String::from_utf8_lossy(&failed.body).contains("delivery_failed"));
    (over_bird, verification, failed)
}

#[tokio::test]
async fn a_delivery_that_bird_did_not_sign_for_here_is_refused_and_changes_nothing() {
    let (over_bird, verification, genuine) = overheard(1).await;
    let before = over_bird.now(&verification).await;
    let calls = over_bird.store.calls();
    let text = String::from_utf8(genuine.body.to_vec()).unwrap();
    let headers = |signature: &str, time: &str| vec![(SIGNATURE, signature.to_owned()), (TIMESTAMP, time.to_owned())];
    let (signature, time) = (genuine.signature.as_str(), genuine.timestamp.as_str());
    let guessed = sign("a-guessed-signing-key", time, URL, &genuine.body);
    let long_ago = sign(SIGNING_KEY, "1", URL, &genuine.body);
    let altered = text.replace("delivery_failed", "sending_failed");
    for (what, headers, body) in [
        ("unsigned", vec![], &text),
        ("without a time", headers(signature, time)[..1].to_vec(), &text),
        ("forged", headers(&guessed, time), &text),
        ("altered", headers(signature, time), &altered),
        ("with a space behind it", headers(signature, time), &format!("{text} ")),
        ("at another time", headers(signature, "1767225601"), &text),
        ("too old", headers(&long_ago, "1"), &text),
        ("signed twice", [headers(signature, time), headers(signature, time)].concat(), &text),
    ] {
        assert_eq!(over_bird.post(URL, &headers, body.as_str()).await, 401, "{what}");
    }
    assert_eq!(genuine.replay_to(&over_bird.hook(OTHER_URL)).await, Some(401), "replayed to another URL");
    assert_eq!(over_bird.store.calls(), calls);
    assert_eq!(over_bird.now(&verification).await, before);
}

#[tokio::test]
async fn two_same_events_count_once() {
    let (over_bird, verification, genuine) = overheard(2).await;
    assert_eq!(genuine.replay_to(&over_bird.hook(URL)).await, Some(200));
    let once = over_bird.now(&verification).await;
    for _ in 0..2 {
        over_bird.clock.advance(Duration::from_secs(5));
        assert_eq!(genuine.replay_to(&over_bird.hook(URL)).await, Some(200));
    }
    assert_eq!(over_bird.now(&verification).await, once);
    let statuses = over_bird.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Accepted]);
    assert_eq!(over_bird.bird.messages().len(), 2);
}

#[tokio::test]
async fn a_key_that_replaces_another_is_believed_beside_it() {
    let (over_bird, verification, genuine) = overheard(3).await;
    let old = "the-signing-key-of-last-year";
    let keys = crate::signed::keys().with_key(old).unwrap();
    let webhook = BirdWebhook::new(keys, URL);
    let signature = sign(old, &genuine.timestamp, URL, &genuine.body);
    for signature in [genuine.signature.clone(), signature] {
        let headers = [(SIGNATURE, signature.as_bytes()), (TIMESTAMP, genuine.timestamp.as_bytes())];
        let head = WebhookHead::new("POST", &headers);
        over_bird.engine.handle_webhook(&webhook, workspace(1), &head, &genuine.body).await.unwrap();
    }
    assert_eq!(over_bird.statuses(&verification).await.len(), 2);
}

#[tokio::test]
async fn what_bird_signs_and_is_not_about_a_message_is_taken_and_changes_nothing() {
    let over_bird = EngineOverBird::new(4).await;
    over_bird.bird.fate(MessageFilter::Everything, MessageFate::Silent);
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    let before = over_bird.now(&verification).await;
    over_bird.bird.tell(&json!({ "service": "numbers", "event": "number.moved", "payload": [] }));
    over_bird.bird.tell(&json!({ "service": "channels", "event": "sms.inbound", "payload": { "status": "failed" } }));
    over_bird.bird.tell(&json!({ "service": "channels", "event": "sms.outbound", "payload": { "id": "of another" } }));
    over_bird.bird.tell(&json!(["channels", "sms.outbound", {}]));
    over_bird.bird.deliver_now().await;
    assert_eq!(over_bird.answered(), [200, 200, 200, 400].map(Some));
    assert_eq!(over_bird.now(&verification).await, before);
}
