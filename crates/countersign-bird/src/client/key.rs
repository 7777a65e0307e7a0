use std::fmt;

use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

/// What lets into a workspace: an access key of Bird, sent as `Authorization: AccessKey <key>`.
///
/// It needs the role "Application Developer", or every call is refused with 401. It is redacted in `Debug` and wiped on
/// drop. The HTTP client keeps copies of its own, which are not wiped.
#[derive(Clone)]
pub struct AccessKey(Zeroizing<String>);

/// Why a text is no access key. Nothing of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessKeyError {
    /// Nothing.
    #[error("the access key is empty: take one from Bird's dashboard, under access keys")]
    Empty,
    /// More than 1024 bytes.
    #[error("the access key is longer than 1024 bytes, which none is")]
    TooLong,
    /// A space, a line break, or anything else that a header cannot hold.
    #[error("an access key is of visible ASCII characters: drop spaces and line breaks around it")]
    Character,
}

impl AccessKey {
    /// Most bytes of a key.
    pub const MAX_BYTES: usize = 1024;

    /// Takes a key as it is; spaces and line breaks around it are refused and not dropped.
    ///
    /// # Errors
    /// One [`AccessKeyError`] per rule.
    pub fn new(key: impl Into<String>) -> Result<Self, AccessKeyError> {
        let key = Zeroizing::new(key.into());
        if key.is_empty() {
            Err(AccessKeyError::Empty)
        } else if key.len() > Self::MAX_BYTES {
            Err(AccessKeyError::TooLong)
        } else if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(AccessKeyError::Character)
        } else {
            Ok(Self(key))
        }
    }

    /// The value of the header, which the HTTP client shows to nobody either.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let text = Zeroizing::new(format!("AccessKey {}", self.0.as_str()));
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(redacted)")
    }
}
