use proptest::prelude::*;

use super::{any_text, breaking_character, with_char_at};
use crate::address::{AddressError, Country, PhoneNumber};

pub(super) fn parse(text: &str) -> Result<String, AddressError> {
    PhoneNumber::parse(text).map(PhoneNumber::to_e164)
}

pub(super) fn parse_in(text: &str, country: &str) -> Result<String, AddressError> {
    PhoneNumber::parse_in(text, Country::parse(country)?).map(PhoneNumber::to_e164)
}

#[test]
fn all_spellings_of_a_number_are_the_same_number() {
    for text in [
        "+31612345678",
        "0031612345678",
        "+31 6 12345678",
        " +31-6-1234-5678 ",
        "+31.6.12.34.56.78",
        "+31/6/12345678",
        "(+31) 6 12345678",
        "+31(0)612345678",
        "+31 (0)6 1234 5678",
        "0031 (0)6 1234 5678",
        "tel:+31-6-1234-5678",
        "TEL:+31612345678",
        "+31\u{a0}6\u{202f}12345678",
        "+31\u{2010}6\u{2011}1234\u{2013}5678",
    ] {
        assert_eq!(parse(text).as_deref(), Ok("+31612345678"), "{text:?}");
    }
}

#[test]
fn numbers_of_many_countries_get_their_e164_form() {
    for (text, e164) in [
        ("+1 (415) 555-2671", "+14155552671"),
        ("+44 (0)7911 123456", "+447911123456"),
        ("+39 06 1234 5678", "+390612345678"),
        ("+54 9 11 2345 6789", "+5491123456789"),
        ("+55 (0)11 96123-4567", "+5511961234567"),
        ("+800 1234 5678", "+80012345678"),
        ("+49 1512 3456789", "+4915123456789"),
        ("+86 131 2345 6789", "+8613123456789"),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(e164), "{text:?}");
    }
}

#[test]
fn what_is_not_plainly_one_number_is_refused_with_its_reason() {
    let long = format!("+31 6 12345678{}", " ".repeat(60));
    for (text, reason) in [
        ("", AddressError::Empty),
        ("   ", AddressError::Empty),
        ("tel:", AddressError::Empty),
        ("+", AddressError::Empty),
        (&long, AddressError::PhoneTooLong),
        ("+1 800 FLOWERS", AddressError::PhoneLetters),
        ("sip:+31612345678", AddressError::PhoneLetters),
        ("+31612345678 ext. 5", AddressError::PhoneExtension),
        ("+31612345678x5", AddressError::PhoneExtension),
        ("+31612345678 X 5", AddressError::PhoneExtension),
        ("+31612345678#5", AddressError::PhoneExtension),
        ("+31612345678,,5", AddressError::PhoneExtension),
        ("+31612345678;ext=5", AddressError::PhoneParameters),
        ("tel:12345678;phone-context=+31", AddressError::PhoneParameters),
        ("+\u{ff13}\u{ff11}612345678", AddressError::PhoneForeignDigits),
        ("+\u{663}\u{661}612345678", AddressError::PhoneForeignDigits),
        ("+31612345678\u{202c}", AddressError::HiddenCharacter),
        ("++31612345678", AddressError::PhoneCharacter),
        ("+31612345678+", AddressError::PhoneCharacter),
        ("\u{ff0b}31612345678", AddressError::PhoneCharacter),
        ("*31612345678", AddressError::PhoneCharacter),
        ("0612345678", AddressError::PhoneWithoutCountryCode),
        ("31612345678", AddressError::PhoneWithoutCountryCode),
        ("+999 1234567", AddressError::PhoneCountryCode),
        ("+0612345678", AddressError::PhoneCountryCode),
        ("+1", AddressError::PhoneTooShort),
        ("+31", AddressError::PhoneTooShort),
        ("+31 6", AddressError::PhoneTooShort),
        ("+1 555 2671", AddressError::PhoneTooShort),
        ("+31 6 1234 5678 9012 345", AddressError::PhoneTooManyDigits),
        ("+123456789012345678901234567890", AddressError::PhoneTooManyDigits),
        ("+49 1234 5678 9012 34", AddressError::PhoneTooManyDigits),
    ] {
        assert_eq!(parse(text), Err(reason), "{text:?}");
    }
}

#[test]
fn a_national_spelling_is_read_in_its_country() {
    for (text, country, e164) in [
        ("06 1234 5678", "NL", "+31612345678"),
        ("tel:06-12345678", "NL", "+31612345678"),
        ("0031 6 12345678", "NL", "+31612345678"),
        ("+31 6 12345678", "US", "+31612345678"),
        ("0031 6 12345678", "US", "+31612345678"),
        ("011 31 6 12345678", "US", "+31612345678"),
        ("0011 31 6 12345678", "AU", "+31612345678"),
        ("001 415 555 2671", "ID", "+14155552671"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("011 15-2345-6789", "AR", "+5491123456789"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
    ] {
        assert_eq!(parse_in(text, country).as_deref(), Ok(e164), "{text:?} in {country}");
    }
}

#[test]
fn a_national_spelling_is_refused_where_it_is_no_number() {
    for (text, country, reason) in [
        ("06 1234 5678", "ZZ", AddressError::CountryWithoutNumbers),
        ("06 1234 5678", "nl", AddressError::Country),
        ("06 1234 5678", "NLD", AddressError::Country),
        ("06 1234 5678", "001", AddressError::Country),
        ("555 2671", "US", AddressError::PhoneTooShort),
        ("112", "NL", AddressError::PhoneTooShort),
        ("06 1234 5678 ext 1", "NL", AddressError::PhoneExtension),
    ] {
        assert_eq!(parse_in(text, country), Err(reason), "{text:?} in {country}");
    }
}

#[test]
fn masked_text_shows_the_country_code_and_the_last_two_digits() {
    for (text, masked) in
        [("+31612345678", "+31*******78"), ("+14155552671", "+1********71"), ("+35226123456", "+352******56")]
    {
        let number = PhoneNumber::parse(text).expect("a number");
        assert_eq!(number.to_masked(), masked);
        assert_eq!(format!("{number:?}"), format!("PhoneNumber({masked})"));
    }
}

#[test]
fn serde_writes_the_text_and_reads_it_as_any_other() {
    let number = PhoneNumber::parse("+31612345678").expect("a number");
    let json = serde_json::to_string(&number).expect("JSON");
    assert_eq!(json, "\"+31612345678\"");
    assert_eq!(serde_json::from_str::<PhoneNumber>(&json).ok(), Some(number));
    let bytes = postcard::to_stdvec(&number).expect("postcard");
    assert_eq!(postcard::from_bytes(&bytes), Ok(number));
    let bytes = postcard::to_stdvec("+00000").expect("postcard");
    assert!(postcard::from_bytes::<PhoneNumber>(&bytes).is_err());
}

#[test]
fn serde_refuses_what_is_no_number_without_repeating_it() {
    for json in ["\"0612345678\"", "31612345678", "-31612345678", "31612345678.5"] {
        let error = serde_json::from_str::<PhoneNumber>(json).expect_err(json).to_string();
        assert!(!error.contains("12345678"), "{error}");
    }
}

#[test]
fn stored_digits_are_a_number_when_their_count_is_right() {
    for digits in [0, 1234, 1_000_000_000_000_000, u64::MAX] {
        assert!(PhoneNumber::from_stored(digits).is_none(), "{digits}");
    }
    for digits in [12_345, 31_612_345_678, 999_999_999_999_999] {
        assert_eq!(PhoneNumber::from_stored(digits).map(PhoneNumber::digits), Some(digits));
    }
}

#[test]
fn a_number_is_as_small_as_its_digits() {
    assert_eq!(size_of::<Option<PhoneNumber>>(), 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(text in any_text(), country in "[A-Z]{2}") {
        let country = Country::parse(&country).expect("two letters");
        let readings = [PhoneNumber::parse(&text), PhoneNumber::parse_in(&text, country)];
        for number in readings.into_iter().flatten() {
            prop_assert_eq!(PhoneNumber::parse(&number.to_e164()), Ok(number));
            prop_assert!(number.to_masked().starts_with('+'));
            prop_assert!(number.country() != Country::parse("ZZ").ok());
        }
    }

    #[test]
    fn separators_change_nothing(separators in prop::collection::vec("[ ()./\u{a0}-]{0,2}", 11)) {
        let digits = "31612345678".chars();
        let spaced: String =
            digits.zip(separators).flat_map(|(c, s)| [c.to_string(), s]).collect();
        prop_assert_eq!(parse(&format!("+{spaced}")), Ok("+31612345678".to_owned()));
    }

    #[test]
    fn masked_text_hides_the_middle(subscriber in 10_000_000_u32..=99_999_999) {
        if let Ok(number) = PhoneNumber::parse(&format!("+316{subscriber}")) {
            let shown: String = number.to_masked().chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(shown, format!("31{:02}", subscriber % 100));
        }
    }

    #[test]
    fn a_breaking_character_is_refused_anywhere(c in breaking_character(), place in 0.0..=1.0) {
        let text = with_char_at("+31612345678", place, c);
        prop_assert_eq!(parse(&text), Err(AddressError::HiddenCharacter));
    }

    #[test]
    fn a_country_is_two_capital_letters(text in any::<String>()) {
        let wanted = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
        prop_assert_eq!(Country::parse(&text).is_ok(), wanted);
    }
}
