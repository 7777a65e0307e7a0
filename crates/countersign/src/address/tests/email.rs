use proptest::prelude::*;

use super::{any_text, breaking_character, with_char_at};
use crate::address::{AddressError, EmailAddress};

fn parse(text: &str) -> Result<String, AddressError> {
    EmailAddress::parse(text).map(|email| email.as_str().to_owned())
}

#[test]
fn an_address_is_read_into_its_canonical_form() {
    for (text, canonical) in [
        ("a@example.com", "a@example.com"),
        ("  a@example.com ", "a@example.com"),
        ("Jane.Doe+tag@Example.COM", "Jane.Doe+tag@example.com"),
        ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
        ("a@b\u{fc}cher.example", "a@xn--bcher-kva.example"),
        ("a@BU\u{308}CHER.example", "a@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@stra\u{df}e.de", "a@xn--strae-oqa.de"),
        ("a@\u{4f8b}\u{3048}\u{3002}jp", "a@xn--r8jz45g.jp"),
        ("a@ab--cd.example", "a@ab--cd.example"),
        ("a@1.2.3.example", "a@1.2.3.example"),
    ] {
        assert_eq!(parse(text).as_deref(), Ok(canonical), "{text:?}");
    }
}

#[test]
fn what_is_not_supported_is_refused_with_its_reason() {
    let long_local = format!("{}@example.com", "a".repeat(65));
    let long_label = format!("a@{}.com", "b".repeat(64));
    let long_path = format!("{}@{}com", "a".repeat(64), "bcdefghi.".repeat(21));
    let endless = "a".repeat(100_000);
    for (text, reason) in [
        ("", AddressError::Empty),
        ("   ", AddressError::Empty),
        ("example.com", AddressError::EmailAtSign),
        ("@example.com", AddressError::EmailAtSign),
        ("a@", AddressError::EmailAtSign),
        ("a@b@example.com", AddressError::EmailAtSign),
        ("jos\u{e9}@example.com", AddressError::EmailLocalPartNotAscii),
        ("\u{430}@example.com", AddressError::EmailLocalPartNotAscii),
        ("\"a b\"@example.com", AddressError::EmailQuoted),
        ("\"a@b\"@example.com", AddressError::EmailQuoted),
        ("a(comment)@example.com", AddressError::EmailComment),
        ("a@(comment)example.com", AddressError::EmailComment),
        (".a@example.com", AddressError::EmailLocalPart),
        ("a.@example.com", AddressError::EmailLocalPart),
        ("a..b@example.com", AddressError::EmailLocalPart),
        ("a b@example.com", AddressError::EmailLocalPart),
        ("Jane <a@example.com>", AddressError::EmailLocalPart),
        ("a,b@example.com", AddressError::EmailLocalPart),
        (&long_local, AddressError::EmailLocalPartTooLong),
        ("a@[1.2.3.4]", AddressError::EmailIpAddress),
        ("a@[IPv6:::1]", AddressError::EmailIpAddress),
        ("a@1.2.3.4", AddressError::EmailIpAddress),
        ("a@\u{ff11}.\u{ff12}.\u{ff13}.\u{ff14}", AddressError::EmailIpAddress),
        ("a@example.com.", AddressError::EmailTrailingDot),
        ("a@localhost", AddressError::EmailDomainIncomplete),
        ("a@example..com", AddressError::EmailDomain),
        ("a@.example.com", AddressError::EmailDomain),
        ("a@-b.example", AddressError::EmailDomain),
        ("a@b-.example", AddressError::EmailDomain),
        ("a@b_c.example", AddressError::EmailDomain),
        ("a@b c.example", AddressError::EmailDomain),
        ("a@example.com>", AddressError::EmailDomain),
        ("a@xn--a.example", AddressError::EmailDomain),
        ("a@exam\u{200d}ple.com", AddressError::EmailDomain),
        ("a@exam\u{200b}ple.com", AddressError::HiddenCharacter),
        (&long_label, AddressError::EmailDomain),
        (&long_path, AddressError::EmailTooLong),
        (&endless, AddressError::EmailTooLong),
    ] {
        assert_eq!(parse(text), Err(reason), "{text:?}");
    }
}

#[test]
fn the_longest_address_has_254_octets() {
    let domain = format!("{}cd.ef", "bcdefgh.".repeat(23));
    let address = format!("{}@{domain}", "a".repeat(64));
    assert_eq!(address.len(), 254);
    assert_eq!(parse(&address).as_ref(), Ok(&address));
    assert_eq!(parse(&format!("{address}g")), Err(AddressError::EmailTooLong));
}

#[test]
fn masked_text_shows_one_character_and_the_domain() {
    for (text, masked) in [
        ("a@example.com", "a***@example.com"),
        ("anna.smith@example.com", "a***@example.com"),
        ("x@b\u{fc}cher.example", "x***@xn--bcher-kva.example"),
    ] {
        let email = EmailAddress::parse(text).expect("an address");
        assert_eq!(email.to_masked(), masked);
        assert_eq!(format!("{email:?}"), format!("EmailAddress({masked})"));
    }
}

#[test]
fn an_address_survives_serde_and_is_checked_when_read() {
    let email = EmailAddress::parse("A.b@b\u{fc}cher.example").expect("an address");
    let json = serde_json::to_string(&email).expect("JSON");
    assert_eq!(json, "\"A.b@xn--bcher-kva.example\"");
    assert_eq!(serde_json::from_str::<EmailAddress>(&json).ok(), Some(email.clone()));
    let bytes = postcard::to_stdvec(&email).expect("postcard");
    assert_eq!(postcard::from_bytes(&bytes), Ok(email));
    let error =
        serde_json::from_str::<EmailAddress>("\"secret\\r\\n@example.com\"").expect_err("a line break").to_string();
    assert!(!error.contains("secret"), "{error}");
    let bytes = postcard::to_stdvec("a@b").expect("postcard");
    assert!(postcard::from_bytes::<EmailAddress>(&bytes).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(text in any_text()) {
        if let Ok(email) = EmailAddress::parse(&text) {
            prop_assert_eq!(EmailAddress::parse(email.as_str()), Ok(email.clone()));
            prop_assert_eq!(EmailAddress::from_stored(email.as_str()), Some(email.clone()));
            prop_assert!(email.as_str().is_ascii());
            prop_assert!(email.as_str().len() <= 254);
        }
    }

    #[test]
    fn the_local_part_stays_as_typed_and_the_domain_becomes_lower_case(
        local in "[a-zA-Z0-9+_-]{1,20}(\\.[a-zA-Z0-9]{1,10}){0,3}",
        domain in "([a-zA-Z0-9]{1,10}\\.){1,4}[a-zA-Z]{2,10}",
    ) {
        prop_assume!(!domain.to_ascii_lowercase().contains("xn--"));
        let email = EmailAddress::parse(&format!("{local}@{domain}")).expect("an address");
        prop_assert_eq!(EmailAddress::from_stored(email.as_str()), Some(email.clone()));
        prop_assert_eq!(email.local_part(), &local);
        prop_assert_eq!(email.domain(), domain.to_ascii_lowercase());
        prop_assert_eq!(email.to_masked(), format!("{}***@{}", &local[..1], email.domain()));
    }

    #[test]
    fn a_domain_in_any_script_settles_at_once(
        domain in "[\\p{L}\\p{M}\\p{N}-]{1,12}\\.\\p{L}{2,6}",
    ) {
        if let Ok(email) = EmailAddress::parse(&format!("a@{domain}")) {
            prop_assert!(email.domain().is_ascii());
            prop_assert_eq!(EmailAddress::from_stored(email.as_str()), Some(email.clone()));
            prop_assert_eq!(EmailAddress::parse(email.as_str()), Ok(email));
        }
    }

    #[test]
    fn a_breaking_character_is_refused_anywhere(c in breaking_character(), place in 0.0..=1.0) {
        let text = with_char_at("anna@example.com", place, c);
        prop_assert_eq!(parse(&text), Err(AddressError::HiddenCharacter));
    }
}
