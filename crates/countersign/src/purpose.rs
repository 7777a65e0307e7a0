//! What a code is for.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::one_line::{self, NotOneLine};

/// What a verification is for, in the host's words: `login`, `change of email`. One line of 1 to 64 characters.
///
/// A code of one purpose never passes for another: it is derived from the purpose, and
/// [`Engine::check_for`](crate::Engine::check_for) refuses a verification of another purpose or none. It is not on the
/// wire, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(Arc<str>);

/// Why a text is not a [`Purpose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PurposeError {
    /// The text is empty, or only spaces.
    #[error("a purpose is empty: give it 1 to {} characters, as in login", Purpose::MAX_LENGTH)]
    Empty,
    /// The text has too many characters.
    #[error("a purpose has at most {} characters: shorten it", Purpose::MAX_LENGTH)]
    TooLong,
    /// The text has a line break, another control character, or an invisible one.
    #[error("a purpose is one line of visible characters: remove line breaks, control characters and invisible ones")]
    HiddenCharacter,
}

impl Purpose {
    /// The most characters of a purpose.
    pub const MAX_LENGTH: usize = one_line::MAX_LENGTH;

    /// Reads a purpose; spaces around it are dropped. Upper and lower case differ.
    ///
    /// # Errors
    /// One [`PurposeError`] per rule.
    pub fn parse(text: &str) -> Result<Self, PurposeError> {
        Ok(Self(one_line::parse(text)?.into()))
    }

    /// Takes a purpose that was well formed when it was stored. `None` when its form is wrong.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        one_line::is_stored_form(text).then(|| Self(text.into()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<NotOneLine> for PurposeError {
    fn from(fault: NotOneLine) -> Self {
        match fault {
            NotOneLine::Empty => Self::Empty,
            NotOneLine::TooLong => Self::TooLong,
            NotOneLine::HiddenCharacter => Self::HiddenCharacter,
        }
    }
}

impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Purpose(redacted)")
    }
}

impl FromStr for Purpose {
    type Err = PurposeError;

    fn from_str(text: &str) -> Result<Self, PurposeError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
