use std::fmt;

use zeroize::Zeroizing;

use super::Item;

/// A secret from the environment or a file, never from the configuration itself. `Debug` is redacted, memory is zeroed.
pub struct Secret(Zeroizing<String>);

const WRITE: &str = "secrets are not allowed in this file: write \"env:NAME\" for an environment variable, or \
    \"file:PATH\" for a file that holds nothing else";
/// The maximum length of a file, in bytes: anything longer is no secret.
const MAX_FILE: u64 = 64 * 1024;

impl Secret {
    pub(super) fn fetch(item: &Item<'_>) -> Option<Self> {
        let text = item.text()?;
        if let Some(name) = text.strip_prefix("env:") {
            return match std::env::var(name) {
                Ok(value) if !value.trim().is_empty() => Some(Self::new(value)),
                // The name is not repeated: it may be a secret in the wrong place.
                Ok(_) | Err(_) => item.fault("this environment variable is unset or empty: set it before the start"),
            };
        }
        let Some(path) = text.strip_prefix("file:") else { return item.fault(WRITE) };
        let path = item.folder().join(path);
        match std::fs::metadata(&path).map(|file| file.is_file() && file.len() <= MAX_FILE) {
            Ok(true) => {}
            Ok(false) => return item.fault("this is not a file of at most 64 KiB"),
            Err(error) => return item.fault(format_args!("cannot read this file: {}", error.kind())),
        }
        match std::fs::read_to_string(&path) {
            Ok(value) if !value.trim().is_empty() => Some(Self::new(value)),
            Ok(_) => item.fault("this file is empty"),
            Err(error) => item.fault(format_args!("cannot read this file: {}", error.kind())),
        }
    }

    /// Takes what is a secret already; surrounding whitespace is dropped.
    pub(in crate::settings) fn new(value: String) -> Self {
        let value = Zeroizing::new(value);
        Self(Zeroizing::new(value.trim().to_owned()))
    }

    /// Returns the secret in plain text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}
