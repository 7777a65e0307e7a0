use std::fmt;
use std::sync::Arc;

use countersign::{KeyId, KeySecret, KeySecretError, Keyring};
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
            Some(given) => given.to_str().map_or(Err(KeySecretError::NotHex), KeySecret::from_hex),
            None => KeySecret::from_bytes(&Sha256::digest(DEMONSTRATION)),
        };
        let secret = secret.map_err(|error| format!("{KEY}: {error}"))?;
        Ok(Self { urls, keyring: Arc::new(keyring(secret)), is_demonstration })
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

/// A service numbers its keys by hand. Here the number comes from the key, so that a terminal with another key says so,
/// where with the same number it would take the right code for a wrong one.
fn keyring(secret: KeySecret) -> Keyring {
    let [a, b, c, d, ..] = Keyring::new(KeyId::new(0), secret.clone()).seal("number of the key", b"");
    Keyring::new(KeyId::new(u32::from_be_bytes([a, b, c, d])), secret)
}
