mod country;
mod numbering;
mod spelling;

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use country::Country;

use crate::address::AddressError;

/// Fewest digits of a number that can be dialled from abroad, country code included.
const MIN_DIGITS: usize = 5;

/// Most digits of a number (ITU-T E.164 section 6.2.1), country code included.
const MAX_DIGITS: usize = 15;

/// A phone number that codes can be sent to, kept as its E.164 digits.
///
/// All spellings of one number are equal, and [`PhoneNumber::parse`] of [`PhoneNumber::to_e164`] gives
/// the same number back. `Debug` is masked. There is no `Display`: use [`PhoneNumber::to_e164`] or
/// [`PhoneNumber::to_masked`].
///
/// With serde it is the E.164 text, read with [`PhoneNumber::parse`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber(NonZeroU64);

impl PhoneNumber {
    /// Parses an international spelling: `+` or `00`, country code, number; a `tel:` before it is
    /// allowed.
    ///
    /// Spaces and `-`, `.`, `/`, `(`, `)` may separate the digits, and a trunk zero may stand after
    /// the country code, as in `+31 (0)6 1234 5678`. At most 64 characters.
    ///
    /// A number that its country could have, but has not given out as far as we know, is accepted:
    /// our copy of the numbering plans (libphonenumber) is always older than the plans themselves.
    /// Numbers that only work inside one area are refused.
    ///
    /// The numbering library writes parts of numbers to the `log` crate at trace level, under the
    /// target `rlibphonenumber`. Keep that target off.
    ///
    /// # Errors
    ///
    /// [`AddressError::Empty`], [`AddressError::HiddenCharacter`] and the variants whose name
    /// begins with `Phone`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let spelling = spelling::read(text)?;
        let digits = spelling.international().ok_or(AddressError::PhoneWithoutCountryCode)?;
        numbering::settle(digits)
    }

    /// Parses a spelling as a person in that country would write it: national, or international.
    ///
    /// The country's own prefixes for calling abroad are understood, `00` everywhere.
    ///
    /// # Errors
    ///
    /// As [`PhoneNumber::parse`], and [`AddressError::CountryWithoutNumbers`].
    pub fn parse_in(text: &str, country: Country) -> Result<Self, AddressError> {
        let spelling = spelling::read(text)?;
        if spelling.plus {
            return numbering::settle(&spelling.digits);
        }
        let national = numbering::settle_in(&spelling.digits, country);
        // A leading 00 may also be part of a national spelling (0011 leads abroad in Australia), so
        // a number that exists wins over the reading of 00 as +.
        match spelling.international() {
            Some(digits) if !national.is_ok_and(numbering::is_assigned) => numbering::settle(digits).or(national),
            Some(_) | None => national,
        }
    }

    /// Takes digits that were a number when they were stored, so that they stay one when numbering plans change. `None` if
    /// their count is wrong.
    pub(crate) fn from_stored(digits: u64) -> Option<Self> {
        let digits = NonZeroU64::new(digits)?;
        let count = digits.ilog10() as usize + 1;
        (MIN_DIGITS..=MAX_DIGITS).contains(&count).then_some(Self(digits))
    }

    /// Returns the digits of the E.164 form as one integer, country code first: at most 15 digits,
    /// the first of them not 0.
    pub fn digits(self) -> u64 {
        self.0.get()
    }

    /// Returns the full number, as in `+31612345678`. This is personal data.
    pub fn to_e164(self) -> String {
        format!("+{}", self.0)
    }

    /// Returns the country or territory that the number belongs to.
    ///
    /// `None` for numbers of no country (such as +800), and for numbers that are not known to be
    /// given out where several countries share a country code (such as +1): the main country would
    /// be a guess.
    pub fn country(self) -> Option<Country> {
        numbering::country(self)
    }

    /// Returns text that may be logged or shown: the country code and the last two digits, as in
    /// `+31*******78`.
    pub fn to_masked(self) -> String {
        let digits = self.0.to_string();
        let (code, national) = digits.split_at(numbering::country_code_length(&digits));
        let (hidden, last) = national.split_at(national.len().saturating_sub(2));
        format!("+{code}{}{last}", "*".repeat(hidden.len()))
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.to_masked())
    }
}

impl FromStr for PhoneNumber {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_e164())
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            // Not `deserialize_str`: then the format itself may quote a number without quotes.
            deserializer.deserialize_any(PhoneText)
        } else {
            deserializer.deserialize_str(PhoneText)
        }
    }
}

struct PhoneText;

impl Visitor<'_> for PhoneText {
    type Value = PhoneNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a phone number as text, with + and its country code")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<PhoneNumber, E> {
        PhoneNumber::parse(text).map_err(E::custom)
    }

    // A number written without quotes must not appear in the error, as serde's own text would have
    // it.
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<PhoneNumber, E> {
        Err(E::invalid_type(Unexpected::Other("number"), &self))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<PhoneNumber, E> {
        Err(E::invalid_type(Unexpected::Other("number"), &self))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<PhoneNumber, E> {
        Err(E::invalid_type(Unexpected::Other("number"), &self))
    }
}
