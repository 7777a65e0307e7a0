//! What of a provider's own words may be kept: they are stored and logged, and a provider may repeat whatever it was
//! sent.

use std::fmt;

/// Most characters of a word that is kept.
const MAX_WORD: usize = 64;

/// The text, if it is one word such as `InvalidPayload`, and cannot hold an address or a code.
///
/// Six digits are a code, and more may be a phone number: words with that many are dropped.
pub(crate) fn word(text: &str) -> Option<&str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (is_plain(text) && digits < 6).then_some(text)
}

/// The text, if it is a number or word of a place that holds nothing but machines' codes, such as WhatsApp's `131026`.
pub(crate) fn machine_code(text: &str) -> Option<&str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (is_plain(text) && digits <= 6).then_some(text)
}

fn is_plain(text: &str) -> bool {
    (1..=MAX_WORD).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// What Bird calls one request or one delivery: the name to give to its support.
///
/// At most 64 characters of `A-Za-z0-9_.-`; others are not kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Box<str>);

impl RequestId {
    /// Takes a header's text; none when it is longer or has other characters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        is_plain(text).then(|| Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({})", self.0)
    }
}
