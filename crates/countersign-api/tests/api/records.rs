//! The object as it is on the wire.

use countersign::{AttemptStatus, Dispatch, Identity, StepStatus, Verification, VerificationStatus};
use countersign_api::{Record, RecordPage};
use countersign_testkit::fixtures::{keyring, records};
use countersign_testkit::history;
use proptest::prelude::*;
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../fixtures/verification.json");

/// Every property that the contract's object has, templates aside.
const OBJECT: [&str; 13] = [
    "id",
    "identifier",
    "locale",
    "maxAttempts",
    "failedAttempts",
    "timeout",
    "codeLength",
    "status",
    "currentStepIndex",
    "steps",
    "createdAt",
    "updatedAt",
    "expiresAt",
];
const STEP: [&str; 6] = ["channelId", "navigatorId", "identifier", "template", "status", "attempts"];
const ATTEMPT: [&str; 5] = ["messageId", "status", "verified", "sentAt", "verifiedAt"];

fn names(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

fn assert_has_only(object: &Value, admitted: &[&str]) {
    assert!(names(object).iter().all(|name| admitted.contains(name)), "{:?}", names(object));
}

fn assert_is_the_contracts(verification: &Verification, ring: &countersign::Keyring) {
    let shown = json!(Record::new(verification, verification.updated_at()));
    assert_eq!(names(&shown).len(), OBJECT.len());
    assert_has_only(&shown, &OBJECT);
    assert_has_only(&shown["identifier"], &["phonenumber", "emailaddress"]);
    let word = shown["status"].as_str().unwrap();
    assert!(VerificationStatus::ALL.iter().any(|status| status.as_str() == word), "{word}");
    for step in shown["steps"].as_array().unwrap() {
        assert_has_only(step, &STEP);
        let word = step["status"].as_str().unwrap();
        assert!(["unused", "pending", "sent", "delivered", "failed", "verified"].contains(&word), "{word}");
        assert!(step["channelId"].is_string() != step["navigatorId"].is_string());
        for attempt in step["attempts"].as_array().unwrap() {
            assert_has_only(attempt, &ATTEMPT);
            let word = attempt["status"].as_str().unwrap();
            let words = ["prepared", "accepted", "sent", "delivered", "sending_failed", "delivery_failed"];
            assert!(words.contains(&word), "{word}");
        }
    }
    let dispatch = Dispatch::new(verification, 0, ring, verification.created_at(), &Identity::default()).unwrap();
    assert!(!texts(&shown).contains(&dispatch.code().expose()));
    assert!(!shown.to_string().contains("null"), "what is absent is left out");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_record_comes_back_as_it_went_out(verification in records(), wait in 0_u64..8_000_000) {
        let now = verification.created_at().saturating_add(std::time::Duration::from_millis(wait));
        let record = Record::new(&verification, now);
        let written = serde_json::to_string(&record).unwrap();
        prop_assert_eq!(serde_json::from_str::<Record>(&written).unwrap(), record);
    }

    #[test]
    fn of_any_life_a_record_shows_what_the_contract_says_and_no_secret(history in history::histories()) {
        let ring = history::keyring();
        for verification in history.run(&ring).records() {
            assert_is_the_contracts(verification, &ring);
        }
    }

    #[test]
    fn records_with_every_template_are_the_contracts(verification in records()) {
        assert_is_the_contracts(&verification, &keyring());
    }

    #[test]
    fn templates_are_shown_as_they_were_given(verification in records()) {
        let record = Record::new(&verification, verification.updated_at());
        for (step, shown) in verification.steps().iter().zip(record.steps) {
            prop_assert_eq!(step.template().cloned(), shown.template.map(|template| template.template().unwrap()));
        }
    }
}

#[test]
fn the_documented_example_is_read_and_written_unchanged() {
    let example: Value = serde_json::from_str(EXAMPLE).unwrap();
    let record: Record = serde_json::from_str(EXAMPLE).unwrap();
    assert_eq!(json!(record), example);
    assert_eq!(record.status, VerificationStatus::Accepted);
    assert_eq!(record.steps[0].status, StepStatus::Unused);
    assert_eq!(record.steps[0].attempts[0].status, AttemptStatus::Prepared);
    assert_eq!(record.created_at.to_string(), "2025-05-09T03:56:25.841Z");
}

#[test]
fn unknown_statuses_and_properties_do_no_harm() {
    let mut sent: Value = serde_json::from_str(EXAMPLE).unwrap();
    sent["status"] = json!("paused");
    sent["steps"][0]["status"] = json!("read");
    sent["steps"][0]["attempts"][0]["status"] = json!("processing");
    let written = json!(serde_json::from_value::<Record>(sent.clone()).unwrap());
    assert_eq!(written, sent);
    sent["new"] = json!({ "things": [1, 2] });
    sent["steps"][0]["attempts"][0]["cost"] = json!(0.07);
    let record: Record = serde_json::from_value(sent).unwrap();
    assert_eq!(json!(record), written);
    assert_eq!((record.status.as_str(), record.status.known(), record.is_verified()), ("paused", None, false));
}

#[test]
fn what_is_null_is_as_good_as_absent() {
    let mut sent: Value = serde_json::from_str(EXAMPLE).unwrap();
    sent["steps"][0]["template"] = Value::Null;
    sent["steps"][0]["navigatorId"] = Value::Null;
    sent["steps"][0]["attempts"][0]["sentAt"] = Value::Null;
    let record: Record = serde_json::from_value(sent.clone()).unwrap();
    assert_eq!(record.steps[0].attempts[0].sent_at, None);
    sent["steps"] = Value::Null;
    sent["failedAttempts"] = Value::Null;
    let record: Record = serde_json::from_value(sent).unwrap();
    assert_eq!((record.steps.len(), record.failed_attempts), (0, 0));
    let page: RecordPage = serde_json::from_value(json!({ "results": null, "nextPageToken": null })).unwrap();
    assert_eq!(page, RecordPage::default());
    assert_eq!(json!(page), json!({ "results": [] }));
}

#[test]
fn debug_shows_no_address() {
    let mut sent: Value = serde_json::from_str(EXAMPLE).unwrap();
    sent["identifier"] = json!({ "phonenumber": "+31612345678", "emailaddress": "annabelle@example.com" });
    sent["steps"][0]["identifier"] = json!("+31612345678");
    sent["steps"][0]["template"]["variables"]["default"] = json!("annabelle");
    let told = format!("{:?}", serde_json::from_value::<Record>(sent).unwrap());
    assert!(!told.contains("12345678") && !told.contains("annabelle"), "{told}");
}
