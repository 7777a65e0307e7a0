use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Metadata, MetadataError};

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { unreachable!("the test gives an object") };
    object
}

#[test]
fn an_object_comes_back_as_it_was_given() {
    let given = object(json!({"order": 17, "tags": ["a", null], "nested": {"deep": true}, "t\u{e9}xt": "\n\u{1f511}"}));
    let metadata = Metadata::new(&given).expect("a small object");
    assert_eq!(metadata.to_map(), given);
    assert_eq!(Metadata::parse(metadata.as_json()), Ok(metadata.clone()));
    assert_eq!(Metadata::try_from(given), Ok(metadata));
}

#[test]
fn json_is_read_in_any_spelling_and_kept_compact() {
    let metadata: Metadata = " { \"a\" : [ 1 , 2 ] , \"a\" : 3 } ".parse().expect("JSON");
    assert_eq!(metadata.as_json(), "{\"a\":3}");
}

#[test]
fn two_kilobytes_are_kept_and_not_a_byte_more() {
    let empty = "{\"k\":\"\"}".len();
    let of = |bytes: usize| Metadata::new(&object(json!({"k": "v".repeat(bytes - empty)})));
    assert_eq!(of(Metadata::MAX_BYTES).expect("it fits").as_json().len(), Metadata::MAX_BYTES);
    assert_eq!(of(Metadata::MAX_BYTES + 1), Err(MetadataError::TooLong { bytes: Metadata::MAX_BYTES + 1 }));
    assert!(Metadata::from_stored(&format!("{{\"k\":\"{}\"}}", "v".repeat(Metadata::MAX_BYTES))).is_none());
}

#[test]
fn what_is_not_an_object_is_refused() {
    for other in ["null", "1", "\"text\"", "[]", "[{}]", "true"] {
        assert_eq!(Metadata::parse(other), Err(MetadataError::NotAnObject), "{other}");
        assert!(Metadata::from_stored(other).is_none(), "{other}");
    }
    for malformed in ["", "{", "{}}", "{a: 1}", "{\"a\": 1,}", "nan"] {
        assert_eq!(Metadata::parse(malformed), Err(MetadataError::Malformed), "{malformed}");
        assert!(Metadata::from_stored(malformed).is_none(), "{malformed}");
    }
    let nested = (0..500).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(Metadata::new(&object(json!({"k": nested}))), Err(MetadataError::Malformed));
}

#[test]
fn neither_debug_nor_an_error_shows_what_is_in_it() {
    let metadata = Metadata::parse("{\"secret\":\"tulip\"}").expect("JSON");
    assert_eq!(format!("{metadata:?}"), "Metadata(18 bytes)");
    let error = Metadata::parse("{\"secret\": tulip").expect_err("not JSON");
    assert!(!format!("{error} {error:?}").contains("tulip"));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_object_within_the_bound_is_kept_whole_and_any_other_refused(
        object in btree_map(any::<String>(), values(), 0..5),
    ) {
        let object: Map<String, Value> = object.into_iter().collect();
        let bytes = serde_json::to_string(&object).expect("JSON").len();
        match Metadata::new(&object) {
            Ok(metadata) => {
                prop_assert!(bytes <= Metadata::MAX_BYTES);
                prop_assert_eq!(metadata.to_map(), object);
                prop_assert_eq!(Metadata::from_stored(metadata.as_json()), Some(metadata));
            }
            Err(error) => {
                prop_assert_eq!(error, MetadataError::TooLong { bytes });
                prop_assert!(bytes > Metadata::MAX_BYTES);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(metadata) = Metadata::parse(&text) {
            prop_assert!(metadata.as_json().len() <= Metadata::MAX_BYTES);
        }
    }
}
