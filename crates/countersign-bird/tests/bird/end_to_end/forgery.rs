//! Deliveries that are not Bird's, or not for here.

use std::time::Duration;

use countersign::{AttemptStatus, Verification, WebhookHead};
use countersign_bird::webhook::BirdWebhook;
use countersign_testkit::bird::{Delivery, Failure, Fate, Of, SIGNATURE, TIMESTAMP, sign};
use countersign_testkit::fixtures::workspace;
use serde_json::json;

use super::house::House;
use crate::signed::{SIGNING_KEY, URL};

const OTHER_URL: &str = "https://codes.acme.example/webhooks/bird?tenant=8";

/// A house that was told nothing yet, and the genuine news that its message did not arrive, as somebody overheard it.
async fn overheard(seed: u64) -> (House, Verification, Delivery) {
    let house = House::unsubscribed(seed, workspace(1), |client| client).await;
    // Nobody listens there.
    house.bird.webhook_behind(URL, "http://127.0.0.1:1/", SIGNING_KEY);
    house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    house.bird.deliver_now().await;
    let failed = house.bird.deliveries().pop().unwrap();
    assert!(failed.answered.is_none() && String::from_utf8_lossy(&failed.body).contains("delivery_failed"));
    (house, verification, failed)
}

#[tokio::test]
async fn a_delivery_that_bird_did_not_sign_for_here_is_refused_and_changes_nothing() {
    let (house, verification, genuine) = overheard(1).await;
    let before = house.now(&verification).await;
    let calls = house.store.calls();
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
        assert_eq!(house.post(URL, &headers, body.as_str()).await, 401, "{what}");
    }
    assert_eq!(genuine.replay_to(&house.hook(OTHER_URL)).await, Some(401), "replayed to another URL");
    assert_eq!(house.store.calls(), calls);
    assert_eq!(house.now(&verification).await, before);
}

#[tokio::test]
async fn two_same_events_count_once() {
    let (house, verification, genuine) = overheard(2).await;
    assert_eq!(genuine.replay_to(&house.hook(URL)).await, Some(200));
    let once = house.now(&verification).await;
    for _ in 0..2 {
        house.clock.advance(Duration::from_secs(5));
        assert_eq!(genuine.replay_to(&house.hook(URL)).await, Some(200));
    }
    assert_eq!(house.now(&verification).await, once);
    let statuses = house.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Accepted]);
    assert_eq!(house.bird.messages().len(), 2);
}

#[tokio::test]
async fn a_key_that_replaces_another_is_believed_beside_it() {
    let (house, verification, genuine) = overheard(3).await;
    let old = "the-signing-key-of-last-year";
    let keys = crate::signed::keys().and(old).unwrap();
    let webhook = BirdWebhook::new(keys, URL);
    let signature = sign(old, &genuine.timestamp, URL, &genuine.body);
    for signature in [genuine.signature.clone(), signature] {
        let headers = [(SIGNATURE, signature.as_bytes()), (TIMESTAMP, genuine.timestamp.as_bytes())];
        let head = WebhookHead::new("POST", &headers);
        house.engine.handle_webhook(&webhook, workspace(1), &head, &genuine.body).await.unwrap();
    }
    assert_eq!(house.statuses(&verification).await.len(), 2);
}

#[tokio::test]
async fn what_bird_signs_and_is_not_about_a_message_is_taken_and_changes_nothing() {
    let house = House::new(4).await;
    house.bird.fate(Of::Everything, Fate::Silent);
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    let before = house.now(&verification).await;
    house.bird.tell(&json!({ "service": "numbers", "event": "number.moved", "payload": [] }));
    house.bird.tell(&json!({ "service": "channels", "event": "sms.inbound", "payload": { "status": "failed" } }));
    house.bird.tell(&json!({ "service": "channels", "event": "sms.outbound", "payload": { "id": "of another" } }));
    house.bird.tell(&json!(["channels", "sms.outbound", {}]));
    house.bird.deliver_now().await;
    assert_eq!(house.answered(), [200, 200, 200, 400].map(Some));
    assert_eq!(house.now(&verification).await, before);
}
