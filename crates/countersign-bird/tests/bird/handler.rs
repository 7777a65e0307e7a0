//! What a web framework is told to answer.

use std::time::Duration;

use countersign::{AttemptStatus, Report, ReportedStatus, VerificationStatus};
use countersign_bird::webhook::{Handled, WebhookHandler};
use countersign_testkit::fixtures::workspace;
use countersign_testkit::{FaultPlan, StoreCall, When};

use crate::fixture;
use crate::office::{Office, delivery};
use crate::signed::{SIGNED_AT, SIGNING_KEY, Signed, keys, sign};

fn handle(signed: &Signed) -> Handled {
    WebhookHandler::new(keys()).handle(&signed.request(), SIGNED_AT)
}

fn without_reports(status: u16) -> Handled {
    Handled { status, reports: Vec::new() }
}

#[test]
fn a_genuine_delivery_is_taken_with_its_report() {
    let reference = "019b7a5e-4400-7abc-9def-0123456789ab.0".parse().unwrap();
    assert_eq!(
        handle(&Signed::new(fixture::text("sms-outbound.json"))),
        Handled { status: 200, reports: vec![Report::on_reference(reference, ReportedStatus::Delivered)] }
    );
}

#[test]
fn what_is_unknown_is_taken_without_a_report() {
    assert_eq!(handle(&Signed::new(fixture::text("sms-inbound.json"))), without_reports(200));
    let unknown_status = fixture::delivery("019b7a5e-4400-7abc-9def-0123456789ab.0", "a_status_of_2031");
    assert_eq!(handle(&Signed::new(unknown_status)), without_reports(200));
    assert_eq!(handle(&Signed::new(r#"{"service":"numbers","event":"number.expired"}"#)), without_reports(200));
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
        assert_eq!(handle(&refused), without_reports(401), "{refused:?}");
    }
}

#[test]
fn other_methods_and_long_bodies_are_refused_before_anything_is_computed() {
    for method in ["GET", "post", "PUT", ""] {
        assert_eq!(
            handle(&Signed { method: method.to_owned(), ..Signed::new("{}") }),
            without_reports(405),
            "{method}"
        );
    }
    let handler = WebhookHandler::new(keys()).with_max_body(10);
    assert_eq!(handler.handle(&Signed::new(vec![b'x'; 11]).request(), SIGNED_AT), without_reports(413));
    assert_eq!(handler.handle(&Signed::new(vec![b'x'; 10]).request(), SIGNED_AT), without_reports(400));
}

#[test]
fn what_is_genuine_and_no_notification_is_malformed() {
    for body in ["", "{}", "[]", "delivered"] {
        assert_eq!(handle(&Signed::new(body)), without_reports(400), "{body}");
    }
}

#[test]
fn a_delivery_is_taken_for_two_days_unless_the_host_says_otherwise() {
    let signed = Signed::new(fixture::text("sms-outbound.json"));
    let status = |handler: &WebhookHandler, hours: u64| {
        handler.handle(&signed.request(), SIGNED_AT.saturating_add(Duration::from_secs(hours * 3600))).status
    };
    let usual = WebhookHandler::new(keys());
    assert_eq!((status(&usual, 0), status(&usual, 24), status(&usual, 48), status(&usual, 49)), (200, 200, 200, 401));
    let endless = usual.clone().with_max_age(None);
    assert_eq!(status(&endless, 100_000), 200);
    let short = usual.with_max_age(Some(Duration::from_secs(300)));
    assert_eq!((status(&short, 0), status(&short, 1)), (200, 401));
}

#[tokio::test]
async fn a_failure_on_whatsapp_sends_the_text_message() {
    let office = Office::new();
    let verification = office.start(&[2, 1]).await;
    office.report(&verification, 0, "accepted").await;
    assert_eq!(office.report(&verification, 0, "delivery_failed").await, 200);
    assert_eq!(office.statuses(&verification).await, [AttemptStatus::DeliveryFailed, AttemptStatus::Accepted]);
    assert_eq!(office.carrier.sent().len(), 2);
}

#[tokio::test]
async fn a_failure_of_a_text_message_sends_no_other_text_message() {
    let office = Office::new();
    let verification = office.start(&[1, 4]).await;
    assert_eq!(office.report(&verification, 0, "delivery_failed").await, 200);
    assert_eq!(office.carrier.sent().len(), 1);
}

#[tokio::test]
async fn a_failure_after_delivery_changes_nothing() {
    let office = Office::new();
    let verification = office.start(&[2, 1]).await;
    office.report(&verification, 0, "delivered").await;
    let before = office.now(&verification).await;
    for late in ["delivery_failed", "sending_failed", "sent", "accepted", "delivered"] {
        assert_eq!(office.report(&verification, 0, late).await, 200, "{late}");
    }
    assert_eq!(office.now(&verification).await, before);
    assert_eq!(office.carrier.sent().len(), 1);
}

#[tokio::test]
async fn the_same_event_twice_counts_once() {
    let office = Office::new();
    let verification = office.start(&[2, 1]).await;
    for _ in 0..3 {
        assert_eq!(office.report(&verification, 0, "delivery_failed").await, 200);
    }
    assert_eq!(office.carrier.sent().len(), 2);
}

#[tokio::test]
async fn a_delivery_that_is_repeated_hours_later_is_taken_and_harmless() {
    let office = Office::new();
    let verification = office.start(&[2, 1]).await;
    let signed = delivery(&verification, 0, "delivery_failed");
    office.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(office.deliver(&signed).await, 200);
    assert_eq!(office.carrier.sent().len(), 1, "it had expired by then");
}

#[tokio::test]
async fn no_report_verifies_anything() {
    let office = Office::new();
    let verification = office.start(&[1]).await;
    for status in ["verified", "read", "delivered"] {
        assert_eq!(office.report(&verification, 0, status).await, 200);
    }
    let now = office.now(&verification).await;
    assert_eq!(now.status(office.engine.now()), VerificationStatus::Pending);
}

#[tokio::test]
async fn a_report_for_another_workspace_or_an_unknown_message_is_harmless() {
    let office = Office::new();
    let verification = office.start(&[2, 1]).await;
    let signed = delivery(&verification, 0, "delivery_failed");
    assert_eq!(office.handler.deliver(&office.engine, workspace(2), &signed.request()).await, 200);
    assert_eq!(office.report(&verification, 9, "delivery_failed").await, 200);
    let unknown = fixture::text("email-outbound-failed.json");
    assert_eq!(office.deliver(&Signed::new(unknown)).await, 200);
    assert_eq!(office.carrier.sent().len(), 1);
}

#[tokio::test]
async fn a_store_that_is_away_makes_bird_repeat_and_nothing_is_lost() {
    for (call, when) in
        [(StoreCall::Load, When::Before), (StoreCall::Update, When::Before), (StoreCall::Update, When::After)]
    {
        let office = Office::new();
        let verification = office.start(&[2, 1]).await;
        office.store.plan(Some(FaultPlan::once(0, when).of(call)));
        let first = office.report(&verification, 0, "delivery_failed").await;
        office.store.plan(None);
        let second = office.report(&verification, 0, "delivery_failed").await;
        assert_eq!((first, second), (503, 200), "{call:?} {when:?}");
        // What was stored and not sent is due.
        office.clock.advance(Duration::from_secs(31));
        office.engine.run_due(countersign::store::Limit::default()).await.unwrap();
        assert_eq!(office.carrier.sent().len(), 2, "{call:?} {when:?}");
    }
}

#[tokio::test]
async fn what_is_not_believed_never_reaches_the_store() {
    let office = Office::new();
    let verification = office.start(&[2, 1]).await;
    let calls = office.store.calls();
    let signed = delivery(&verification, 0, "delivery_failed");
    let forged = signed.clone().with("messagebird-signature", sign("a-guessed-signing-key", "1", "x", b""));
    let long_ago = sign(SIGNING_KEY, "1", &signed.url, &signed.body);
    let stale = signed.with("messagebird-request-timestamp", "1").with("messagebird-signature", long_ago);
    for refused in [forged, stale] {
        assert_eq!(office.deliver(&refused).await, 401);
    }
    assert_eq!(office.store.calls(), calls);
}
