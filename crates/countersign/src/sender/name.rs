use std::fmt;
use std::sync::Arc;

use super::SenderError;
use crate::one_line;

/// A name that a message is from: one line of 1 to 64 visible characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderName(Arc<str>);

impl SenderName {
    /// The maximum number of characters of a name.
    pub const MAX_LENGTH: usize = one_line::MAX_LENGTH;

    /// Parses a name; spaces around it are ignored.
    ///
    /// # Errors
    /// [`SenderError::Empty`], [`SenderError::TooLong`] or [`SenderError::HiddenCharacter`].
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        Ok(Self(one_line::parse(text)?.into()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SenderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SenderName({})", self.0)
    }
}

impl fmt::Display for SenderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
