//! Whom a message says it is from.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::address::{AddressError, EmailAddress, is_hidden};

/// Whom a channel's messages are from: a mailbox for email, a name or a number for the rest.
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

/// The author of an email: an address, and usually a name that mail programs show in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox {
    name: Option<SenderName>,
    address: EmailAddress,
}

/// A name that a message is from: one line of 1 to 64 visible characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderName(Arc<str>);

/// Why a text is no [`Sender`].
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
    /// It has an `@` but no address.
    #[error("a sender with an @ is a mailbox, as in Acme <codes@acme.example>: {0}")]
    Address(#[from] AddressError),
}

impl Sender {
    /// Reads any form; spaces around its parts are dropped, and quotation marks around the name of a mailbox.
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

    /// The mailbox, if it is one.
    #[must_use]
    pub const fn mailbox(&self) -> Option<&Mailbox> {
        match self {
            Self::Mailbox(mailbox) => Some(mailbox),
            Self::Name(_) => None,
        }
    }
}

impl Mailbox {
    /// A mailbox without a name.
    #[must_use]
    pub const fn new(address: EmailAddress) -> Self {
        Self { name: None, address }
    }

    /// The same mailbox under that name.
    #[must_use]
    pub fn named(mut self, name: SenderName) -> Self {
        self.name = Some(name);
        self
    }

    /// Reads `Acme <codes@acme.example>`, with or without quotation marks around the name, or the address alone.
    ///
    /// # Errors
    /// One [`SenderError`] per rule.
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        if text.contains(is_hidden) {
            return Err(SenderError::HiddenCharacter);
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(SenderError::Empty);
        }
        let Some((name, address)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
            return Ok(Self::new(EmailAddress::parse(text)?));
        };
        let address = EmailAddress::parse(address)?;
        let name = name.trim();
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        if name.trim().is_empty() {
            return Ok(Self::new(address));
        }
        Ok(Self::new(address).named(SenderName::parse(name)?))
    }

    /// What mail programs show.
    #[must_use]
    pub const fn name(&self) -> Option<&SenderName> {
        self.name.as_ref()
    }

    /// Where answers and bounces go.
    #[must_use]
    pub const fn address(&self) -> &EmailAddress {
        &self.address
    }
}

impl SenderName {
    /// Most characters of a name.
    pub const MAX_LENGTH: usize = 64;

    /// Reads a name; spaces around it are dropped.
    ///
    /// # Errors
    /// [`SenderError::Empty`], [`SenderError::TooLong`] or [`SenderError::HiddenCharacter`].
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        if text.contains(is_hidden) {
            return Err(SenderError::HiddenCharacter);
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(SenderError::Empty);
        }
        if text.chars().nth(Self::MAX_LENGTH).is_some() {
            return Err(SenderError::TooLong);
        }
        Ok(Self(text.into()))
    }

    /// The name.
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

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address.as_str()),
            None => f.write_str(self.address.as_str()),
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

impl FromStr for Mailbox {
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
