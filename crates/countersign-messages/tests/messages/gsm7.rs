//! The alphabet again, written down by its tables (3GPP TS 23.038, section 6.2.1), to hold the crate's own against it.

use crate::asked::{Asked, shipped};
use countersign_messages::Encoding;

/// Position by position; the escape is left out.
const TABLE: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: [char; 9] = ['^', '{', '}', '\\', '[', '~', ']', '|', '€'];

/// Septets of a text, none when a character is missing.
pub(crate) fn septets(text: &str) -> Option<usize> {
    text.chars()
        .map(|c| if TABLE.contains(c) { Some(1) } else { EXTENSION.contains(&c).then_some(2) })
        .sum::<Option<usize>>()
}

#[test]
fn the_table_has_127_characters() {
    assert_eq!(TABLE.chars().count(), 127);
}

#[test]
fn every_character_is_counted_as_the_alphabet_has_it() {
    let messages = shipped();
    let mut in_alphabet = 0;
    for c in (0..0x3000).filter_map(char::from_u32) {
        // As a brand's last character, between two letters.
        let Ok(brand) = countersign::Brand::parse(&format!("A{c}A")) else { continue };
        let dispatch = Asked::in_language("en").brand(brand.as_str()).dispatch();
        let sms = messages.sms(&dispatch);
        let expected = septets(sms.body());
        in_alphabet += usize::from(expected.is_some());
        assert_eq!(sms.encoding() == Encoding::Gsm7, expected.is_some(), "U+{:04X}", u32::from(c));
        assert_eq!(
            sms.units(),
            expected.unwrap_or_else(|| sms.body().encode_utf16().count()),
            "U+{:04X}",
            u32::from(c)
        );
    }
    // Line feed and carriage return cannot be in a brand.
    assert_eq!(in_alphabet, 125 + 9);
}
