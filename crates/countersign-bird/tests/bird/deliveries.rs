//! What a genuine delivery says.

use countersign::{AttemptId, MessageId, Report, ReportedStatus};
use countersign_bird::webhook::{MessageReport, Notification, NotificationError};
use countersign_testkit::fixtures::channel;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture;

fn message(body: &str) -> Option<MessageReport> {
    match Notification::parse(body.as_bytes()).expect("a notification") {
        Notification::Message(message) => Some(*message),
        Notification::Nothing => None,
        other => panic!("{other:?}"),
    }
}

fn reference(number: u8) -> AttemptId {
    format!("019b7a5e-4400-7abc-9def-0123456789ab.{number}").parse().unwrap()
}

/// The fixture with one field of its payload replaced.
fn with(field: &str, value: Value) -> String {
    let mut body = fixture::json("sms-outbound.json");
    body["payload"][field] = value;
    body.to_string()
}

#[test]
fn a_delivered_text_message_is_reported_on_our_reference() {
    assert_eq!(
        message(&fixture::text("sms-outbound.json")).unwrap(),
        MessageReport {
            report: Report::by_reference(reference(0), ReportedStatus::Delivered),
            platform: "sms".to_owned(),
            message_id: MessageId::new("5d6ac2ad-8cd3-4b0b-8f0a-2f1d2b5a8c11"),
            channel_id: Some(channel(1)),
        }
    );
}

#[test]
fn a_failure_keeps_code_and_source_and_no_sentence() {
    let failed = message(&fixture::text("whatsapp-outbound-failed.json")).unwrap();
    let detail = Some("15005 whatsapp 131026".to_owned());
    assert_eq!(failed.report, Report::by_reference(reference(1), ReportedStatus::DeliveryFailed { detail }));
    assert_eq!(failed.platform, "whatsapp");
}

#[test]
fn a_message_without_our_reference_is_reported_on_birds_id() {
    let failed = message(&fixture::text("email-outbound-failed.json")).unwrap();
    let id = MessageId::new("0f5b7ad4-6a53-4b56-8b1f-9b3f6b7fd2e3").unwrap();
    let detail = Some("15001 email-messagebird 34".to_owned());
    assert_eq!(failed.report, Report::by_message_id(id, ReportedStatus::SendingFailed { detail }));
    for foreign in ["order-4711", "019b7a5e-4400-7abc-9def-0123456789ab", "019b7a5e-4400-4abc-9def-0123456789ab.0"] {
        let named = message(&with("reference", foreign.into())).unwrap().report.message;
        assert!(matches!(named, countersign::ReportedMessage::Id(_)), "{foreign}");
    }
}

#[test]
fn every_known_status_has_its_meaning() {
    let status = |word: &str| message(&with("status", word.into())).map(|message| message.report.status);
    for word in ["accepted", "processing", "scheduled", "queued", "pending"] {
        assert_eq!(status(word), Some(ReportedStatus::Accepted), "{word}");
    }
    assert_eq!(status("sent"), Some(ReportedStatus::Sent));
    for word in ["delivered", "read"] {
        assert_eq!(status(word), Some(ReportedStatus::Delivered), "{word}");
    }
    for word in ["sending_failed", "rejected", "failed", "skipped"] {
        assert_eq!(status(word), Some(ReportedStatus::SendingFailed { detail: None }), "{word}");
    }
    assert_eq!(status("delivery_failed"), Some(ReportedStatus::DeliveryFailed { detail: None }));
    for word in ["deleted", "", "Delivered", "verified", "a_status_of_2031"] {
        assert_eq!(status(word), None, "{word}");
    }
}

#[test]
fn what_is_not_about_a_message_of_ours_says_nothing() {
    assert_eq!(message(&fixture::text("sms-inbound.json")), None);
    let envelope = |service: &str, event: &str| {
        let mut body = fixture::json("sms-outbound.json");
        (body["service"], body["event"]) = (service.into(), event.into());
        message(&body.to_string())
    };
    for (service, event) in [
        ("conversations", "sms.outbound"),
        ("channels", "sms.interaction"),
        ("channels", "channel.created"),
        ("channels", ".outbound"),
        ("channels", "outbound"),
        ("channels", "a b.outbound"),
        ("", ""),
    ] {
        assert_eq!(envelope(service, event), None, "{service} {event}");
    }
    assert_eq!(envelope("channels", "telegram.outbound").unwrap().platform, "telegram");
    for payload in [json!(null), json!([]), json!("x"), json!({}), json!({ "status": "sent" })] {
        let body = json!({ "service": "channels", "event": "sms.outbound", "payload": payload });
        assert_eq!(message(&body.to_string()), None, "{body}");
    }
}

#[test]
fn a_field_of_another_kind_is_as_good_as_absent() {
    let failed = |field: &str, value: Value| {
        let mut body = fixture::json("whatsapp-outbound-failed.json");
        body["payload"][field] = value;
        message(&body.to_string()).unwrap().report.status
    };
    let with_detail = |text: &str| ReportedStatus::DeliveryFailed { detail: Some(text.to_owned()) };
    for value in [json!(null), json!("x"), json!([{}]), json!({ "code": [], "source": 7 }), json!(1.5), json!(true)] {
        assert_eq!(failed("failure", value), with_detail("unknown_subscriber"));
    }
    assert_eq!(failed("failure", json!({ "code": "E-7", "source": { "code": 34 } })), with_detail("E-7 34"));
    for value in [json!(7), json!({}), json!([1, [2]]), json!(null)] {
        assert!(message(&with("channelId", value.clone())).unwrap().channel_id.is_none());
        assert_eq!(message(&with("status", value)), None);
    }
}

#[test]
fn what_is_no_envelope_is_an_error() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"service":"channels"}"#,
        r#"["channels","sms.outbound",{"id":"x","status":"delivered"}]"#,
        r#"{"service":"channels","event":7,"payload":{}}"#,
        r#"{"service":"channels","service":"channels","event":"sms.outbound"}"#,
        r#"{"service":"channels","event":"sms.outbound"} {}"#,
        &("[".repeat(100_000) + &"]".repeat(100_000)),
    ] {
        assert_eq!(Notification::parse(body.as_bytes()), Err(NotificationError), "{body:.60}");
    }
    assert_eq!(Notification::parse(b"\xff\xfe"), Err(NotificationError));
}

#[test]
fn unknown_fields_change_nothing() {
    let mut body = fixture::json("sms-outbound.json");
    body["since2031"] = json!({ "deep": [[[{}]]] });
    body["payload"]["since2031"] = json!([1, "x", null]);
    assert_eq!(message(&body.to_string()), message(&fixture::text("sms-outbound.json")));
}

proptest! {
    #[test]
    fn no_detail_holds_an_address_or_a_code(
        code in "\\PC{0,30}|[0-9]{1,12}",
        name in "\\PC{0,30}",
        source in "\\PC{0,30}|\\+?[0-9]{5,15}",
        details in "\\PC{0,80}",
    ) {
        let body = json!({ "service": "channels", "event": "sms.outbound", "payload": {
            "id": "x", "status": "failed", "details": details,
            "failure": { "code": code, "description": details, "source": { "name": name, "code": source } },
        } });
        let Some(MessageReport { report, .. }) = message(&body.to_string()) else { panic!("a report") };
        let ReportedStatus::SendingFailed { detail } = report.status else { panic!("a failure") };
        for word in detail.iter().flat_map(|detail| detail.split(' ')) {
            prop_assert!(word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)), "{}", word);
            prop_assert!(word.bytes().filter(u8::is_ascii_digit).count() <= 6, "{}", word);
        }
    }
}
