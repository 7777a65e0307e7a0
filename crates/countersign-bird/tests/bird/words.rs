//! What is kept of what others say.

use countersign_bird::{ApiError, RequestId};
use proptest::prelude::*;

use crate::fixture;

#[test]
fn an_error_of_bird_is_read_whole_and_shown_in_part() {
    let error = ApiError::parse(422, fixture::text("error-422.json").as_bytes(), RequestId::new("r-1"));
    assert_eq!((error.status(), error.code()), (422, Some("InvalidPayload")));
    assert!(error.message().unwrap().starts_with("One or more fields"));
    assert!(error.details().unwrap()[".receiver.contacts[0]"].is_array());
    assert_eq!(
        format!("{error} {error:?}"),
        "422 InvalidPayload, request r-1 ApiError(422 InvalidPayload, request r-1)"
    );
}

#[test]
fn fields_of_another_kind_are_left_out() {
    for body in [
        r#"{"code":{"x":[1]},"message":[2]}"#,
        "[]",
        r#"["InvalidPayload","x"]"#,
        "null",
        "\"x\"",
        "{",
        "",
        r#"{"code":true}"#,
    ] {
        let error = ApiError::parse(500, body.as_bytes(), None);
        assert_eq!((error.code(), error.message(), error.to_string()), (None, None, "500".to_owned()), "{body}");
    }
    assert_eq!(ApiError::parse(400, br#"{"code":1001}"#, None).code(), Some("1001"));
}

proptest! {
    #[test]
    fn no_code_that_is_kept_could_be_an_address_or_a_secret(code in "\\PC{0,80}|[A-Za-z0-9_.-]{0,80}") {
        let body = serde_json::json!({ "code": code }).to_string();
        let error = ApiError::parse(400, body.as_bytes(), None);
        if let Some(kept) = error.code() {
            prop_assert_eq!(kept, &code);
            prop_assert!((1..=64).contains(&kept.len()));
            prop_assert!(kept.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)));
            prop_assert!(kept.bytes().filter(u8::is_ascii_digit).count() < 6);
        }
    }

    #[test]
    fn a_request_id_is_a_short_word(text in any::<String>()) {
        if let Some(id) = RequestId::new(&text) {
            prop_assert_eq!(id.as_str(), &text);
            prop_assert!(text.len() <= 64 && text.is_ascii());
        }
    }
}
