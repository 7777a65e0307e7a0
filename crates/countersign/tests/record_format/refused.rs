//! What is not a record, or not one of this release.

use countersign::store::StoreError;
use countersign::{CorruptRecord, Snapshot, Verification};
use countersign_testkit::fixtures::{Advance as _, Started, records};
use proptest::prelude::*;
use serde_json::{Value, json};

fn error(bytes: &[u8]) -> String {
    Verification::from_bytes(bytes).expect_err("it is not a record").to_string()
}

#[test]
fn the_format_of_a_later_release_is_refused_by_its_number() {
    let mut bytes = Started::new(1).record().to_bytes();
    bytes[0] = 2;
    assert_eq!(error(&bytes), "the stored record has format 2, and this release reads format 1: update this program");
    let mut snapshot = serde_json::to_value(Started::new(1).record().snapshot()).unwrap();
    snapshot["format"] = json!(2);
    let error = serde_json::from_value::<Snapshot>(snapshot).unwrap_err().to_string();
    assert_eq!(error, "the record has format 2, and this release reads format 1: update this program");
}

#[test]
fn nothing_is_not_a_record_and_neither_is_anything_too_long() {
    assert!(error(&[]).contains("it has no bytes"));
    let mut bytes = Started::new(1).record().to_bytes();
    bytes.push(0);
    assert!(error(&bytes).contains("something stands behind it"));
    bytes.resize(Verification::MAX_BYTES + 1, 0);
    assert!(error(&bytes).contains("it is longer than any record"));
}

/// The refusal of a record with one part changed by name.
fn refusal(record: &Verification, change: impl FnOnce(&mut Value)) -> CorruptRecord {
    let mut snapshot = serde_json::to_value(record.snapshot()).unwrap();
    change(&mut snapshot);
    let snapshot: Snapshot = serde_json::from_value(snapshot).expect("it still has the form of a record");
    Verification::from_snapshot(snapshot).expect_err("no history leads there")
}

/// A record, what is done to one part of it, and what that is called.
type Change<'a> = (&'a Verification, fn(&mut Value), &'static str);

#[test]
fn parts_that_no_history_leads_to_are_refused_by_name() {
    let record = Started::new(1).record();
    let failed = record.failed();
    let verified = record.verified();
    let changes: [Change<'_>; 30] = [
        (&record, |it| it["recipient"] = json!({"Phone": 123}), "a phone number of too few or too many digits"),
        (&record, |it| it["recipient"] = json!({"Email": "a@@example.com"}), "a malformed email address"),
        (&record, |it| it["recipient"] = json!({"Email": "a@example.com"}), "a plan that cannot reach the recipient"),
        (&record, |it| it["recipient_key"] = json!(vec![0; 16]), "an id of another recipient"),
        (&record, |it| it["locale"] = json!("en_US"), "a malformed locale"),
        (&record, |it| it["limits"]["max_attempts"] = json!(11), "limits that no start can ask for"),
        (&record, |it| it["limits"]["timeout"] = json!(29), "limits that no start can ask for"),
        (&record, |it| it["limits"]["code_length"] = json!(5), "limits that no start can ask for"),
        (&record, |it| it["policy"]["send_lease"] = json!(999), "a policy that no host can set"),
        (&record, |it| it["policy"]["retry_delay"] = json!(0), "a policy that no host can set"),
        (&record, |it| it["policy"]["message_cap"] = json!(51), "a policy that no host can set"),
        (&record, |it| it["steps"] = json!([]), "a plan that cannot reach the recipient"),
        (&record, |it| it["steps"][0]["delivery_timeout"] = json!(0), "a delivery timeout of nothing"),
        (&record, |it| it["steps"][0]["platform"] = json!("WhatsApp"), "a plan that cannot reach the recipient"),
        (&record, |it| it["steps"][0]["platform"] = custom("Voice"), "a malformed name of a platform"),
        (&record, |it| it["attempts"] = json!([]), "no attempt, or more than its policy allows"),
        (&record, |it| it["attempts"][0]["step"] = json!(1), "an attempt of a step outside the plan"),
        (&record, |it| it["attempts"][0]["prepared_at"] = json!(u64::MAX), "a time after the year 9999"),
        (&record, |it| it["attempts"][0]["state"]["Prepared"]["first_unknown"] = json!(0), NO_SUCH_TRY),
        (&record, |it| it["attempts"][0]["state"]["Prepared"]["first_unknown"] = json!(2), NO_SUCH_TRY),
        (&record, |it| it["attempts"][0]["state"] = unsent("two\nlines"), "a detail that no failure has"),
        (&record, |it| it["attempts"][0]["state"] = unsent(""), "a detail that no failure has"),
        (&record, |it| it["current_step"] = json!(1), "a current step outside the plan"),
        (&record, |it| it["updated_at"] = json!(0), "a change before its start"),
        (&record, |it| it["metadata"] = json!("[]"), "malformed metadata"),
        (&record, |it| it["metadata"] = json!("{"), "malformed metadata"),
        (&record, |it| it["purpose"] = json!("two\nlines"), "a malformed purpose"),
        (&record, |it| it["brand"] = json!(""), "a malformed brand"),
        (&failed, |it| it["failed_checks"] = json!(2), "a count of wrong codes that does not fit its state"),
        (&verified, |it| it["phase"]["Verified"]["credited"] = json!(1), "credit for an attempt that does not exist"),
    ];
    for (record, change, fault) in changes {
        let corrupt = refusal(record, change);
        assert_eq!(corrupt.id(), Some(record.id()), "{fault}");
        assert!(corrupt.to_string().contains(fault), "{corrupt} is not about {fault}");
    }
}

const NO_SUCH_TRY: &str = "an unknown outcome of a try that was not made";

fn custom(name: &str) -> Value {
    json!({"Custom": {"name": name, "sends_to": "Phone", "template": "Optional"}})
}

fn unsent(detail: &str) -> Value {
    json!({"Unsent": {"cause": "Refused", "detail": detail}})
}

#[test]
fn a_message_id_or_an_id_that_is_malformed_is_refused() {
    let message = countersign::MessageId::new("SM1").unwrap();
    let sent = Started::new(1).record().handed_over_as(&message);
    let corrupt = refusal(&sent, |it| it["attempts"][0]["state"]["HandedOver"]["message"]["id"]["Text"] = json!(""));
    assert!(corrupt.to_string().contains("a malformed message id"));
    let corrupt = refusal(&sent, |it| it["id"] = json!(vec![0; 16]));
    assert_eq!(corrupt.id(), None, "an id that is none is not told");
}

#[test]
fn a_store_tells_a_corrupt_record_as_such() {
    let corrupt = Verification::from_bytes(&[9]).unwrap_err();
    let told = StoreError::from(corrupt.clone());
    assert!(matches!(told, StoreError::Corrupt { .. }));
    assert!(told.to_string().contains(&corrupt.to_string()), "{told}");
}

proptest! {
    #[test]
    fn a_record_that_was_cut_is_refused(record in records(), part in 0.0..1.0) {
        let bytes = record.to_bytes();
        let cut = (bytes.len() as f64 * part) as usize;
        prop_assert!(Verification::from_bytes(&bytes[..cut]).is_err());
    }

    #[test]
    fn a_record_with_other_bytes_is_refused_or_sound(record in records(), changes in prop::collection::vec(any::<(prop::sample::Index, u8)>(), 1..4)) {
        let mut bytes = record.to_bytes();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(read) = Verification::from_bytes(&bytes) {
            prop_assert!(read.to_bytes().len() <= Verification::MAX_BYTES);
            prop_assert_eq!(Verification::from_bytes(&read.to_bytes()), Ok(read));
        }
    }
}
