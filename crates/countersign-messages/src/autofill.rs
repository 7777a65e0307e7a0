//! The last line of a text message that lets a phone fill in the code.

use std::fmt;
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::out::Out;
use crate::sms::Size;

/// What the last line of every text message says to the phone. One at a time, for both must come last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Autofill {
    /// `@example.com #123456`: browsers fill in the code on that domain's pages only (WICG, “Origin-bound one-time codes
    /// delivered via SMS”).
    WebOtp(WebOtpDomain),
    /// The hash of an Android app, which may then read the message without asking (SMS Retriever API).
    SmsRetriever(AppHash),
}

impl Autofill {
    /// The room its line takes for a code of so many digits, with the line break before it.
    pub(crate) fn size(&self, digits: usize) -> Size {
        Size::plain(match self {
            Self::WebOtp(domain) => "\n@ #".len() + domain.0.len() + digits,
            Self::SmsRetriever(_) => 1 + AppHash::LENGTH,
        })
    }

    pub(crate) fn write(&self, code: &str, out: &mut dyn Out) {
        match self {
            Self::WebOtp(domain) => ["\n@", &domain.0, " #", code].map(|part| out.put(part)),
            Self::SmsRetriever(hash) => ["\n", &hash.0, "", ""].map(|part| out.put(part)),
        };
    }
}

/// The domain whose pages may fill in the code.
///
/// A host name of at least two labels, without scheme, port or path; in any script, kept in its ASCII form (IDNA, UTS 46).
/// The shortest text message must keep room for it, which leaves 28 characters. Longer ones are refused when
/// [`Messages`](crate::Messages) are built.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebOtpDomain(Box<str>);

/// Why a text is no [`WebOtpDomain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WebOtpDomainError {
    /// It has a scheme, a port, a path or an `@`.
    #[error("give the domain alone, as in example.com: no scheme, no port, no path, no @")]
    NotAlone,
    /// It has one label.
    #[error("give the whole domain, as in example.com: a name without a dot is no public host")]
    Incomplete,
    /// It is an IP address.
    #[error("give a domain, as in example.com: browsers match no IP address")]
    IpAddress,
    /// It is no host name (RFC 1035, UTS 46).
    #[error("this is no domain: give a host name, as in example.com")]
    NotADomain,
}

impl WebOtpDomain {
    /// Longer than any host name that an SMS has room for, in any script.
    const MAX_INPUT: usize = 1024;

    /// Reads a domain.
    ///
    /// # Errors
    /// One [`WebOtpDomainError`] per rule.
    pub fn parse(text: &str) -> Result<Self, WebOtpDomainError> {
        if text.contains([':', '/', '@', '?', '#', '[']) {
            return Err(WebOtpDomainError::NotAlone);
        }
        if text.len() > Self::MAX_INPUT || text.ends_with('.') {
            return Err(WebOtpDomainError::NotADomain);
        }
        let ascii = Uts46::new()
            .to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
            .map_err(|_| WebOtpDomainError::NotADomain)?;
        let (_, top) = ascii.rsplit_once('.').ok_or(WebOtpDomainError::Incomplete)?;
        if top.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(WebOtpDomainError::IpAddress);
        }
        Ok(Self(ascii.into()))
    }

    /// The domain in its ASCII form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebOtpDomain {
    type Err = WebOtpDomainError;

    fn from_str(text: &str) -> Result<Self, WebOtpDomainError> {
        Self::parse(text)
    }
}

impl fmt::Display for WebOtpDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Which Android app a text message is for: 11 characters of base64 that its package and signing certificate give.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppHash(Box<str>);

/// A text is no [`AppHash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("an app's hash has 11 characters of base64 (letters, digits, + and /), as in FA+9qCX9VSu")]
pub struct AppHashError;

impl AppHash {
    /// How many characters it has.
    pub const LENGTH: usize = 11;

    /// Reads a hash.
    ///
    /// # Errors
    /// [`AppHashError`] unless it is 11 letters, digits, `+` or `/`.
    pub fn parse(text: &str) -> Result<Self, AppHashError> {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        if text.len() != Self::LENGTH || !text.bytes().all(is_base64) {
            return Err(AppHashError);
        }
        Ok(Self(text.into()))
    }

    /// The hash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppHash {
    type Err = AppHashError;

    fn from_str(text: &str) -> Result<Self, AppHashError> {
        Self::parse(text)
    }
}

impl fmt::Display for AppHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
