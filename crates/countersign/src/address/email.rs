use std::fmt;
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::address::{AddressError, is_hidden};

/// Most octets before the `@` (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// Most octets of a label (RFC 1035 section 2.3.4).
const MAX_LABEL: usize = 63;

/// Most octets that are looked at. A domain in Unicode may be longer than its ASCII form, but not
/// without end.
const MAX_INPUT: usize = 4 * EmailAddress::MAX_LENGTH;

/// An email address that codes can be sent to.
///
/// The local part is kept exactly as typed, because only its host knows which spellings are the
/// same mailbox. The domain is in its ASCII form (IDNA, UTS 46) and lower case. `Debug` is masked.
/// There is no `Display`: use [`EmailAddress::as_str`] or [`EmailAddress::to_masked`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(Box<str>);

impl EmailAddress {
    /// The maximum number of octets of an address: the path of 256 (RFC 5321 section 4.5.3.1.3) without its angle brackets.
    pub const MAX_LENGTH: usize = 254;

    /// Parses `local@domain`; ASCII spaces around it are ignored.
    ///
    /// The local part is a dot-atom (RFC 5321 section 4.1.2) of at most 64 octets. The domain is a
    /// host name of at least two labels, in any script, at most 253 octets in its ASCII form (RFC
    /// 1035). The whole has at most 254 octets. Not supported: quoted local parts, comments, IP
    /// addresses, local parts outside ASCII, a dot at the end.
    ///
    /// # Errors
    ///
    /// [`AddressError::Empty`], [`AddressError::HiddenCharacter`] and the variants whose name
    /// begins with `Email`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_INPUT {
            return Err(AddressError::EmailTooLong);
        }
        if text.contains(is_hidden) {
            return Err(AddressError::HiddenCharacter);
        }
        let text = text.trim_matches(' ');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::EmailAtSign)?;
        check_local_part(local)?;
        let domain = ascii_domain(domain)?;
        let canonical = format!("{local}@{domain}");
        if canonical.len() > Self::MAX_LENGTH {
            return Err(AddressError::EmailTooLong);
        }
        Ok(Self(canonical.into()))
    }

    /// Takes an address that was canonical when it was stored, so that it stays one when the tables of IDNA change. `None`
    /// if its form is wrong.
    pub(crate) fn from_stored(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let label = |label: &str| {
            (1..=MAX_LABEL).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let sound = text.len() <= Self::MAX_LENGTH
            && check_local_part(local).is_ok()
            && domain.contains('.')
            && domain.split('.').all(label);
        sound.then(|| Self(text.into()))
    }

    /// Returns the full address, as a mail server gets it. This is personal data.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the `@`, as typed.
    pub fn local_part(&self) -> &str {
        self.parts().0
    }

    /// Returns the part after the `@`, ASCII and lower case.
    pub fn domain(&self) -> &str {
        self.parts().1
    }

    /// Returns text that may be logged or shown: the first character, always three stars, and the domain,
    /// as in `a***@example.com`.
    pub fn to_masked(&self) -> String {
        let (local, domain) = self.parts();
        format!("{}***@{domain}", &local[..1])
    }

    #[allow(clippy::expect_used, reason = "parsing found it")]
    fn parts(&self) -> (&str, &str) {
        self.0.split_once('@').expect("an email address has an @")
    }
}

fn check_local_part(local: &str) -> Result<(), AddressError> {
    if local.is_empty() {
        return Err(AddressError::EmailAtSign);
    }
    if local.contains('"') {
        return Err(AddressError::EmailQuoted);
    }
    if local.contains(['(', ')']) {
        return Err(AddressError::EmailComment);
    }
    if local.contains('@') {
        return Err(AddressError::EmailAtSign);
    }
    if !local.is_ascii() {
        return Err(AddressError::EmailLocalPartNotAscii);
    }
    if local.len() > MAX_LOCAL_PART {
        return Err(AddressError::EmailLocalPartTooLong);
    }
    if local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext)) {
        Ok(())
    } else {
        Err(AddressError::EmailLocalPart)
    }
}

/// The characters of an atom (RFC 5322 section 3.2.3).
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn ascii_domain(domain: &str) -> Result<String, AddressError> {
    if domain.is_empty() {
        return Err(AddressError::EmailAtSign);
    }
    if domain.starts_with('[') {
        return Err(AddressError::EmailIpAddress);
    }
    if domain.contains(['(', ')']) {
        return Err(AddressError::EmailComment);
    }
    if domain.ends_with('.') {
        return Err(AddressError::EmailTrailingDot);
    }
    // Hyphens in the third and fourth place are allowed: hosts with such names exist. Labels that
    // begin with `xn--` are still decoded and checked.
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map_err(|_| AddressError::EmailDomain)?;
    let (_, top) = ascii.rsplit_once('.').ok_or(AddressError::EmailDomainIncomplete)?;
    if top.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressError::EmailIpAddress);
    }
    Ok(ascii.into_owned())
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.to_masked())
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
