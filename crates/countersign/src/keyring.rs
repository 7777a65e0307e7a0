//! The secrets that codes are derived from.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::address::Recipient;
use crate::code::{Code, CodeLength};
use crate::entropy::{Entropy, EntropyError};
use crate::id::{RecipientKey, VerificationId, WorkspaceId};
use crate::purpose::Purpose;

mod secret;

#[cfg(test)]
mod tests;

pub use secret::{KeySecret, KeySecretError};

/// The number of a key in its [`Keyring`], chosen by the host and stored in every record that uses the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u32);

impl KeyId {
    /// Creates an id from the number that the host chose.
    #[must_use]
    pub const fn new(id: u32) -> Self {
        Self(id)
    }

    /// Returns the id that the host wrote.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The reason why a key was not added to a keyring. No variant carries any of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// Two keys have one id.
    #[error("key id {0} is used twice: number each key once, and never reuse a number")]
    DuplicateId(KeyId),
    /// Two keys have one secret.
    #[error("key {0} has the secret of another key: generate a new secret for each key")]
    DuplicateSecret(KeyId),
}

/// What a code is derived from besides the key, so that it fits one verification and no other.
#[derive(Clone, Copy)]
pub(crate) struct CodeScope<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) verification: VerificationId,
    pub(crate) salt: &'a [u8; 16],
    pub(crate) length: CodeLength,
    pub(crate) purpose: Option<&'a Purpose>,
}

/// The keys that codes are derived from: the newest for new verifications, older ones for those still open.
///
/// A code is HMAC-SHA-256 (RFC 2104) under a key of this ring over a salt in the record, so neither a stolen store nor a
/// stolen key yields a code by itself.
///
/// To rotate, put a new key in front ([`new`](Self::new)) and keep the previous one as an older key
/// ([`with_older`](Self::with_older)) until the last verification that uses it has ended: an hour, the longest timeout.
///
/// `Debug` shows nothing of the secrets, and their memory is wiped when the ring is dropped.
///
/// # Examples
/// ```
/// use countersign::{KeyId, KeySecret, Keyring};
///
/// # let new = "9f8e7d6c5b4a39281706f5e4d3c2b1a0b7d1c5f90a3e2846b7d1c5f90a3e2846";
/// # let old = "c8d1c5f90a3e2846b7d1c5f90a3e28469f8e7d6c5b4a39281706f5e4d3c2b1a1";
/// // `new` and `old` were printed by `openssl rand -hex 32`.
/// let keyring = Keyring::new(KeyId::new(2), KeySecret::from_hex(new)?)
///     .with_older(KeyId::new(1), KeySecret::from_hex(old)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Keyring {
    newest: Key,
    older: Vec<Key>,
    recipients: Hmac<Sha256>,
}

struct Key {
    id: KeyId,
    secret: KeySecret,
    /// The key schedule is computed once and cloned for each use: that saves a third of an HMAC's time.
    prepared: Hmac<Sha256>,
}

impl Keyring {
    /// Creates a ring of one key, which new verifications use.
    #[must_use]
    pub fn new(id: KeyId, secret: KeySecret) -> Self {
        let newest = Key::new(id, secret);
        let recipients = recipient_state(&newest);
        Self { newest, older: Vec::new(), recipients }
    }

    /// Adds an older key, whose codes can still be checked. Add keys from newer to older.
    ///
    /// The oldest key also names recipients in indexes (see [`Keyring::with_recipient_secret`]).
    ///
    /// # Errors
    /// [`KeyringError`] when the ring already has the id or the secret.
    pub fn with_older(mut self, id: KeyId, secret: KeySecret) -> Result<Self, KeyringError> {
        for other in self.keys() {
            if other.id == id {
                return Err(KeyringError::DuplicateId(id));
            }
            if bool::from(other.secret.expose().ct_eq(secret.expose())) {
                return Err(KeyringError::DuplicateSecret(id));
            }
        }
        let key = Key::new(id, secret);
        self.recipients = recipient_state(&key);
        self.older.push(key);
        Ok(self)
    }

    /// Sets a secret of its own for the names of recipients in indexes. Call it last.
    ///
    /// By default the oldest key of the ring names them, and open verifications of a recipient are found only by rings
    /// with the same oldest key: enough for one process, and for several while keys are only added.
    #[must_use]
    pub fn with_recipient_secret(mut self, secret: KeySecret) -> Self {
        self.recipients = recipient_state(&Key::new(KeyId(0), secret));
        self
    }

    /// Creates a ring of one random key that is lost with the process: for tests, demonstrations and the memory store.
    ///
    /// # Errors
    /// [`EntropyError`] when the entropy source fails.
    pub fn ephemeral(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut secret = Zeroizing::new([0; KeySecret::MIN_BYTES]);
        entropy.fill(secret.as_mut())?;
        // Random bytes that look weak come less than once in 10¹⁶ times, or from a broken generator.
        let secret = KeySecret::from_bytes(secret.as_ref()).map_err(|_| EntropyError)?;
        Ok(Self::new(KeyId(0), secret))
    }

    /// Returns the id of the key that new verifications use.
    #[must_use]
    pub const fn newest_id(&self) -> KeyId {
        self.newest.id
    }

    /// Returns the recipient's name in indexes.
    #[must_use]
    pub fn recipient_key(&self, workspace: WorkspaceId, recipient: &Recipient) -> RecipientKey {
        let mut mac = self.recipients.clone();
        mac.update(workspace.as_uuid().as_bytes());
        // A number has eight bytes here, and an email address has no newline: no two recipients are spelled alike.
        if let Some(phone) = recipient.phone_number() {
            mac.update(b"\nphone:");
            mac.update(&phone.digits().to_be_bytes());
        }
        if let Some(email) = recipient.email_address() {
            mac.update(b"\nemail:");
            mac.update(email.as_str().as_bytes());
        }
        RecipientKey::from_bytes(first_16(mac))
    }

    /// Authenticates a message under the newest key: for tokens that clients carry and must return unaltered.
    ///
    /// Each purpose has a key of its own, derived from the ring's, so no seal fits another purpose or tells of a code.
    /// A message must say what it is in an unambiguous form: fields of fixed length, or with their lengths.
    #[must_use]
    pub fn seal(&self, purpose: &str, message: &[u8]) -> [u8; 16] {
        first_16(seal_state(&self.newest, purpose, message))
    }

    /// Returns whether any key of the ring sealed the message for that purpose, compared in constant time.
    #[must_use]
    pub fn verify_seal(&self, purpose: &str, message: &[u8], seal: &[u8; 16]) -> bool {
        self.keys().any(|key| first_16(seal_state(key, purpose, message)).ct_eq(seal).into())
    }

    /// Derives the code of a verification; `None` when its key is not in the ring.
    pub(crate) fn derive(&self, key: KeyId, scope: CodeScope<'_>) -> Option<Code> {
        let key = self.keys().find(|candidate| candidate.id == key)?;
        let mut mac = key.prepared.clone();
        // 50 bytes: with SHA-256's padding one block, which makes the inner hash half as dear as 56 bytes would.
        let mut message = [0_u8; 50];
        let derivation = if scope.purpose.is_some() { CODE_DERIVATION_FOR_PURPOSE } else { CODE_DERIVATION };
        let parts: [&[u8]; 5] = [
            &[derivation],
            scope.workspace.as_uuid().as_bytes(),
            scope.verification.as_uuid().as_bytes(),
            scope.salt,
            &[scope.length.get()],
        ];
        let mut room = message.as_mut_slice();
        for part in parts {
            let (place, rest) = room.split_at_mut(part.len());
            place.copy_from_slice(part);
            room = rest;
        }
        mac.update(&message);
        if let Some(purpose) = scope.purpose {
            // Behind 50 bytes, so that no two scopes have one message.
            mac.update(purpose.as_str().as_bytes());
        }
        Some(Code::from_bits(u128::from_be_bytes(first_16(mac)), scope.length))
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

/// First byte of what is authenticated: the derivation's version, so that another one can never collide with it.
const CODE_DERIVATION: u8 = 1;
/// The same for a code whose purpose stands behind the rest.
const CODE_DERIVATION_FOR_PURPOSE: u8 = 2;

impl Key {
    fn new(id: KeyId, secret: KeySecret) -> Self {
        let prepared = hmac_state(secret.expose());
        Self { id, secret, prepared }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("keys", &(1 + self.older.len())).finish_non_exhaustive()
    }
}

fn recipient_state(key: &Key) -> Hmac<Sha256> {
    let mut mac = key.prepared.clone();
    mac.update(b"countersign: names of recipients, 1");
    hmac_state(&Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()))[..])
}

fn seal_state(key: &Key, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
    let mut mac = key.prepared.clone();
    mac.update(b"countersign: seals, 1: ");
    mac.update(purpose.as_bytes());
    let mut mac = hmac_state(&Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()))[..]);
    mac.update(message);
    mac
}

#[allow(clippy::expect_used, reason = "HMAC takes keys of every length (RFC 2104, section 2)")]
fn hmac_state(secret: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret).expect("HMAC takes keys of every length")
}

fn first_16(mac: Hmac<Sha256>) -> [u8; 16] {
    let tag: [u8; 32] = mac.finalize().into_bytes().into();
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(tag) {
        *to = from;
    }
    first
}
