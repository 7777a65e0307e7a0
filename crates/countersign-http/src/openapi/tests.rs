use std::collections::BTreeSet;

use countersign_api::{ErrorCode, Record, RecordPage, StartBody};
use serde_json::{Value, json};

use super::calls::CALLS;
use super::{openapi, refused};

/// Answers to paths and methods that are no call's.
const OF_NO_CALL: [&str; 1] = ["MethodNotAllowed"];

#[test]
fn every_code_of_an_error_is_in_the_document() {
    let document = json!(openapi());
    let codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"].clone();
    assert_eq!(codes, json!(ErrorCode::ALL));
}

#[test]
fn every_code_is_of_a_call_and_every_call_gives_known_codes() {
    let given: BTreeSet<String> = CALLS
        .into_iter()
        .flat_map(|call| refused::of(call).into_values().flatten())
        .map(|refusing| refusing.example.body.code.to_string())
        .collect();
    assert!(given.iter().all(|code| ErrorCode::from(&**code).label() == code), "{given:?}");
    let missing: Vec<_> = ErrorCode::ALL.into_iter().filter(|code| !given.contains(code.as_str())).collect();
    assert_eq!(missing, OF_NO_CALL);
}

#[test]
fn the_rows_of_a_status_have_that_status_and_a_sentence_each() {
    for call in CALLS {
        for (status, ways) in refused::of(call) {
            let codes: BTreeSet<_> = ways.iter().map(|way| way.example.body.code.clone()).collect();
            assert_eq!(codes.len(), ways.len(), "{call:?} {status}");
            assert!(
                ways.iter().all(|way| way.example.status == status && way.when.ends_with('.')),
                "{call:?} {status}"
            );
        }
    }
}

#[test]
fn examples_are_what_they_are_examples_of() {
    let start = include_str!("examples/start.json");
    let request = StartBody::from_json(start.as_bytes()).unwrap();
    assert_eq!(json!(request), serde_json::from_str::<Value>(start).unwrap());
    for example in [include_str!("examples/pending.json"), include_str!("examples/verified.json")] {
        let record: Record = serde_json::from_str(example).unwrap();
        assert_eq!(json!(record), serde_json::from_str::<Value>(example).unwrap());
    }
    let page = json!({ "results": [serde_json::from_str::<Value>(include_str!("examples/pending.json")).unwrap()] });
    assert_eq!(json!(serde_json::from_value::<RecordPage>(page.clone()).unwrap()), page);
}
