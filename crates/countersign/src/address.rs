//! Phone numbers, email addresses, and the person who has them.
//!
//! Addresses are parsed once and then trusted. `Debug` shows masked text only, and no type has a
//! `Display`, so an address does not reach a log by accident.

mod email;
mod error;
mod phone;
mod recipient;

use std::ops::RangeInclusive;
use std::str::FromStr;

pub use email::EmailAddress;
pub use error::AddressError;
pub use phone::{Country, PhoneNumber};
pub use recipient::Recipient;

/// A phone number or an email address that a code can be sent to.
///
/// All spellings of one address are equal, because each kind keeps only its canonical form.
/// `Debug` is masked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// A phone number, for SMS, WhatsApp, voice and the like.
    Phone(PhoneNumber),
    /// An email address.
    Email(EmailAddress),
}

/// The kind of an [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressKind {
    /// A phone number.
    Phone,
    /// An email address.
    Email,
}

impl Address {
    /// Parses a phone number with its country code, or, if the text has an `@`, an email address.
    ///
    /// Use it for a form with one field; [`PhoneNumber::parse_in`] reads national spellings.
    ///
    /// ```
    /// use countersign::{Address, AddressKind};
    ///
    /// assert_eq!(Address::parse("+31 6 12345678")?.kind(), AddressKind::Phone);
    /// assert_eq!(Address::parse("ann@example.com")?.kind(), AddressKind::Email);
    /// # Ok::<(), countersign::address::AddressError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PhoneNumber::parse`] and [`EmailAddress::parse`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.contains('@') {
            EmailAddress::parse(text).map(Self::Email)
        } else {
            PhoneNumber::parse(text).map(Self::Phone)
        }
    }

    /// Returns the kind of the address.
    pub fn kind(&self) -> AddressKind {
        match self {
            Self::Phone(_) => AddressKind::Phone,
            Self::Email(_) => AddressKind::Email,
        }
    }

    /// Returns the full address in its canonical spelling: E.164 for a phone number, the text of
    /// [`EmailAddress::as_str`] for an email address.
    ///
    /// This is personal data; use [`Address::to_masked`] for anything a log or a screen may show.
    pub fn to_canonical(&self) -> String {
        match self {
            Self::Phone(number) => number.to_e164(),
            Self::Email(email) => email.as_str().to_owned(),
        }
    }

    /// Returns text that may be logged or shown: enough to recognise one's own address, too little
    /// to use it.
    pub fn to_masked(&self) -> String {
        match self {
            Self::Phone(number) => number.to_masked(),
            Self::Email(email) => email.to_masked(),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl From<PhoneNumber> for Address {
    fn from(number: PhoneNumber) -> Self {
        Self::Phone(number)
    }
}

impl From<EmailAddress> for Address {
    fn from(email: EmailAddress) -> Self {
        Self::Email(email)
    }
}

/// Characters a reader cannot see, which break lines, hide text or turn it around.
///
/// The two joiners are left out: some scripts need them in a domain name, and IDNA checks where
/// they stand.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control() || HIDDEN.iter().any(|range| range.contains(&c))
}

/// Soft hyphen; marks of direction and order; zero-width space; line and paragraph separators;
/// invisible operators; byte order mark; annotation marks.
const HIDDEN: [RangeInclusive<char>; 9] = [
    '\u{ad}'..='\u{ad}',
    '\u{61c}'..='\u{61c}',
    '\u{180e}'..='\u{180e}',
    '\u{200b}'..='\u{200b}',
    '\u{200e}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff9}'..='\u{fffb}',
];

#[cfg(test)]
mod tests;
