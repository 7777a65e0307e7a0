use std::fmt;

use crate::address::{Address, AddressKind, EmailAddress, PhoneNumber};

/// The person a verification is about: a phone number, an email address, or both.
///
/// A [`PhoneNumber`], an [`EmailAddress`], an [`Address`] and a pair of both convert into one. `Debug` is masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(Addresses);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Addresses {
    Phone(PhoneNumber),
    Email(EmailAddress),
    Both(PhoneNumber, EmailAddress),
}

impl Recipient {
    /// Creates a recipient from the addresses that a form has; `None` when it has neither.
    ///
    /// ```
    /// use countersign::{EmailAddress, PhoneNumber, Recipient};
    ///
    /// let phone = PhoneNumber::parse("+31 6 12345678")?;
    /// let email: Option<EmailAddress> = None;
    /// assert_eq!(Recipient::from_parts(Some(phone), email), Some(phone.into()));
    /// assert_eq!(Recipient::from_parts(None, None), None);
    /// # Ok::<(), countersign::address::AddressError>(())
    /// ```
    pub fn from_parts(number: Option<PhoneNumber>, email: Option<EmailAddress>) -> Option<Self> {
        match (number, email) {
            (Some(number), Some(email)) => Some(Self::both(number, email)),
            (Some(number), None) => Some(Self::phone(number)),
            (None, Some(email)) => Some(Self::email(email)),
            (None, None) => None,
        }
    }

    /// Creates a recipient with a phone number only.
    pub fn phone(number: PhoneNumber) -> Self {
        Self(Addresses::Phone(number))
    }

    /// Creates a recipient with an email address only.
    pub fn email(email: EmailAddress) -> Self {
        Self(Addresses::Email(email))
    }

    /// Creates a recipient with a phone number and an email address.
    pub fn both(number: PhoneNumber, email: EmailAddress) -> Self {
        Self(Addresses::Both(number, email))
    }

    /// Returns the phone number, if there is one.
    pub fn phone_number(&self) -> Option<PhoneNumber> {
        match &self.0 {
            Addresses::Phone(number) | Addresses::Both(number, _) => Some(*number),
            Addresses::Email(_) => None,
        }
    }

    /// Returns the email address, if there is one.
    pub fn email_address(&self) -> Option<&EmailAddress> {
        match &self.0 {
            Addresses::Email(email) | Addresses::Both(_, email) => Some(email),
            Addresses::Phone(_) => None,
        }
    }

    /// Returns the address of that kind, if there is one.
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
            Addresses::Phone(number) => write!(f, "Recipient({})", number.to_masked()),
            Addresses::Email(email) => write!(f, "Recipient({})", email.to_masked()),
            Addresses::Both(number, email) => {
                write!(f, "Recipient({}, {})", number.to_masked(), email.to_masked())
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
