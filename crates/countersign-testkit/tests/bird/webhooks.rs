use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_testkit::SteppedClock;
use countersign_testkit::bird::{BirdCloud, CarrierFailure, MessageFate, MessageFilter, Status, WebhookBehavior, sign};
use countersign_testkit::fixtures::EPOCH;
use serde_json::json;
use uuid::Uuid;

use crate::client::{Caller, sms, whatsapp};
use crate::host::Host;

const KEY: &str = "the signing key";

/// A Bird on a clock, with a channel of that platform and a host that it tells everything.
async fn told(seed: u64, platform_id: &str) -> (BirdCloud, Caller, Uuid, Host, String, SteppedClock) {
    let clock = SteppedClock::default();
    let bird = BirdCloud::start_by(seed, Arc::new(clock.clone()));
    let (caller, channel, host) = (Caller::of(&bird), bird.add_channel(platform_id, "Us"), Host::default());
    let url = host.listen().await;
    bird.webhook_to(&url, KEY);
    (bird, caller, channel, host, url, clock)
}

fn message(reference: &str) -> serde_json::Value {
    sms("+31612345678", "123456", reference)
}

#[tokio::test]
async fn each_status_is_told_in_order_and_signed() {
    let (bird, caller, channel, host, url, _) = told(1, "sms-messagebird").await;
    let answer = caller.send(channel, &message("r-1")).await;
    assert!(host.got().is_empty(), "nothing happens by itself");
    bird.settle().await;
    assert_eq!(host.statuses(), ["accepted", "sent", "delivered"]);
    for got in host.got() {
        assert_eq!(got.signature, sign(KEY, &got.timestamp, &url, &got.raw));
        assert_eq!(got.timestamp, (EPOCH.as_millis() / 1000).to_string());
        let event = got.json();
        assert_eq!((&event["service"], &event["event"]), (&json!("channels"), &json!("sms.outbound")));
        assert_eq!(event["payload"]["id"], answer.body["id"]);
        assert_eq!(event["payload"]["reference"], "r-1");
    }
    let names: BTreeSet<_> = host.got().into_iter().map(|got| got.request_id).collect();
    assert_eq!(names.len(), 3, "each event has a name of its own");
    assert!(bird.deliveries().iter().all(|delivery| delivery.is_taken() && delivery.try_number == 1));
}

#[tokio::test]
async fn a_failure_is_told_as_in_the_documents_own_example() {
    let (bird, caller, channel, host, ..) = told(2, "whatsapp").await;
    bird.fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    assert_eq!(caller.send(channel, &whatsapp("+31612345678", "123456")).await.status, 202);
    bird.settle().await;
    assert_eq!(host.statuses(), ["accepted", "sent", "delivery_failed"]);
    let event = host.got()[2].json();
    assert_eq!(event["event"], "whatsapp.outbound");
    let payload = &event["payload"];
    assert_eq!(payload["reason"], "details: unknown subscriber; reason: unknown_subscriber; code: 1");
    assert_eq!(payload["details"], "unknown_subscriber");
    assert_eq!(payload["failure"], json!({ "code": 15005, "source": { "name": "sms-messagebird", "code": "1" } }));
}

#[tokio::test]
async fn what_is_not_taken_is_repeated_with_its_first_timestamp_after_growing_waits() {
    let (bird, caller, channel, host, ..) = told(3, "sms").await;
    bird.fate(MessageFilter::Everything, MessageFate::Silent);
    let id: Uuid =
        caller.send(channel, &message("r")).await.body["id"].as_str().expect("an id").parse().expect("a UUID");
    bird.report(id, Status::Delivered);
    host.then([500, 404, 302]);
    bird.settle().await;
    let got = host.got();
    assert_eq!(got.len(), 4);
    assert!(got.iter().all(|repeat| *repeat == got[0]), "the same bytes, headers and timestamp");
    let tries: Vec<_> = bird.deliveries().iter().map(|tried| (tried.try_number, tried.after.as_secs())).collect();
    assert_eq!(tries, [(1, 0), (2, 10), (3, 30), (4, 70)]);
}

#[tokio::test]
async fn a_host_that_never_takes_it_is_given_up_after_eight_hours() {
    let (bird, caller, channel, host, ..) = told(4, "sms").await;
    bird.fate(MessageFilter::Everything, MessageFate::Sent);
    host.then(std::iter::repeat_n(503, 1000));
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    let last = bird.deliveries().pop().expect("there were tries");
    assert!((Duration::from_secs(7 * 3600)..=Duration::from_secs(8 * 3600)).contains(&last.after), "{:?}", last.after);
    let tries = host.got().len();
    bird.settle().await;
    assert_eq!(host.got().len(), tries, "and then it is quiet");
}

#[tokio::test]
async fn a_host_that_is_away_gets_its_events_later_with_their_old_timestamps() {
    let (bird, caller, channel, host, url, clock) = told(5, "sms").await;
    host.then([503, 503, 503]);
    caller.send(channel, &message("r")).await;
    bird.deliver_now().await;
    clock.advance(Duration::from_secs(4 * 3600));
    bird.deliver_now().await;
    let got = host.got();
    assert_eq!(got.len(), 6);
    assert!(got.iter().all(|got| got.timestamp == (EPOCH.as_millis() / 1000).to_string()));
    assert!(got.iter().all(|got| got.signature == sign(KEY, &got.timestamp, &url, &got.raw)));
}

#[tokio::test]
async fn events_come_in_an_order_that_the_seed_decides() {
    let order = async |seed, habits| {
        let (bird, caller, channel, host, ..) = told(seed, "sms").await;
        bird.habits(habits);
        for reference in ["a", "b", "c"] {
            caller.send(channel, &message(reference)).await;
        }
        bird.settle().await;
        let told = host.got().into_iter().map(|got| (got.json()["payload"]["reference"].to_string(), got.status()));
        told.collect::<Vec<_>>()
    };
    let plain = order(6, WebhookBehavior::default()).await;
    let shuffled = order(6, WebhookBehavior::default().shuffled()).await;
    assert_eq!(shuffled, order(6, WebhookBehavior::default().shuffled()).await);
    assert_ne!(shuffled, plain);
    assert_eq!(BTreeSet::from_iter(&shuffled), BTreeSet::from_iter(&plain), "none is lost");
    let reversed = order(6, WebhookBehavior::default().reversed()).await;
    assert!(reversed.iter().eq(plain.iter().rev()));
}

#[tokio::test]
async fn a_repeated_event_is_the_same_byte_for_byte() {
    let (bird, caller, channel, host, ..) = told(7, "sms").await;
    bird.habits(WebhookBehavior::default().repeated(2));
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    let got = host.got();
    assert_eq!(got.len(), 9);
    assert!(got.chunks(3).all(|same| same.iter().all(|repeat| *repeat == same[0])));
}

#[tokio::test]
async fn events_can_come_at_the_same_time() {
    let (bird, caller, channel, host, ..) = told(8, "sms").await;
    bird.habits(WebhookBehavior::default().repeated(3).at_once());
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    let names: BTreeSet<_> = host.got().into_iter().map(|got| got.request_id).collect();
    assert_eq!((host.got().len(), names.len()), (12, 3));
}

#[tokio::test]
async fn a_stale_event_is_signed_for_its_old_time() {
    let (bird, caller, channel, host, url, _) = told(9, "sms").await;
    bird.habits(WebhookBehavior::default().stale_by(Duration::from_secs(3 * 3600)));
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    for got in host.got() {
        assert_eq!(got.timestamp, (EPOCH.as_millis() / 1000 - 3 * 3600).to_string());
        assert_eq!(got.signature, sign(KEY, &got.timestamp, &url, &got.raw));
    }
}

#[tokio::test]
async fn events_can_be_faster_than_the_answer_to_the_post() {
    let (bird, caller, channel, host, ..) = told(10, "sms").await;
    bird.habits(WebhookBehavior::default().before_answer());
    let answer = caller.send(channel, &message("r")).await;
    // No call but the post itself has been made since.
    assert_eq!(host.statuses(), ["accepted", "sent", "delivered"]);
    assert_eq!((answer.status, &answer.body["status"]), (202, &json!("accepted")));
}

#[tokio::test]
async fn a_test_can_let_more_become_of_a_message_later() {
    let (bird, caller, channel, host, ..) = told(11, "sms").await;
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    let id = bird.messages()[0].id();
    bird.report(id, Status::DeliveryFailed(CarrierFailure::network_error()));
    bird.report(id, Status::Other("teleported".to_owned()));
    bird.settle().await;
    assert_eq!(host.statuses()[2..], ["delivered", "delivery_failed", "teleported"]);
    assert_eq!(bird.message(id).expect("it is there").status().as_str(), "teleported");
}

#[tokio::test]
async fn events_of_no_message_are_signed_too() {
    let (bird, _, _, host, url, _) = told(12, "sms").await;
    bird.tell(&json!({ "service": "numbers", "event": "number.moved", "payload": [] }));
    bird.settle().await;
    let [got] = &host.got()[..] else { panic!("one was told") };
    assert_eq!(got.json()["event"], "number.moved");
    assert_eq!(got.signature, sign(KEY, &got.timestamp, &url, &got.raw));
}

#[tokio::test]
async fn a_webhook_is_signed_for_the_public_url_of_a_host_behind_a_proxy() {
    let (bird, caller, channel, ..) = told(13, "sms").await;
    let (host, public) = (Host::default(), "https://example.test/hooks/bird");
    bird.webhook_behind(public, &host.listen().await, "another key");
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    assert_eq!(host.got().len(), 3, "every subscriber is told everything");
    assert!(host.got().iter().all(|got| got.signature == sign("another key", &got.timestamp, public, &got.raw)));
}

#[tokio::test]
async fn a_webhook_can_be_replayed_as_it_was() {
    let (bird, caller, channel, host, ..) = told(14, "sms").await;
    caller.send(channel, &message("r")).await;
    bird.settle().await;
    let other = Host::default();
    let url = other.listen().await;
    assert_eq!(bird.deliveries()[2].replay_to(&url).await, Some(200));
    assert_eq!(other.got()[..], host.got()[2..]);
}

#[tokio::test]
async fn no_answer_is_no_status() {
    let (bird, caller, channel, ..) = told(15, "sms").await;
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address")
    };
    bird.webhook_to(&format!("http://{gone}/"), KEY);
    caller.send(channel, &message("r")).await;
    bird.deliver_now().await;
    assert_eq!(bird.deliveries().iter().filter(|delivery| delivery.answered.is_none()).count(), 3);
}
