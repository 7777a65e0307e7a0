use proptest::prelude::*;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use super::{Locale, LocaleError};
use crate::address::{EmailAddress, PhoneNumber, Recipient};

fn parse(tag: &str) -> Result<String, LocaleError> {
    Locale::parse(tag).map(|locale| locale.to_string())
}

fn for_phone(text: &str) -> String {
    Locale::for_phone(PhoneNumber::parse(text).expect("a number")).to_string()
}

#[test]
fn a_tag_is_read_into_its_canonical_form() {
    for (tag, canonical) in [
        ("nl", "nl"),
        ("NL-nl", "nl-NL"),
        ("ZH-hANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
    ] {
        assert_eq!(parse(tag).as_deref(), Ok(canonical), "{tag:?}");
    }
}

#[test]
fn what_is_not_a_language_tag_is_refused_with_its_reason() {
    let long = format!("en-{}", "a".repeat(33));
    for (tag, reason) in [
        ("", LocaleError::NotATag),
        ("und", LocaleError::NoLanguage),
        ("und-NL", LocaleError::NoLanguage),
        ("en_US", LocaleError::Underscore),
        ("en-", LocaleError::NotATag),
        ("-en", LocaleError::NotATag),
        ("english", LocaleError::NotATag),
        (" en", LocaleError::NotATag),
        ("en\r\n", LocaleError::NotATag),
        ("en\0", LocaleError::NotATag),
        ("\u{ff45}n", LocaleError::NotATag),
        (&long, LocaleError::TooLong),
    ] {
        assert_eq!(parse(tag), Err(reason), "{tag:?}");
    }
}

#[test]
fn the_default_is_american_english_and_is_canonical() {
    assert_eq!(Locale::default().as_str(), "en-US");
    assert_eq!(Locale::parse("en-US"), Ok(Locale::default()));
}

#[test]
fn the_language_is_the_first_part() {
    for (tag, language) in [("nl", "nl"), ("nl-BE", "nl"), ("zh-Hant-TW", "zh"), ("fil-PH", "fil")] {
        assert_eq!(Locale::parse(tag).expect("a tag").language(), language);
    }
}

#[test]
fn a_phone_number_speaks_the_likely_language_of_its_country() {
    for (number, locale) in [
        ("+31612345678", "nl-NL"),
        ("+14155552671", "en-US"),
        ("+15062345678", "en-CA"),
        ("+886912345678", "zh-TW"),
        ("+8613123456789", "zh-CN"),
        ("+85251234567", "zh-HK"),
        ("+5511961234567", "pt-BR"),
        ("+381601234567", "sr-RS"),
        ("+43664123456", "de-AT"),
        ("+41781234567", "de-CH"),
        ("+32470123456", "nl-BE"),
        ("+447400123456", "en-GB"),
        ("+390612345678", "it-IT"),
        ("+966512345678", "ar-SA"),
        ("+27711234567", "en-ZA"),
        ("+61412345678", "en-AU"),
        ("+2348021234567", "en-NG"),
        ("+4741234567", "nb-NO"),
    ] {
        assert_eq!(for_phone(number), locale, "{number}");
    }
}

#[test]
fn without_a_country_the_language_is_american_english() {
    assert_eq!(for_phone("+80012345678"), "en-US");
    assert_eq!(for_phone("+1 555 555 2671"), "en-US");
    let email = EmailAddress::parse("a@example.nl").expect("an address");
    assert_eq!(Locale::for_recipient(&Recipient::email(email)), Locale::default());
}

#[test]
fn a_recipient_with_a_phone_speaks_the_language_of_the_phone() {
    let number = PhoneNumber::parse("+31612345678").expect("a number");
    let email = EmailAddress::parse("a@example.com").expect("an address");
    for recipient in [Recipient::phone(number), Recipient::both(number, email)] {
        assert_eq!(Locale::for_recipient(&recipient).as_str(), "nl-NL");
    }
}

#[test]
fn every_country_with_phones_has_a_language_and_keeps_its_region() {
    let util = &PHONE_NUMBER_UTIL;
    for region in util.get_supported_regions() {
        let number = util.get_example_number(region).expect("an example");
        let locale = for_phone(&util.format(&number, PhoneNumberFormat::E164));
        // Both share a plan with a neighbour, which comes first.
        let region = region.to_string();
        let country = match region.as_str() {
            "EH" => "MA",
            "MF" => "BL",
            region => region,
        };
        assert!(locale.ends_with(&format!("-{country}")), "{region}: {locale}");
        assert_eq!(parse(&locale).as_deref(), Ok(&*locale), "{region}");
    }
}

#[test]
fn a_locale_survives_serde_and_is_checked_when_read() {
    let locale = Locale::parse("zh-Hant-TW").expect("a tag");
    let json = serde_json::to_string(&locale).expect("JSON");
    assert_eq!(json, "\"zh-Hant-TW\"");
    assert_eq!(serde_json::from_str::<Locale>(&json).ok(), Some(locale.clone()));
    let bytes = postcard::to_stdvec(&locale).expect("postcard");
    assert_eq!(postcard::from_bytes(&bytes), Ok(locale));
    assert!(serde_json::from_str::<Locale>("\"en_US\"").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused(
        tag in prop_oneof![
            any::<String>(),
            "[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-[a-zA-Z]{2})?(-[a-zA-Z0-9]{4,8})?",
            "[a-z]{2}(-[a-zA-Z0-9]{1,8}){0,4}",
        ],
    ) {
        if let Ok(locale) = Locale::parse(&tag) {
            prop_assert_eq!(Locale::parse(locale.as_str()), Ok(locale.clone()));
            prop_assert_eq!(Locale::from_stored(locale.as_str()), Some(locale.clone()));
            prop_assert!(locale.as_str().len() <= 35);
            prop_assert!(!locale.language().is_empty());
        }
    }
}
