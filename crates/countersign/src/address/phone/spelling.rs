//! Reduces what a person typed to digits, before the numbering library sees any of it.
//!
//! The library is lenient (it reads letters as keypad digits, other scripts' digits, extensions,
//! contexts). Here only what is plainly one number passes.

use crate::address::{AddressError, is_hidden};

/// Most characters that are looked at, separators included.
const MAX_CHARS: usize = 64;

/// What is left of a spelling: whether it began with `+`, and its ASCII digits.
pub(super) struct Spelling {
    pub(super) plus: bool,
    pub(super) digits: String,
}

impl Spelling {
    /// The digits from the country code on, if the spelling is international.
    pub(super) fn international(&self) -> Option<&str> {
        if self.plus { Some(&self.digits) } else { self.digits.strip_prefix("00") }
    }
}

/// Reads a spelling, and says what is wrong with the first character that does not belong.
pub(super) fn read(text: &str) -> Result<Spelling, AddressError> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(AddressError::PhoneTooLong);
    }
    let text = text.trim_matches(' ');
    let rest = match text.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest,
        Some(_) | None => text,
    };
    let mut spelling = Spelling { plus: false, digits: String::with_capacity(rest.len()) };
    for (at, c) in rest.char_indices() {
        match c {
            '0'..='9' => spelling.digits.push(c),
            '+' if !spelling.plus && spelling.digits.is_empty() => spelling.plus = true,
            c if is_separator(c) => {}
            _ => return Err(refusal(c, &rest[at..])),
        }
    }
    if spelling.digits.is_empty() { Err(AddressError::Empty) } else { Ok(spelling) }
}

/// Space, no-break space, narrow no-break space; hyphen, no-break hyphen, figure and en dash; dot,
/// slash, parentheses.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}'..='\u{2013}' | '.' | '/' | '(' | ')')
}

fn refusal(c: char, rest: &str) -> AddressError {
    if is_hidden(c) {
        AddressError::HiddenCharacter
    } else if matches!(c, ';' | '=' | '?' | '&') {
        AddressError::PhoneParameters
    } else if c == '#' || c == ',' || starts_extension(rest) {
        AddressError::PhoneExtension
    } else if c.is_alphabetic() {
        AddressError::PhoneLetters
    } else if c.is_numeric() {
        AddressError::PhoneForeignDigits
    } else {
        AddressError::PhoneCharacter
    }
}

/// Whether the text goes on with `x`, `ext`, `extn` or `extension`.
fn starts_extension(rest: &str) -> bool {
    let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    ["x", "ext", "extn", "extension"].iter().any(|mark| word.eq_ignore_ascii_case(mark))
}
