use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use countersign::WorkspaceId;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What is kept of an access key: its SHA-256.
///
/// An access key is random, not chosen by a person, so that a fast hash is enough: who steals the hash would have to
/// guess 128 bits or more. `Display` and `FromStr` have the form `sha256:` and 64 hexadecimal digits, which may stand in a
/// configuration file; `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessKeyHash([u8; 32]);

/// Why a text is no access key, or no hash of one. It shows nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum AccessKeyHashError {
    /// Too short to be random enough.
    #[error(
        "an access key has {} to {} characters: make one of 32 random bytes",
        AccessKeyHash::MIN_KEY,
        AccessKeyHash::MAX_KEY
    )]
    Length,
    /// It has characters that cannot be sent in the header.
    #[error("an access key has letters, digits and the characters - . _ ~ + / = only")]
    Characters,
    /// It repeats itself.
    #[error("an access key is random: make one of 32 random bytes")]
    NotRandom,
    /// It is no hash.
    #[error("the hash of an access key is written as sha256: and 64 hexadecimal digits")]
    NotAHash,
}

impl AccessKeyHash {
    /// Fewest characters of an access key: 128 bits in base64.
    pub const MIN_KEY: usize = 22;
    /// Most characters of an access key.
    pub const MAX_KEY: usize = 256;
    /// Fewest different characters; 22 random ones have fewer than 8 less than once in 10⁹ times.
    const MIN_DIFFERENT: u32 = 8;

    /// The hash of a key that clients present.
    ///
    /// # Errors
    /// [`AccessKeyHashError`] when it cannot be sent as a token of a header (RFC 6750, section 2.1), or is not random.
    pub fn new(key: &str) -> Result<Self, AccessKeyHashError> {
        if !(Self::MIN_KEY..=Self::MAX_KEY).contains(&key.len()) {
            return Err(AccessKeyHashError::Length);
        }
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)) {
            return Err(AccessKeyHashError::Characters);
        }
        // All are ASCII: a bit for each.
        let seen = key.bytes().fold(0_u128, |seen, byte| seen | 1 << byte);
        if seen.count_ones() < Self::MIN_DIFFERENT {
            return Err(AccessKeyHashError::NotRandom);
        }
        Ok(Self::of_presented(key.as_bytes()))
    }

    fn of_presented(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    fn hint(&self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl FromStr for AccessKeyHash {
    type Err = AccessKeyHashError;

    fn from_str(text: &str) -> Result<Self, AccessKeyHashError> {
        let digits = text.strip_prefix("sha256:").filter(|digits| digits.len() == 64);
        let digits = digits.ok_or(AccessKeyHashError::NotAHash)?.as_bytes();
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
            let [high, low] = pair else { return Err(AccessKeyHashError::NotAHash) };
            let (high, low) = value(high).zip(value(low)).ok_or(AccessKeyHashError::NotAHash)?;
            *byte = high << 4 | low;
        }
        Ok(Self(hash))
    }
}

impl fmt::Display for AccessKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AccessKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKeyHash(redacted)")
    }
}

/// Who may call, and for which workspace. A workspace has any number of keys, so that one can follow another.
///
/// Keys are kept as hashes, and the hash of what is presented is compared with them in constant time. The map in front
/// of the comparison sees eight bytes of that hash: who times it learns of a hash, not of a key.
#[derive(Clone, Default)]
#[must_use]
pub struct AccessKeys(HashMap<u64, Vec<(AccessKeyHash, WorkspaceId)>>);

impl AccessKeys {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Who presents that key as well, for that workspace. A key that is given twice counts for the workspace that it was
    /// given for first.
    pub fn with_key(mut self, workspace: WorkspaceId, key: AccessKeyHash) -> Self {
        self.0.entry(key.hint()).or_default().push((key, workspace));
        self
    }

    /// Whether nobody may call.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all keys are of the same workspace.
    pub(crate) fn is_of_one_workspace(&self) -> bool {
        let mut workspaces = self.0.values().flatten().map(|(_, workspace)| workspace);
        workspaces.next().is_none_or(|first| workspaces.all(|other| other == first))
    }

    /// The workspace that a presented token is for.
    pub(crate) fn workspace(&self, token: &[u8]) -> Option<WorkspaceId> {
        let presented = AccessKeyHash::of_presented(token);
        let candidates = self.0.get(&presented.hint())?;
        candidates.iter().find(|(key, _)| key.0.ct_eq(&presented.0).into()).map(|(_, workspace)| *workspace)
    }
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: usize = self.0.values().map(Vec::len).sum();
        write!(f, "AccessKeys({keys} keys)")
    }
}
