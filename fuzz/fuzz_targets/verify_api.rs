//! Whatever is sent to the Verify API, or answered by it, is read or is not; and what was read writes down as what reads
//! back the same.

#![no_main]

use countersign_api::{CheckRequest, ErrorBody, InvalidRequest, ListQuery, Record, RecordPage, StartBody, StepBody};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    sent(body, StartBody::from_json);
    sent(body, CheckRequest::from_json);
    sent(body, StepBody::from_json);
    answered::<Record>(body);
    answered::<RecordPage>(body);
    answered::<ErrorBody>(body);
    if let Ok(text) = std::str::from_utf8(body) {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        match ListQuery::from_pairs(pairs) {
            Ok(query) => {
                let pairs = query.pairs();
                let again = ListQuery::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())));
                assert_eq!(again.expect("it reads what it wrote"), query);
            }
            Err(invalid) => assert!(invalid.faults().count() > 0, "it says what is wrong"),
        }
    }
});

fn sent<T: Serialize>(body: &[u8], read: impl Fn(&[u8]) -> Result<T, InvalidRequest>) {
    match read(body) {
        Ok(request) => {
            let written = serde_json::to_vec(&request).expect("it is written");
            let again = read(&written).unwrap_or_else(|invalid| panic!("it does not read what it wrote: {invalid}"));
            assert_eq!(value(&again), value(&request));
        }
        Err(invalid) => assert!(invalid.faults().count() > 0, "it says what is wrong"),
    }
}

fn answered<T: Serialize + DeserializeOwned>(body: &[u8]) {
    if let Ok(answer) = serde_json::from_slice::<T>(body) {
        let written = serde_json::to_vec(&answer).expect("it is written");
        let again: T = serde_json::from_slice(&written).expect("it reads what it wrote");
        assert_eq!(value(&again), value(&answer));
    }
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).expect("it is written")
}
