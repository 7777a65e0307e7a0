//! The name that a message speaks for.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::one_line::{self, NotOneLine};

/// The name that a message speaks for: `Acme` in “482913 is your Acme code”.
///
/// It is one line of 1 to 64 characters, without characters that cannot be seen, so that it can break neither a line
/// of a message nor a header of an email. An SMS has room for 11: see [`Brand::fits_sms`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Brand(Arc<str>);

/// The reason why a text is not a [`Brand`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BrandError {
    /// Nothing but spaces.
    #[error("a brand is empty: give it a name of 1 to 64 characters")]
    Empty,
    /// More than 64 characters.
    #[error("a brand is at most 64 characters long")]
    TooLong,
    /// A line break, another control character, or one that cannot be seen.
    #[error("a brand is one line of visible characters: drop line breaks, control characters and hidden ones")]
    HiddenCharacter,
}

impl Brand {
    /// The maximum number of characters of a brand.
    pub const MAX_LENGTH: usize = one_line::MAX_LENGTH;

    /// The maximum number of UTF-16 units of a brand in an SMS: that of an alphanumeric sender (3GPP TS 23.040,
    /// section 9.1.2.5).
    pub const MAX_SMS_UNITS: usize = 11;

    /// Parses a name; spaces around it are ignored.
    ///
    /// # Errors
    /// One [`BrandError`] per rule.
    pub fn parse(text: &str) -> Result<Self, BrandError> {
        Ok(Self(one_line::parse(text)?.into()))
    }

    /// Takes a name that was well formed when it was stored. `None` when its form is wrong.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        one_line::is_stored_form(text).then(|| Self(text.into()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it fits an SMS: at most [`MAX_SMS_UNITS`](Self::MAX_SMS_UNITS).
    #[must_use]
    pub fn fits_sms(&self) -> bool {
        self.0.encode_utf16().count() <= Self::MAX_SMS_UNITS
    }
}

impl From<NotOneLine> for BrandError {
    fn from(fault: NotOneLine) -> Self {
        match fault {
            NotOneLine::Empty => Self::Empty,
            NotOneLine::TooLong => Self::TooLong,
            NotOneLine::HiddenCharacter => Self::HiddenCharacter,
        }
    }
}

impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Brand({self})")
    }
}

impl FromStr for Brand {
    type Err = BrandError;

    fn from_str(text: &str) -> Result<Self, BrandError> {
        Self::parse(text)
    }
}

impl Serialize for Brand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Brand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
