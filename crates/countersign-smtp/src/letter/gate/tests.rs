use super::{Part, line, lines};
use crate::ComposeError;

#[test]
fn every_control_character_and_line_separator_is_refused_in_a_line() {
    for c in (0..=0x9f).chain([0x2028, 0x2029]).filter_map(char::from_u32) {
        let refused = line(&format!("a{c}b"), Part::Subject) == Err(ComposeError::ControlCharacter(Part::Subject));
        let breaks = c.is_control() || c > '\u{9f}';
        assert_eq!(refused, breaks, "{c:?}");
    }
}

#[test]
fn text_may_have_line_feeds_and_nothing_else_of_the_kind() {
    assert_eq!(lines("one\ntwo", Part::Text), Ok(()));
    for text in ["one\r\ntwo", "one\0", "one\ttwo", "one\u{2028}two", "\u{85}"] {
        assert_eq!(lines(text, Part::Html), Err(ComposeError::ControlCharacter(Part::Html)), "{text:?}");
    }
}
