use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::reader::Item;

/// What must not be seen: read from the environment or a file of its own, never from the settings.
pub(super) struct Secret(Zeroizing<String>);

/// How one is written, and why nothing else is.
const WRITE_IT_SO: &str = "a secret does not stand in this file: write \"env:NAME\" for a variable of the environment, or \
    \"file:PATH\" for a file that holds nothing else";
/// Longest file: whatever is longer is no secret.
const MAX_FILE: u64 = 64 * 1024;

impl Secret {
    /// Fetches what a value like `env:NAME` or `file:PATH` points to; paths begin at the folder of the settings.
    pub(super) fn fetch(item: &Item<'_>, folder: &Path) -> Option<Self> {
        let text = item.text()?;
        if let Some(name) = text.strip_prefix("env:") {
            return match std::env::var(name) {
                Ok(value) if !value.trim().is_empty() => Some(Self::of(value)),
                // The name is not repeated, either: it may be a secret that somebody put there.
                Ok(_) | Err(_) => item.fault("the environment has no text under that name: set it before the start"),
            };
        }
        let Some(path) = text.strip_prefix("file:") else { return item.fault(WRITE_IT_SO) };
        let path = folder.join(path);
        match std::fs::metadata(&path).map(|file| file.is_file() && file.len() <= MAX_FILE) {
            Ok(true) => {}
            Ok(false) => return item.fault("that is no file of at most 64 KiB"),
            Err(error) => return item.fault(format_args!("that file cannot be read: {}", error.kind())),
        }
        match std::fs::read_to_string(&path) {
            Ok(value) if !value.trim().is_empty() => Some(Self::of(value)),
            Ok(_) => item.fault("that file is empty"),
            Err(error) => item.fault(format_args!("that file cannot be read: {}", error.kind())),
        }
    }

    /// Takes what is a secret already; spaces and line breaks around it are dropped.
    pub(super) fn of(value: String) -> Self {
        let value = Zeroizing::new(value);
        Self(Zeroizing::new(value.trim().to_owned()))
    }

    /// What it is, for whom it is meant for.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}
