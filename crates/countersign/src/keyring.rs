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

#[cfg(test)]
mod tests;

/// Which key of the ring: a number that the host gives, kept in every record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u32);

impl KeyId {
    /// The id that the host wrote.
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

/// Why a keyring was refused. None of them shows any of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// The secret is shorter than 256 bits.
    #[error("the secret of key {0} is too short: give at least 32 random bytes, for instance of `openssl rand 32`")]
    TooShort(KeyId),
    /// The secret repeats itself too much to have come from a generator.
    #[error("the secret of key {0} is not random: give at least 32 random bytes, for instance of `openssl rand 32`")]
    NotRandom(KeyId),
    /// Two keys have one id.
    #[error("the key id {0} is given twice: number each key once, and never reuse a number")]
    DuplicateId(KeyId),
    /// Two keys have one secret.
    #[error("key {0} has the secret of another key: a new key needs a new secret")]
    DuplicateSecret(KeyId),
}

/// What a code is derived from besides the key, so that it fits one verification and no other.
#[derive(Clone, Copy)]
pub(crate) struct CodeScope<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) verification: VerificationId,
    pub(crate) salt: &'a [u8; 16],
    pub(crate) length: CodeLength,
}

/// The keys that codes are derived under: the newest for new verifications, older ones for those already open.
///
/// A code is HMAC-SHA-256 (RFC 2104) under a key of this ring, so a stolen store alone yields no code, and neither does
/// a stolen key alone. To rotate, add a new key in front and take the old one away when the last verification that
/// uses it has ended: after the longest timeout, an hour at most.
///
/// The ring never shows its secrets, and wipes them from memory when it goes.
pub struct Keyring {
    newest: Key,
    older: Vec<Key>,
    recipients: Hmac<Sha256>,
}

struct Key {
    id: KeyId,
    secret: Zeroizing<Vec<u8>>,
    /// The key schedule is computed once and cloned for each use: that saves a third of an HMAC's time.
    prepared: Hmac<Sha256>,
}

impl Keyring {
    /// Fewest bytes of a secret: the strength of the hash (RFC 2104, section 3).
    pub const MIN_SECRET_BYTES: usize = 32;
    /// Fewest different byte values in a secret; 32 random bytes have fewer than 16 less than once in 10¹⁶ times.
    const MIN_DIFFERENT_BYTES: usize = 16;

    /// A ring of one key, which signs.
    ///
    /// # Errors
    /// [`KeyringError`] when the secret is shorter than 32 bytes or plainly not random.
    pub fn new(id: KeyId, secret: &[u8]) -> Result<Self, KeyringError> {
        let newest = Key::new(id, secret)?;
        let recipients = recipient_state(&newest);
        Ok(Self { newest, older: Vec::new(), recipients })
    }

    /// The same ring, able to check codes of an older key too. Add keys from newer to older.
    ///
    /// The oldest key also names recipients in indexes (see [`Keyring::with_recipient_secret`]).
    ///
    /// # Errors
    /// [`KeyringError`] when the secret is weak, or the id or the secret is in the ring already.
    pub fn with_older(mut self, id: KeyId, secret: &[u8]) -> Result<Self, KeyringError> {
        let key = Key::new(id, secret)?;
        for other in self.keys() {
            if other.id == id {
                return Err(KeyringError::DuplicateId(id));
            }
            if bool::from(other.secret.ct_eq(&key.secret)) {
                return Err(KeyringError::DuplicateSecret(id));
            }
        }
        self.recipients = recipient_state(&key);
        self.older.push(key);
        Ok(self)
    }

    /// The same ring, naming recipients by a secret of their own. Call it last.
    ///
    /// Without it the oldest key of the ring does that, and open verifications of a recipient are found only by rings
    /// with the same oldest key: enough for one process, and for several while keys are only added.
    ///
    /// # Errors
    /// [`KeyringError`] when the secret is weak.
    pub fn with_recipient_secret(mut self, secret: &[u8]) -> Result<Self, KeyringError> {
        self.recipients = recipient_state(&Key::new(KeyId(0), secret)?);
        Ok(self)
    }

    /// A ring of one random key that nobody else will ever have: for tests, demonstrations and the memory store.
    ///
    /// # Errors
    /// [`EntropyError`] when the entropy gives none.
    pub fn ephemeral(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut secret = Zeroizing::new([0; Self::MIN_SECRET_BYTES]);
        entropy.fill(secret.as_mut())?;
        // Random bytes that look weak come less than once in 10¹⁶ times, or from a broken generator.
        Self::new(KeyId(0), secret.as_ref()).map_err(|_| EntropyError)
    }

    /// The key that new verifications use.
    #[must_use]
    pub const fn newest(&self) -> KeyId {
        self.newest.id
    }

    /// The recipient's name in indexes.
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

    /// Seals a message that is to come back unaltered, under the newest key: for tokens that clients carry.
    ///
    /// Each purpose has a key of its own, derived from the ring's, so no seal fits another purpose or tells of a code.
    /// A message must say what it is in an unambiguous form: fields of fixed length, or with their lengths.
    #[must_use]
    pub fn seal(&self, purpose: &str, message: &[u8]) -> [u8; 16] {
        first_16(seal_state(&self.newest, purpose, message))
    }

    /// Whether a key of the ring, the newest or an older one, sealed the message for that purpose; compared in constant
    /// time.
    #[must_use]
    pub fn has_sealed(&self, purpose: &str, message: &[u8], seal: &[u8; 16]) -> bool {
        self.keys().any(|key| first_16(seal_state(key, purpose, message)).ct_eq(seal).into())
    }

    /// The code of a verification, or nothing when its key is not in the ring.
    pub(crate) fn derive(&self, key: KeyId, scope: CodeScope<'_>) -> Option<Code> {
        let key = self.keys().find(|candidate| candidate.id == key)?;
        let mut mac = key.prepared.clone();
        // 50 bytes: with SHA-256's padding one block, which makes the inner hash half as dear as 56 bytes would.
        let mut message = [0_u8; 50];
        let parts: [&[u8]; 5] = [
            &[CODE_DERIVATION],
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
        Some(Code::from_bits(u128::from_be_bytes(first_16(mac)), scope.length))
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.newest).chain(&self.older)
    }
}

/// First byte of what is authenticated: the derivation's version, so that another one can never collide with it.
const CODE_DERIVATION: u8 = 1;

impl Key {
    fn new(id: KeyId, secret: &[u8]) -> Result<Self, KeyringError> {
        if secret.len() < Keyring::MIN_SECRET_BYTES {
            return Err(KeyringError::TooShort(id));
        }
        let mut seen = [false; 256];
        for byte in secret {
            if let Some(mark) = seen.get_mut(usize::from(*byte)) {
                *mark = true;
            }
        }
        if seen.iter().filter(|mark| **mark).count() < Keyring::MIN_DIFFERENT_BYTES {
            return Err(KeyringError::NotRandom(id));
        }
        let prepared = hmac_state(secret);
        Ok(Self { id, secret: Zeroizing::new(secret.to_vec()), prepared })
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
