use proptest::prelude::*;

use super::{Purpose, PurposeError};

#[test]
fn a_purpose_is_one_line_of_one_to_64_characters() {
    assert_eq!(Purpose::parse("  change of email ").expect("one line").as_str(), "change of email");
    let longest = "\u{e9}".repeat(Purpose::MAX_LENGTH);
    assert_eq!(Purpose::parse(&longest).expect("64 characters").as_str(), longest);
    assert_eq!(Purpose::parse(&format!("{longest}x")), Err(PurposeError::TooLong));
    assert_eq!(Purpose::parse(" "), Err(PurposeError::Empty));
    for hidden in ["log\nin", "log\u{200b}in", "log\u{202e}in", "\0"] {
        assert_eq!(Purpose::parse(hidden), Err(PurposeError::HiddenCharacter));
    }
}

#[test]
fn debug_does_not_show_a_purpose() {
    assert_eq!(format!("{:?}", Purpose::parse("login").expect("one line")), "Purpose(redacted)");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(purpose) = Purpose::parse(&text) {
            prop_assert!((1..=Purpose::MAX_LENGTH).contains(&purpose.as_str().chars().count()));
            prop_assert!(!purpose.as_str().contains(char::is_control));
            prop_assert_eq!(Purpose::parse(purpose.as_str()), Ok(purpose.clone()));
            prop_assert_eq!(Purpose::from_stored(purpose.as_str()), Some(purpose));
        }
    }
}
