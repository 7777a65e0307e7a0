//! What a delivery is worth: what it reports, or what is wrong with it, clause by clause of the contract of webhooks.

use std::time::Duration;

use countersign::{AttemptStatus, Report, ReportedStatus, VerificationStatus, Webhook as _};
use countersign_bird::webhook::BirdWebhook;
use countersign_testkit::fixtures::workspace;
use countersign_testkit::{FaultPlan, FaultTiming, StoreCall};
use proptest::prelude::*;

use crate::fixture;
use crate::reported_engine::{ReportedEngine, delivery};
use crate::signed::{SIGNED_AT, SIGNING_KEY, Signed, URL, keys, refusal, sign};

/// The reports of a delivery to the URL that it was meant for, or the status that it is refused with.
fn read(signed: &Signed) -> Result<Vec<Report>, u16> {
    let webhook = BirdWebhook::new(keys(), signed.url.as_str());
    signed.read(&webhook, SIGNED_AT).map_err(|error| refusal(&error))
}

#[test]
fn a_genuine_delivery_is_taken_with_its_report() {
    let reference = "019b7a5e-4400-7abc-9def-0123456789ab.0".parse().unwrap();
    assert_eq!(
        read(&Signed::new(fixture::text("sms-outbound.json"))),
        Ok(vec![Report::by_reference(reference, ReportedStatus::Delivered)])
    );
}

#[test]
fn what_is_unknown_is_taken_without_a_report() {
    assert_eq!(read(&Signed::new(fixture::text("sms-inbound.json"))), Ok(Vec::new()));
    let unknown_status = fixture::delivery("019b7a5e-4400-7abc-9def-0123456789ab.0", "a_status_of_2031");
    assert_eq!(read(&Signed::new(unknown_status)), Ok(Vec::new()));
    assert_eq!(read(&Signed::new(r#"{"service":"numbers","event":"number.expired"}"#)), Ok(Vec::new()));
}

#[test]
fn what_is_not_genuine_is_refused() {
    let genuine = Signed::new(fixture::text("sms-outbound.json"));
    let mut unsigned = genuine.clone();
    unsigned.headers.clear();
    let forged = Signed::by("a-guessed-signing-key", genuine.body.clone());
    let altered = Signed {
        body: String::from_utf8(genuine.body.clone()).unwrap().replace("delivered", "sent").into(),
        ..genuine.clone()
    };
    let re_encoded = Signed { body: fixture::json("sms-outbound.json").to_string().into(), ..genuine.clone() };
    let cut = Signed { body: genuine.body[..genuine.body.len() - 1].to_vec(), ..genuine.clone() };
    let elsewhere = Signed { url: genuine.url.replace("tenant=7", "tenant=8"), ..genuine };
    for refused in [unsigned, forged, altered, re_encoded, cut, elsewhere] {
        assert_eq!(read(&refused), Err(401), "{refused:?}");
    }
}

#[test]
fn other_methods_and_long_bodies_are_refused_before_anything_is_computed() {
    for method in ["GET", "post", "PUT", ""] {
        assert_eq!(read(&Signed { method: method.to_owned(), ..Signed::new("{}") }), Err(405), "{method}");
    }
    let webhook = BirdWebhook::new(keys(), URL).with_max_body(10);
    let read =
        |length: usize| Signed::new(vec![b'x'; length]).read(&webhook, SIGNED_AT).map_err(|error| refusal(&error));
    assert_eq!((read(11), read(10)), (Err(413), Err(400)));
}

#[test]
fn what_is_genuine_and_no_notification_is_malformed() {
    for body in ["", "{}", "[]", "delivered"] {
        assert_eq!(read(&Signed::new(body)), Err(400), "{body}");
    }
}

#[test]
fn a_delivery_is_taken_for_two_days_unless_the_host_says_otherwise() {
    let signed = Signed::new(fixture::text("sms-outbound.json"));
    let taken = |webhook: &BirdWebhook, hours: u64| {
        signed.read(webhook, SIGNED_AT.saturating_add(Duration::from_secs(hours * 3600))).is_ok()
    };
    let usual = BirdWebhook::new(keys(), URL);
    assert_eq!([0, 24, 48, 49].map(|hours| taken(&usual, hours)), [true, true, true, false]);
    let endless = usual.clone().with_max_age(None);
    assert!(taken(&endless, 100_000));
    let short = usual.with_max_age(Some(Duration::from_secs(300)));
    assert_eq!((taken(&short, 0), taken(&short, 1)), (true, false));
}

#[test]
fn a_head_is_judged_without_its_body() {
    let webhook = BirdWebhook::new(keys(), URL);
    let judge = |signed: &Signed| signed.with_head(|head| webhook.judge(head)).map_err(|error| refusal(&error));
    let genuine = Signed::new(fixture::text("sms-outbound.json"));
    assert_eq!(judge(&genuine), Ok(()));
    // Well-formed, and forged: that is known only with the body.
    assert_eq!(judge(&Signed::by("a-guessed-signing-key", "{}")), Ok(()));
    for name in ["messagebird-signature", "messagebird-request-timestamp"] {
        let mut without = genuine.clone();
        without.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        assert_eq!(judge(&without), Err(401), "without {name}");
        assert_eq!(judge(&genuine.clone().with(name, "nonsense")), Err(401), "nonsense in {name}");
    }
    assert_eq!(judge(&Signed { method: "GET".to_owned(), ..genuine }), Err(405));
}

proptest! {
    #[test]
    fn a_head_that_is_refused_alone_is_refused_with_every_body(
        method in "POST|GET|post",
        signature in prop::option::of("[A-Za-z0-9+/]{43}=|\\PC{0,50}"),
        time in prop::option::of("[0-9]{1,14}|\\PC{0,12}"),
        twice in any::<bool>(),
        body in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let webhook = BirdWebhook::new(keys(), URL);
        let given = [("messagebird-signature", &signature), ("messagebird-request-timestamp", &time)];
        let mut headers: Vec<_> = given
            .iter()
            .filter_map(|(name, value)| Some(((*name).to_owned(), value.as_ref()?.clone().into_bytes())))
            .collect();
        if twice && let Some(first) = headers.first().cloned() {
            headers.push(first);
        }
        let signed = Signed { method, headers, body, ..Signed::new("") };
        let judged = signed.with_head(|head| webhook.judge(head)).map_err(|error| refusal(&error));
        let read = signed.read(&webhook, SIGNED_AT).map_err(|error| refusal(&error));
        if let Err(status) = judged {
            prop_assert_eq!(read, Err(status));
        }
    }
}

#[test]
fn no_error_repeats_a_delivery_or_a_key() {
    let webhook = BirdWebhook::new(keys(), URL).with_max_body(100);
    let secret = "+31612345678";
    let signature = secret.repeat(4)[..44].to_owned();
    let spoiled = [
        Signed::by("a-guessed-signing-key", secret),
        Signed::new(secret),
        Signed::new(secret.repeat(100)),
        Signed::new("{}").with("messagebird-signature", signature),
        Signed::new("{}").with("messagebird-request-timestamp", secret),
        Signed { method: secret.to_owned(), ..Signed::new("{}") },
    ];
    for signed in spoiled {
        let error = signed.read(&webhook, SIGNED_AT).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        let said = format!("{error} {error:?} {source:?}");
        assert!(!said.contains(secret) && !said.contains(SIGNING_KEY), "{said}");
    }
}

#[test]
fn the_id_of_a_delivery_is_a_plain_word_or_none() {
    let webhook = BirdWebhook::new(keys(), URL);
    let id = |signed: &Signed| signed.with_head(|head| webhook.delivery_id(head).map(str::to_owned));
    assert_eq!(id(&Signed::new("{}")).as_deref(), Some("delivery-1"));
    for odd in ["", "two words", "line\nbreak", &"x".repeat(65)] {
        assert_eq!(id(&Signed::new("{}").with("messagebird-request-id", odd)), None, "{odd:?}");
    }
}

#[tokio::test]
async fn a_failure_on_whatsapp_sends_the_text_message() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[2, 1]).await;
    reported.report(&verification, 0, "accepted").await;
    assert_eq!(reported.report(&verification, 0, "delivery_failed").await, 200);
    assert_eq!(reported.statuses(&verification).await, [AttemptStatus::DeliveryFailed, AttemptStatus::Accepted]);
    assert_eq!(reported.carrier.sent().len(), 2);
}

#[tokio::test]
async fn a_failure_of_a_text_message_sends_no_other_text_message() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[1, 4]).await;
    assert_eq!(reported.report(&verification, 0, "delivery_failed").await, 200);
    assert_eq!(reported.carrier.sent().len(), 1);
}

#[tokio::test]
async fn a_failure_after_delivery_changes_nothing() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[2, 1]).await;
    reported.report(&verification, 0, "delivered").await;
    let before = reported.now(&verification).await;
    for late in ["delivery_failed", "sending_failed", "sent", "accepted", "delivered"] {
        assert_eq!(reported.report(&verification, 0, late).await, 200, "{late}");
    }
    assert_eq!(reported.now(&verification).await, before);
    assert_eq!(reported.carrier.sent().len(), 1);
}

#[tokio::test]
async fn the_same_event_twice_counts_once() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[2, 1]).await;
    for _ in 0..3 {
        assert_eq!(reported.report(&verification, 0, "delivery_failed").await, 200);
    }
    assert_eq!(reported.carrier.sent().len(), 2);
}

#[tokio::test]
async fn a_delivery_that_is_repeated_hours_later_is_taken_and_harmless() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[2, 1]).await;
    let signed = delivery(&verification, 0, "delivery_failed");
    reported.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(reported.deliver(&signed).await, 200);
    assert_eq!(reported.carrier.sent().len(), 1, "it had expired by then");
}

#[tokio::test]
async fn no_report_verifies_anything() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[1]).await;
    for status in ["verified", "read", "delivered"] {
        assert_eq!(reported.report(&verification, 0, status).await, 200);
    }
    let now = reported.now(&verification).await;
    assert_eq!(now.status(reported.engine.now()), VerificationStatus::Pending);
}

#[tokio::test]
async fn a_report_for_another_workspace_or_an_unknown_message_is_harmless() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[2, 1]).await;
    let signed = delivery(&verification, 0, "delivery_failed");
    assert_eq!(signed.deliver(&reported.engine, &reported.webhook, workspace(2)).await, 200);
    assert_eq!(reported.report(&verification, 9, "delivery_failed").await, 200);
    let unknown = fixture::text("email-outbound-failed.json");
    assert_eq!(reported.deliver(&Signed::new(unknown)).await, 200);
    assert_eq!(reported.carrier.sent().len(), 1);
}

#[tokio::test]
async fn a_store_that_is_away_makes_bird_repeat_and_nothing_is_lost() {
    for (call, when) in [
        (StoreCall::Load, FaultTiming::Before),
        (StoreCall::Update, FaultTiming::Before),
        (StoreCall::Update, FaultTiming::After),
    ] {
        let reported = ReportedEngine::new();
        let verification = reported.start(&[2, 1]).await;
        reported.store.plan(Some(FaultPlan::once(0, when).only_for(call)));
        let first = reported.report(&verification, 0, "delivery_failed").await;
        reported.store.plan(None);
        let second = reported.report(&verification, 0, "delivery_failed").await;
        assert_eq!((first, second), (503, 200), "{call:?} {when:?}");
        // What was stored and not sent is due.
        reported.clock.advance(Duration::from_secs(31));
        reported.engine.run_due(countersign::store::Limit::default()).await.unwrap();
        assert_eq!(reported.carrier.sent().len(), 2, "{call:?} {when:?}");
    }
}

#[tokio::test]
async fn what_is_not_believed_never_reaches_the_store() {
    let reported = ReportedEngine::new();
    let verification = reported.start(&[2, 1]).await;
    let calls = reported.store.calls();
    let signed = delivery(&verification, 0, "delivery_failed");
    let forged = signed.clone().with("messagebird-signature", sign("a-guessed-signing-key", "1", "x", b""));
    let long_ago = sign(SIGNING_KEY, "1", &signed.url, &signed.body);
    let stale = signed.with("messagebird-request-timestamp", "1").with("messagebird-signature", long_ago);
    for refused in [forged, stale] {
        assert_eq!(reported.deliver(&refused).await, 401);
    }
    assert_eq!(reported.store.calls(), calls);
}
