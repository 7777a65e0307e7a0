use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

/// The secrets that deliveries may be signed with: one usually, and two while a subscription is moved to a new one.
///
/// They are redacted in `Debug` and wiped on drop.
#[derive(Clone)]
pub struct SigningKeys(Vec<Hmac<Sha256>>);

/// Why a text is no signing key. Nothing of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningKeyError {
    /// Fewer than 16 bytes.
    #[error("a signing key has at least 16 characters: who sees one delivery can try out shorter ones")]
    TooShort,
    /// More keys than any rotation needs.
    #[error("there are at most 8 signing keys at a time: drop the old ones")]
    TooMany,
}

impl SigningKeys {
    /// Fewest bytes of a key.
    pub const MIN_BYTES: usize = 16;
    /// Most keys at a time: each costs every forged delivery one HMAC.
    pub const MAX_KEYS: usize = 8;

    /// One key, as it was given to Bird when subscribing: its text's own bytes, and not what Base64 would make of them.
    ///
    /// # Errors
    /// [`SigningKeyError::TooShort`].
    pub fn new(key: impl Into<String>) -> Result<Self, SigningKeyError> {
        Self(Vec::new()).with_key(key)
    }

    /// One more key; a delivery needs to be signed with one of them.
    ///
    /// # Errors
    /// One [`SigningKeyError`] per rule.
    pub fn with_key(mut self, key: impl Into<String>) -> Result<Self, SigningKeyError> {
        let key = Zeroizing::new(key.into());
        if key.len() < Self::MIN_BYTES {
            return Err(SigningKeyError::TooShort);
        }
        if self.0.len() >= Self::MAX_KEYS {
            return Err(SigningKeyError::TooMany);
        }
        // HMAC takes keys of every length.
        self.0.push(Hmac::new_from_slice(key.as_bytes()).map_err(|_| SigningKeyError::TooShort)?);
        Ok(self)
    }

    /// Whether one of them made that signature, in a time that does not tell which, or how nearly.
    pub(super) fn made(&self, signature: &[u8; 32], timestamp: &str, url: &str, body: &[u8]) -> bool {
        let body = Sha256::digest(body);
        let mut made = Choice::from(0);
        for key in &self.0 {
            let mut mac = key.clone();
            for part in [timestamp.as_bytes(), b"\n", url.as_bytes(), b"\n", &body] {
                mac.update(part);
            }
            made |= mac.finalize().into_bytes().as_slice().ct_eq(signature);
        }
        made.into()
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKeys({}, redacted)", self.0.len())
    }
}
