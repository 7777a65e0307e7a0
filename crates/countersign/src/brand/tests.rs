use proptest::prelude::*;

use super::{Brand, BrandError};

#[test]
fn spaces_around_a_brand_are_dropped_and_those_inside_stay() {
    assert_eq!(Brand::parse("  Acme Bank ").unwrap().as_str(), "Acme Bank");
}

#[test]
fn a_brand_needs_something_to_be_seen() {
    assert_eq!(Brand::parse(""), Err(BrandError::Empty));
    assert_eq!(Brand::parse("   "), Err(BrandError::Empty));
}

#[test]
fn what_breaks_a_line_or_cannot_be_seen_is_no_part_of_a_brand() {
    for hidden in
        ['\r', '\n', '\t', '\0', '\u{7f}', '\u{85}', '\u{200b}', '\u{202e}', '\u{2028}', '\u{2066}', '\u{feff}']
    {
        for text in [format!("Acme{hidden}Bank"), format!("{hidden}Acme"), format!("Acme{hidden}")] {
            assert_eq!(Brand::parse(&text), Err(BrandError::HiddenCharacter), "{:?}", text);
        }
    }
}

#[test]
fn a_brand_has_at_most_64_characters_and_11_units_in_an_sms() {
    assert!(Brand::parse(&"ж".repeat(64)).is_ok());
    assert_eq!(Brand::parse(&"ж".repeat(65)), Err(BrandError::TooLong));
    assert!(Brand::parse(&"ж".repeat(11)).unwrap().fits_sms());
    assert!(!Brand::parse(&"ж".repeat(12)).unwrap().fits_sms());
    assert!(Brand::parse(&"🦊".repeat(5)).unwrap().fits_sms());
    assert!(!Brand::parse(&"🦊".repeat(6)).unwrap().fits_sms(), "a fox takes two units");
}

proptest! {
    #[test]
    fn a_brand_reads_back_as_itself_and_is_one_visible_line(text in any::<String>()) {
        if let Ok(brand) = Brand::parse(&text) {
            prop_assert_eq!(Brand::parse(brand.as_str()), Ok(brand.clone()));
            prop_assert!(!brand.as_str().chars().any(char::is_control));
            prop_assert_eq!(brand.as_str().lines().count(), 1);
        }
    }
}
