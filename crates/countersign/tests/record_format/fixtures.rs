//! The bytes of format 1, as files: what a release has written stays readable, and is written the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use countersign::{Snapshot, Verification};
use serde_json::Value;

use crate::records::records;

/// What to do when a layout changed.
const CHANGED: &str = "the layout of format 1 changed. When a release has written this format, undo the change, or give \
    the new layout a number and a module of its own. Before the first release, write the files anew: \
    cargo test -p countersign --test record_format -- --ignored write_the_fixtures_anew";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/record_format/1").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}; {CHANGED}"))
}

fn bytes(name: &str) -> Vec<u8> {
    let hex: String = read(&format!("{name}.hex")).split_whitespace().collect();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    bytes.chunks(60).map(line).collect()
}

fn json(record: &Verification) -> String {
    serde_json::to_string_pretty(&record.snapshot()).unwrap() + "\n"
}

#[test]
fn the_bytes_of_each_record_are_read_as_they_always_were() {
    for (name, record) in records() {
        let read = Verification::from_bytes(&bytes(name));
        assert!(read.as_ref() == Ok(&record), "{name} is read as {read:?}, not as {record:?}; {CHANGED}");
    }
}

#[test]
fn each_record_is_written_in_the_bytes_that_it_always_had() {
    for (name, record) in records() {
        assert!(record.to_bytes() == bytes(name), "{name} is written as\n{}{CHANGED}", hex(&record.to_bytes()));
    }
}

#[test]
fn each_record_has_the_names_that_it_always_had() {
    for (name, record) in records() {
        let written = read(&format!("{name}.json"));
        assert!(json(&record) == written, "{name} is written as\n{}{CHANGED}", json(&record));
        let snapshot: Snapshot = serde_json::from_str(&written).unwrap();
        assert_eq!(Verification::from_snapshot(snapshot), Ok(record), "{name}");
    }
}

/// Every name and text in a record.
fn words(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => _ = words.insert(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| self::words(value, words)),
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            words.insert(name.clone());
            self::words(value, words);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_records_have_every_variant_between_them() {
    let mut seen = BTreeSet::new();
    for (_, record) in records() {
        words(&serde_json::to_value(record.snapshot()).unwrap(), &mut seen);
    }
    for enumeration in [
        ["Phone", "Email", "Both"].as_slice(),
        &["Inline", "Deferred"],
        &["Channel", "Navigator"],
        &["Sms", "WhatsApp", "Email", "Custom"],
        &["Required", "Optional", "Forbidden"],
        &["Prepared", "Unsent", "HandedOver"],
        &["Uuid", "Text"],
        &["Accepted", "Sent", "SendingFailed", "DeliveryFailed", "Delivered"],
        &["Refused", "NotHandedOver", "SendingFailed", "Undelivered", "TimedOut"],
        &["Open", "Verified", "Failed", "Expired", "Canceled"],
    ] {
        let missing: Vec<_> = enumeration.iter().filter(|name| !seen.contains(**name)).collect();
        assert!(missing.is_empty(), "no record has {missing:?}");
    }
}

#[test]
#[ignore = "writes the files of the format anew: only while no release has written it"]
fn write_the_fixtures_anew() {
    fs::create_dir_all(file("")).unwrap();
    for (name, record) in records() {
        fs::write(file(&format!("{name}.hex")), hex(&record.to_bytes())).unwrap();
        fs::write(file(&format!("{name}.json")), json(&record)).unwrap();
    }
}
