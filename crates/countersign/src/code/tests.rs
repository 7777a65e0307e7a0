use proptest::prelude::*;
use regex_syntax::hir::{Class, HirKind};

use super::{Code, CodeError, CodeLength, SubmittedCode, digits, times_ten};

fn length(digits: u8) -> CodeLength {
    CodeLength::new(digits).unwrap()
}

fn submitted(text: &str) -> SubmittedCode {
    SubmittedCode::parse(text).unwrap()
}

#[test]
fn the_table_of_digits_is_that_of_unicode() {
    let decimal = regex_syntax::parse(r"\p{Nd}").unwrap();
    let HirKind::Class(Class::Unicode(class)) = decimal.kind() else { panic!("a class of characters") };
    let of_unicode: Vec<char> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
    let ours: Vec<char> = ('\0'..=char::MAX).filter(|c| digits::decimal_value(*c).is_some()).collect();
    assert_eq!(ours, of_unicode);
}

#[test]
fn digits_of_every_script_count_for_what_they_show() {
    for typed in ["123456", "١٢٣٤٥٦", "१२३४५६", "１２３４５６", "๑๒๓๔๕๖", "𝟏𝟐𝟑𝟒𝟓𝟔"]
    {
        assert_eq!(submitted(typed).digits, submitted("123456").digits, "{typed}");
    }
}

#[test]
fn what_was_typed_is_handed_on_as_plain_digits() {
    assert_eq!(submitted("٠١٢ ٣٤-٥").expose(), "012345");
    assert_eq!(submitted("123456789012").expose(), "123456789012");
}

#[test]
fn spaces_and_hyphens_are_dropped_wherever_they_stand() {
    for typed in
        ["123 456", " 123456\n", "123-456", "1 2 3 4 5 6", "12‑34‑56", "123–456", "123\u{a0}456", "123\u{202f}456"]
    {
        assert_eq!(submitted(typed).digits, submitted("123456").digits, "{typed:?}");
    }
}

#[test]
fn what_cannot_be_a_code_is_refused_with_its_reason() {
    for (typed, error) in [
        ("", CodeError::Empty),
        (" - ", CodeError::Empty),
        ("12345", CodeError::Length),
        ("1234567890123", CodeError::Length),
        ("12345a", CodeError::NotDigits),
        ("O12345", CodeError::NotDigits),
        ("12.3456", CodeError::NotDigits),
        ("+123456", CodeError::NotDigits),
        ("½23456", CodeError::NotDigits),
        ("\u{feff}123456", CodeError::NotDigits),
        ("123456\0", CodeError::NotDigits),
    ] {
        assert_eq!(SubmittedCode::parse(typed).unwrap_err(), error, "{typed:?}");
    }
    assert_eq!(SubmittedCode::parse(&" ".repeat(1 << 20)).unwrap_err(), CodeError::Length);
}

#[test]
fn the_ends_of_the_range_give_the_first_and_the_last_code() {
    assert_eq!(Code::from_bits(0, length(6)).expose(), "000000");
    assert_eq!(Code::from_bits(u128::MAX, length(6)).expose(), "999999");
    assert_eq!(Code::from_bits(u128::MAX, length(12)).expose(), "999999999999");
    // The first input of code 000001 is ⌈2¹²⁸ / 10⁶⌉.
    let first = u128::MAX / 1_000_000 + 1;
    assert_eq!(Code::from_bits(first, length(6)).expose(), "000001");
    assert_eq!(Code::from_bits(first - 1, length(6)).expose(), "000000");
}

#[test]
fn codes_and_submitted_codes_are_redacted_in_debug() {
    let code = Code::from_bits(u128::MAX / 3, length(6));
    assert_eq!(code.expose(), "333333");
    assert_eq!(format!("{code:?}"), "Code(6 digits, redacted)");
    assert_eq!(format!("{:?}", submitted("333333")), "SubmittedCode(6 digits, redacted)");
}

proptest! {
    #[test]
    fn a_code_is_the_fraction_that_its_bits_are(bits: u128, digits in 6_u8..=12) {
        // The same by long multiplication of two halves, with a remainder that is thrown away.
        let scale = 10_u128.pow(u32::from(digits));
        let low = (bits & u128::from(u64::MAX)) * scale;
        let high = (bits >> 64) * scale + (low >> 64);
        let expected = format!("{:0width$}", high >> 64, width = usize::from(digits));
        let code = Code::from_bits(bits, length(digits));
        prop_assert_eq!(code.expose(), expected);
    }

    #[test]
    fn ten_times_a_fraction_loses_nothing(fraction: u128) {
        let (whole, rest) = times_ten(fraction);
        prop_assert!(whole < 10);
        prop_assert_eq!(rest, fraction.wrapping_mul(10));
    }

    #[test]
    fn a_code_matches_itself_and_nothing_else(bits: u128, digits in 6_u8..=12, other in "[0-9]{6,12}") {
        let code = Code::from_bits(bits, length(digits));
        prop_assert!(code.matches(&submitted(code.expose())));
        prop_assert_eq!(code.matches(&submitted(&other)), code.expose() == other);
    }

    #[test]
    fn a_prefix_or_an_extension_of_a_code_never_matches(bits: u128, digits in 7_u8..=11) {
        let code = Code::from_bits(bits, length(digits));
        let typed = code.expose().to_owned();
        prop_assert!(!code.matches(&submitted(&typed[..typed.len() - 1])));
        for digit in 0..10 {
            let longer = format!("{typed}{digit}");
            prop_assert!(!code.matches(&submitted(&longer)));
        }
    }

    #[test]
    fn no_text_makes_parsing_panic(typed in any::<String>()) {
        if let Ok(code) = SubmittedCode::parse(&typed) {
            prop_assert!((6..=12).contains(&code.length().get()));
        }
    }
}
