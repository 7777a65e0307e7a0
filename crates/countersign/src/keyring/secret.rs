use std::fmt;

use zeroize::Zeroizing;

/// A secret of a [`Keyring`](crate::Keyring): at least 32 random bytes, given as bytes or as hexadecimal text.
///
/// `openssl rand -hex 32` prints one. `Debug` shows nothing of it, and its memory is wiped when it is dropped.
///
/// ```
/// use countersign::{KeyId, KeySecret, Keyring};
///
/// # let text = "9f8e7d6c5b4a39281706f5e4d3c2b1a0b7d1c5f90a3e2846b7d1c5f90a3e2846";
/// // For example the value of an environment variable, or the content of a file.
/// let keyring = Keyring::new(KeyId::new(1), KeySecret::from_hex(text)?);
/// # Ok::<(), countersign::KeySecretError>(())
/// ```
#[derive(Clone)]
pub struct KeySecret(Zeroizing<Vec<u8>>);

/// The reason why a secret was rejected. No variant carries any of the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySecretError {
    /// The secret has fewer than 32 bytes.
    #[error(
        "the secret is too short: use at least 32 random bytes, 64 or more hexadecimal digits, as printed by `openssl rand -hex 32`"
    )]
    TooShort,
    /// The secret has too few distinct bytes to have come from a random generator.
    #[error("the secret is not random: generate one with `openssl rand -hex 32`")]
    NotRandom,
    /// The text has a character other than `0` to `9`, `a` to `f` and `A` to `F`.
    #[error("the secret is not hexadecimal: use 64 or more hexadecimal digits, as printed by `openssl rand -hex 32`")]
    NotHex,
    /// The text has an odd number of hexadecimal digits.
    #[error("the secret has an odd number of hexadecimal digits: copy all that `openssl rand -hex 32` printed")]
    OddLength,
}

impl KeySecret {
    /// The minimum length in bytes: the output length of the hash (RFC 2104, section 3).
    pub const MIN_BYTES: usize = 32;
    /// Fewest distinct byte values; 32 random bytes have fewer than 16 less than once in 10¹⁶ times.
    const MIN_DISTINCT_BYTES: usize = 16;

    /// Copies a secret from raw bytes, such as those of `openssl rand 32`.
    ///
    /// # Errors
    /// [`KeySecretError::TooShort`] and [`KeySecretError::NotRandom`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeySecretError> {
        Self::new(Zeroizing::new(bytes.to_vec()))
    }

    /// Parses a secret from hexadecimal digits of either case; whitespace around them is ignored.
    ///
    /// # Errors
    /// [`KeySecretError`], for every variant.
    pub fn from_hex(text: &str) -> Result<Self, KeySecretError> {
        let digits = text.trim_ascii().as_bytes();
        // Its full size from the beginning: a vector that grows leaves copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2 + 1));
        for pair in digits.chunks(2) {
            let mut byte = 0;
            for digit in pair {
                let value = char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
                byte = byte << 4 | value.ok_or(KeySecretError::NotHex)?;
            }
            bytes.push(byte);
        }
        if !digits.len().is_multiple_of(2) {
            return Err(KeySecretError::OddLength);
        }
        Self::new(bytes)
    }

    fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, KeySecretError> {
        if bytes.len() < Self::MIN_BYTES {
            return Err(KeySecretError::TooShort);
        }
        let mut seen = [false; 256];
        for byte in bytes.iter() {
            if let Some(mark) = seen.get_mut(usize::from(*byte)) {
                *mark = true;
            }
        }
        if seen.iter().filter(|mark| **mark).count() < Self::MIN_DISTINCT_BYTES {
            return Err(KeySecretError::NotRandom);
        }
        Ok(Self(bytes))
    }

    pub(super) fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySecret(redacted)")
    }
}
