//! Whatever is written for a phone number has one canonical form, or is refused.
//!
//! The input: two bytes for a country, then the text.

#![no_main]

use countersign::{Country, Locale, PhoneNumber};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((letters, text)) = input.split_at_checked(2) else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Ok(number) = PhoneNumber::parse(text) {
        assert_canonical(number);
    }
    let letters = letters.iter().map(|byte| char::from(b'A' + byte.wrapping_sub(b'A') % 26));
    let country = Country::parse(&String::from_iter(letters)).expect("two capital letters");
    if let Ok(number) = PhoneNumber::parse_in(text, country) {
        assert_canonical(number);
        let abroad = PhoneNumber::parse_in(&number.to_e164(), country);
        assert!(abroad == Ok(number), "with a plus the country does not matter: {}", number.to_e164());
    }
});

fn assert_canonical(number: PhoneNumber) {
    let e164 = number.to_e164();
    assert!(e164.strip_prefix('+').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit())));
    assert!((6..=16).contains(&e164.len()), "5 to 15 digits");
    assert!(PhoneNumber::parse(&e164) == Ok(number), "the canonical form is not its own: {e164}");
    assert!(PhoneNumber::parse(&e164.replacen('+', "00", 1)) == Ok(number), "00 is not + in {e164}");
    let masked = number.to_masked();
    assert!(masked != e164, "the whole number shows: {e164}");
    assert_eq!(masked.len(), e164.len());
    let text = serde_json::to_string(&number).expect("a number can be written");
    assert_eq!(serde_json::from_str::<PhoneNumber>(&text).ok(), Some(number));
    let locale = Locale::for_phone(number);
    assert_eq!(Locale::parse(locale.as_str()).as_ref(), Ok(&locale), "a guess that is no canonical tag");
}
