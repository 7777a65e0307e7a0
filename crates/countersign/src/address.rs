//! Where a code can be sent: phone numbers, email addresses, and the person who has them.
//!
//! Everything here is parsed once and then trusted. `Debug` shows masked text only, and nothing has
//! a `Display`, so an address does not reach a log by accident.

mod email;
mod error;
mod phone;
mod recipient;

use std::ops::RangeInclusive;

pub use email::EmailAddress;
pub use error::AddressError;
pub use phone::{Country, PhoneNumber};
pub use recipient::Recipient;

/// One place a code can be sent to.
///
/// Two spellings of the same place are equal, because each kind keeps its canonical form only.
/// `Debug` is masked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    /// Reached by SMS, WhatsApp, voice and the like.
    Phone(PhoneNumber),
    /// Reached by email.
    Email(EmailAddress),
}

/// Tells phone from email where the address itself must not be shown or is not needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AddressKind {
    /// A phone number.
    Phone,
    /// An email address.
    Email,
}

impl Address {
    /// Says which kind of address this is.
    pub fn kind(&self) -> AddressKind {
        match self {
            Self::Phone(_) => AddressKind::Phone,
            Self::Email(_) => AddressKind::Email,
        }
    }

    /// The full address in its one spelling: E.164 for a phone number, the canonical text of an
    /// email address.
    ///
    /// This is personal data; use [`Address::masked`] for anything a log or a screen may show.
    pub fn canonical(&self) -> String {
        match self {
            Self::Phone(number) => number.e164(),
            Self::Email(email) => email.as_str().to_owned(),
        }
    }

    /// Text that may be logged or shown: enough to recognise one's own address, too little to use
    /// it.
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(number) => number.masked(),
            Self::Email(email) => email.masked(),
        }
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
