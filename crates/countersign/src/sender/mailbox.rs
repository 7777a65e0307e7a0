use std::fmt;
use std::str::FromStr;

use super::{SenderError, SenderName};
use crate::address::{EmailAddress, is_hidden};

/// The author of an email: an address, and usually a name that mail programs show in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox {
    name: Option<SenderName>,
    address: EmailAddress,
}

impl Mailbox {
    /// Creates a mailbox without a name.
    #[must_use]
    pub const fn new(address: EmailAddress) -> Self {
        Self { name: None, address }
    }

    /// Sets the name that mail programs show.
    #[must_use]
    pub fn with_name(mut self, name: SenderName) -> Self {
        self.name = Some(name);
        self
    }

    /// Parses `Acme <codes@acme.example>`, with or without quotation marks around the name, or the address alone.
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
        // All of them, so that what is shown reads back as itself.
        let name = name.trim_matches(|c: char| c == '"' || c.is_whitespace());
        if name.is_empty() {
            return Ok(Self::new(address));
        }
        Ok(Self::new(address).with_name(SenderName::parse(name)?))
    }

    /// Returns the name that mail programs show.
    #[must_use]
    pub const fn name(&self) -> Option<&SenderName> {
        self.name.as_ref()
    }

    /// Returns the address.
    #[must_use]
    pub const fn address(&self) -> &EmailAddress {
        &self.address
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

impl FromStr for Mailbox {
    type Err = SenderError;

    fn from_str(text: &str) -> Result<Self, SenderError> {
        Self::parse(text)
    }
}
