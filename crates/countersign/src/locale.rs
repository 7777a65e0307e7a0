//! The language a message is written in.

mod likely;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use icu_locale::LocaleCanonicalizer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use crate::address::{PhoneNumber, Recipient};

/// Most characters of a tag that is kept (RFC 5646 section 4.4.1).
pub(crate) const MAX_LENGTH: usize = 35;

const CANONICALIZER: LocaleCanonicalizer = LocaleCanonicalizer::new_extended();

/// The language of a recipient, as a BCP 47 tag in canonical form, such as `nl-NL`.
///
/// `en-US` by default.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locale(Arc<str>);

/// Tells a person what to change so that a language tag can be used.
///
/// The text never contains the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum LocaleError {
    /// More than 35 characters.
    #[error("a locale is at most 35 characters long")]
    TooLong,
    /// An underscore where a hyphen belongs.
    #[error("separate the parts of a locale with hyphens, as in nl-NL")]
    Underscore,
    /// No language, or the language `und`.
    #[error("a locale begins with a language, as in nl-NL")]
    NoLanguage,
    /// Not a BCP 47 language tag.
    #[error("a locale is a BCP 47 language tag, as in nl, nl-NL or zh-Hant-TW")]
    NotATag,
}

impl Locale {
    /// Reads a BCP 47 tag in any case, at most 35 characters (RFC 5646 section 4.4.1).
    ///
    /// Old names are replaced by what they are called today, as CLDR has it: `iw` becomes `he`.
    ///
    /// # Errors
    ///
    /// One [`LocaleError`] per rule.
    pub fn parse(tag: &str) -> Result<Self, LocaleError> {
        if tag.len() > MAX_LENGTH {
            return Err(LocaleError::TooLong);
        }
        if tag.contains('_') {
            return Err(LocaleError::Underscore);
        }
        let mut locale = icu_locale_core::Locale::try_from_str(tag).map_err(|_| LocaleError::NotATag)?;
        CANONICALIZER.canonicalize(&mut locale);
        if locale.id.language.is_unknown() {
            return Err(LocaleError::NoLanguage);
        }
        let canonical = locale.to_string();
        if canonical.len() > MAX_LENGTH {
            return Err(LocaleError::TooLong);
        }
        Ok(Self(canonical.into()))
    }

    /// Guesses the language from a phone number: the most likely one of its country (CLDR likely
    /// subtags).
    ///
    /// The tag has language and region, and a script only where it is not the one that language has
    /// in that region. English where CLDR names no language for the country; `en-US` when the
    /// number has no country.
    pub fn for_phone(number: PhoneNumber) -> Self {
        number.country().and_then(likely::tag).map(|tag| Self(tag.into())).unwrap_or_default()
    }

    /// Guesses the language of a recipient from the phone number; `en-US` without one.
    pub fn for_recipient(recipient: &Recipient) -> Self {
        recipient.phone_number().map(Self::for_phone).unwrap_or_default()
    }

    /// The whole tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone, such as `nl`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl Default for Locale {
    fn default() -> Self {
        Self("en-US".into())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({self})")
    }
}

impl FromStr for Locale {
    type Err = LocaleError;

    fn from_str(tag: &str) -> Result<Self, LocaleError> {
        Self::parse(tag)
    }
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Locale {
    /// Takes a tag that was canonical when it was stored: only its form is checked, since every load of every record does
    /// this. `None` if its form is wrong.
    pub(crate) fn from_stored(tag: &str) -> Option<Self> {
        let mut parts = tag.as_bytes().split(|byte| *byte == b'-');
        let language = |part: &[u8]| (2..=8).contains(&part.len()) && part.iter().all(u8::is_ascii_lowercase);
        let other = |part: &[u8]| (1..=8).contains(&part.len()) && part.iter().all(u8::is_ascii_alphanumeric);
        let sound = tag.len() <= MAX_LENGTH && parts.next().is_some_and(language) && parts.all(other);
        sound.then(|| Self(tag.into()))
    }
}

#[cfg(test)]
mod tests;
