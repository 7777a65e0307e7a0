use std::fmt;

use crate::address::{Address, AddressKind, EmailAddress, PhoneNumber};

/// The person a verification is about: a phone number, an email address, or both; never neither.
///
/// `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(Addresses);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Addresses {
    Phone(PhoneNumber),
    Email(EmailAddress),
    Both(PhoneNumber, EmailAddress),
}

impl Recipient {
    /// Somebody who is reached by phone only.
    pub fn phone(number: PhoneNumber) -> Self {
        Self(Addresses::Phone(number))
    }

    /// Somebody who is reached by email only.
    pub fn email(email: EmailAddress) -> Self {
        Self(Addresses::Email(email))
    }

    /// Somebody who is reached by phone and by email.
    pub fn both(number: PhoneNumber, email: EmailAddress) -> Self {
        Self(Addresses::Both(number, email))
    }

    /// The phone number, if there is one.
    pub fn phone_number(&self) -> Option<PhoneNumber> {
        match &self.0 {
            Addresses::Phone(number) | Addresses::Both(number, _) => Some(*number),
            Addresses::Email(_) => None,
        }
    }

    /// The email address, if there is one.
    pub fn email_address(&self) -> Option<&EmailAddress> {
        match &self.0 {
            Addresses::Email(email) | Addresses::Both(_, email) => Some(email),
            Addresses::Phone(_) => None,
        }
    }

    /// The address of that kind, if there is one.
    pub fn address(&self, kind: AddressKind) -> Option<Address> {
        match kind {
            AddressKind::Phone => self.phone_number().map(Address::Phone),
            AddressKind::Email => self.email_address().cloned().map(Address::Email),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Addresses::Phone(number) => write!(f, "Recipient({})", number.masked()),
            Addresses::Email(email) => write!(f, "Recipient({})", email.masked()),
            Addresses::Both(number, email) => {
                write!(f, "Recipient({}, {})", number.masked(), email.masked())
            }
        }
    }
}

impl From<PhoneNumber> for Recipient {
    fn from(number: PhoneNumber) -> Self {
        Self::phone(number)
    }
}

impl From<EmailAddress> for Recipient {
    fn from(email: EmailAddress) -> Self {
        Self::email(email)
    }
}

impl From<(PhoneNumber, EmailAddress)> for Recipient {
    fn from((number, email): (PhoneNumber, EmailAddress)) -> Self {
        Self::both(number, email)
    }
}

impl From<Address> for Recipient {
    fn from(address: Address) -> Self {
        match address {
            Address::Phone(number) => Self::phone(number),
            Address::Email(email) => Self::email(email),
        }
    }
}
