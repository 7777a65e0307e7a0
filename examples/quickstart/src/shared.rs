use std::fmt;
use std::sync::Arc;

use countersign::{KeyId, Keyring, KeyringError};
use countersign_redis::{RedisSetupError, RedisStore};
use sha2::{Digest as _, Sha256};

/// What terminals have in common: a Redis, and the key that codes are derived from.
pub(crate) struct Shared {
    urls: Vec<String>,
    pub(crate) keyring: Arc<Keyring>,
    /// Everybody knows the key: it comes from words in this file.
    pub(crate) is_demonstration: bool,
}

/// The environment variable with a key of one's own. No flag: other users of the machine can read those.
const KEY: &str = "COUNTERSIGN_KEY";

/// Whoever starts this in two terminals wants them to agree, so they need one key without a word. It is no secret, and the
/// program says so. The secret must come from somewhere else than Redis: whoever has both has the codes.
const DEMONSTRATION: &[u8] = b"Countersign's quickstart: a key for demonstrations that everybody knows";

impl Shared {
    /// By the URLs of a Redis and the environment.
    ///
    /// # Errors
    /// What is wrong with the key, without repeating it.
    pub(crate) fn new(urls: Vec<String>) -> Result<Self, String> {
        let given = std::env::var_os(KEY);
        let is_demonstration = given.is_none();
        let secret = match given {
            Some(given) => given.to_str().and_then(bytes_of).ok_or_else(|| format!("{KEY}: {WRITE_IT_SO}"))?,
            None => Sha256::digest(DEMONSTRATION).into(),
        };
        let keyring = keyring(&secret).map_err(|error| format!("{KEY}: {error}"))?;
        Ok(Self { urls, keyring: Arc::new(keyring), is_demonstration })
    }

    /// Connects.
    pub(crate) async fn store(&self) -> Result<RedisStore, RedisSetupError> {
        let store = match &self.urls[..] {
            [url] => RedisStore::builder(url),
            nodes => RedisStore::cluster(nodes),
        };
        // A service on the same Redis keeps to its own: this program cannot send what the service began.
        store.prefix("quickstart").connect().await
    }
}

impl fmt::Debug for Shared {
    /// Without the URLs, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("urls", &self.urls.len()).field("keyring", &self.keyring).finish_non_exhaustive()
    }
}

const WRITE_IT_SO: &str = "write 64 hexadecimal digits, for instance of `openssl rand -hex 32`";

/// A service numbers its keys by hand. Here the number comes from the key, so that a terminal with another key says so,
/// where with the same number it would take the right code for a wrong one.
fn keyring(secret: &[u8; 32]) -> Result<Keyring, KeyringError> {
    let [a, b, c, d, ..] =
        <[u8; 32]>::from(Sha256::new().chain_update(b"number of the key").chain_update(secret).finalize());
    Keyring::new(KeyId::new(u32::from_be_bytes([a, b, c, d])), secret)
}

fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    // `from_str_radix` would take a sign too.
    if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, place) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&hex[place..place + 2], 16).ok()?;
    }
    Some(bytes)
}
