//! The sender that a message shows.

mod mailbox;
mod name;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::address::AddressError;
use crate::one_line::NotOneLine;

pub use mailbox::Mailbox;
pub use name::SenderName;

/// The sender of a channel's messages: a mailbox for email, a name or a number for other platforms.
///
/// In text it is `Acme <codes@acme.example>`, `codes@acme.example`, `Acme` or `+3197010281234`; whatever has an `@` is
/// a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Sender {
    /// The author of an email.
    Mailbox(Mailbox),
    /// An alphanumeric sender or a number, as the provider knows it.
    Name(SenderName),
}

/// The reason why a text is not a [`Sender`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SenderError {
    /// Nothing but spaces.
    #[error("a sender is empty: write a name, a number or a mailbox as in Acme <codes@acme.example>")]
    Empty,
    /// More than 64 characters in the name.
    #[error("a sender's name is at most 64 characters long")]
    TooLong,
    /// A line break, another control character, or one that cannot be seen.
    #[error("a sender is one line of visible characters: drop line breaks, control characters and hidden ones")]
    HiddenCharacter,
    /// The text has an `@` and no valid address.
    #[error("a sender with an @ is a mailbox, as in Acme <codes@acme.example>: {0}")]
    Address(#[from] AddressError),
}

impl Sender {
    /// Parses any form; spaces around its parts are ignored, and quotation marks around the name of a mailbox.
    ///
    /// # Errors
    /// One [`SenderError`] per rule.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        if text.contains('@') {
            Mailbox::parse(text).map(Self::Mailbox)
        } else {
            SenderName::parse(text).map(Self::Name)
        }
    }

    /// Returns the mailbox, if it is one.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Mailbox(mailbox) => Some(mailbox),
            Self::Name(_) => None,
        }
    }
}

impl From<Mailbox> for Sender {
    fn from(mailbox: Mailbox) -> Self {
        Self::Mailbox(mailbox)
    }
}

impl From<SenderName> for Sender {
    fn from(name: SenderName) -> Self {
        Self::Name(name)
    }
}

impl From<NotOneLine> for SenderError {
    fn from(fault: NotOneLine) -> Self {
        match fault {
            NotOneLine::Empty => Self::Empty,
            NotOneLine::TooLong => Self::TooLong,
            NotOneLine::HiddenCharacter => Self::HiddenCharacter,
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(mailbox) => mailbox.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl FromStr for Sender {
    type Err = SenderError;

    fn from_str(text: &str) -> Result<Self, SenderError> {
        Self::parse(text)
    }
}

impl Serialize for Sender {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sender {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
