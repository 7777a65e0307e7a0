//! Whatever a person types is a code of 6 to 12 digits or refused, and only its digits count.

#![no_main]

use countersign::{CodeError, SubmittedCode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|typed: &str| {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let plain = typed.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    match SubmittedCode::parse(typed) {
        Ok(code) => {
            let length = code.length();
            assert!((6..=12).contains(&length.get()));
            assert!(!format!("{code:?}").contains(digits.as_str()) || digits.len() < 3, "the digits show");
            if typed.is_ascii() {
                assert_eq!(usize::from(length.get()), digits.len());
            }
            let spaced = format!(" {typed}-\u{a0}");
            if spaced.len() <= 128 {
                let again = SubmittedCode::parse(&spaced).expect("separators do not count");
                assert_eq!(again.length(), length);
            }
        }
        Err(CodeError::Empty) => assert!(digits.is_empty()),
        Err(CodeError::NotDigits) => assert!(!plain, "digits, spaces and hyphens only"),
        Err(CodeError::Length) => {
            assert!(typed.len() > 128 || !plain || !(6..=12).contains(&digits.len()), "a code of a right length");
        }
        Err(other) => panic!("an error that this target does not know: {other}"),
    }
});
