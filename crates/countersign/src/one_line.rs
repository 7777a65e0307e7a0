//! Names that people read, and that must never become two lines.

use crate::address::is_hidden;

/// Most characters of such a name.
pub(crate) const MAX_LENGTH: usize = 64;

/// Why a text is no such name.
pub(crate) enum NotOneLine {
    Empty,
    TooLong,
    HiddenCharacter,
}

/// The text without the spaces around it, if it is one line of 1 to 64 visible characters.
pub(crate) fn parse(text: &str) -> Result<&str, NotOneLine> {
    if text.contains(is_hidden) {
        return Err(NotOneLine::HiddenCharacter);
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(NotOneLine::Empty);
    }
    if text.chars().nth(MAX_LENGTH).is_some() {
        return Err(NotOneLine::TooLong);
    }
    Ok(text)
}

/// Whether a text has the form of such a name that was stored: the length, and no control character. Which characters are
/// invisible may change with releases, and must not make a record unreadable.
pub(crate) fn is_stored_form(text: &str) -> bool {
    !text.is_empty() && text.chars().nth(MAX_LENGTH).is_none() && !text.contains(char::is_control)
}
