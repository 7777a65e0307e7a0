//! What a host keeps beside a verification.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Map, Value};

/// A JSON object that the host keeps with a verification: its own reference, a tenant, a trace.
///
/// The engine stores it, returns it, and interprets none of it. It is not on the wire, and `Debug` shows its size alone.
/// It is kept as compact JSON of at most [`MAX_BYTES`](Self::MAX_BYTES).
#[derive(Clone, PartialEq, Eq)]
pub struct Metadata(Arc<str>);

/// Why a value is not [`Metadata`]. It holds nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// The text is not JSON, or its values are nested more than about a hundred levels deep.
    #[error("metadata is not JSON, or is nested too deeply: give a JSON object")]
    Malformed,
    /// The JSON is not an object.
    #[error("metadata is not a JSON object: put the value into one, as in {{\"reference\": 1}}")]
    NotAnObject,
    /// More bytes than allowed.
    #[error("metadata has {bytes} bytes as compact JSON, and at most {max} are kept: keep a reference instead", max = Metadata::MAX_BYTES)]
    TooLong {
        /// The bytes of the compact JSON.
        bytes: usize,
    },
}

impl Metadata {
    /// The most bytes of the compact JSON: 2 KiB.
    pub const MAX_BYTES: usize = 2048;

    /// Takes an object.
    ///
    /// # Errors
    /// [`MetadataError::TooLong`], or [`MetadataError::Malformed`] when it is nested too deeply to be read back.
    pub fn new(object: &Map<String, Value>) -> Result<Self, MetadataError> {
        let text = serde_json::to_string(object).map_err(|_| MetadataError::Malformed)?;
        if text.len() > Self::MAX_BYTES {
            return Err(MetadataError::TooLong { bytes: text.len() });
        }
        // Values nested deeper than a reader goes could never be read again.
        match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(_) => Ok(Self(text.into())),
            Err(_) => Err(MetadataError::Malformed),
        }
    }

    /// Reads an object from its JSON, in any spelling. Of two properties with one name the last one counts.
    ///
    /// # Errors
    /// One [`MetadataError`] per rule.
    pub fn parse(json: &str) -> Result<Self, MetadataError> {
        match serde_json::from_str(json) {
            Ok(Value::Object(object)) => Self::new(&object),
            Ok(_) => Err(MetadataError::NotAnObject),
            Err(_) => Err(MetadataError::Malformed),
        }
    }

    /// Takes the JSON of a record. `None` when it is not that of an object, or is too long.
    pub(crate) fn from_stored(json: &str) -> Option<Self> {
        let is_object = json.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(json).is_ok();
        (is_object && json.len() <= Self::MAX_BYTES).then(|| Self(json.into()))
    }

    /// Returns the object as compact JSON.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// Returns the object.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        // It was read before.
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metadata({} bytes)", self.0.len())
    }
}

impl FromStr for Metadata {
    type Err = MetadataError;

    fn from_str(json: &str) -> Result<Self, MetadataError> {
        Self::parse(json)
    }
}

impl TryFrom<Map<String, Value>> for Metadata {
    type Error = MetadataError;

    fn try_from(object: Map<String, Value>) -> Result<Self, MetadataError> {
        Self::new(&object)
    }
}

#[cfg(test)]
mod tests;
