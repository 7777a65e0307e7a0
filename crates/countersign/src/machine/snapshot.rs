//! Decides which formats of a record this release reads and writes. How a format lays a record out is in its own module.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::verification::Verification;
use crate::template::Template;

mod corrupt;
mod v1;

pub use corrupt::CorruptRecord;

/// A record as stores keep it: opaque, with the number of its format in front.
///
/// It is the only form in which a record can be serialised. [`Verification::to_bytes`] is what a store wants; this type
/// is for tools that read records by name, and for formats of `serde` that are not bytes. Both by position and by name
/// the form of a format number never changes once a release has written it.
///
/// It contains the salt of the code and the addresses of the recipient: keep it out of responses and logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Snapshot(v1::Record<String>);

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// Returns the bytes that a template takes in a record as it is written.
pub(crate) fn size_of_template(template: &Template) -> usize {
    v1::size_of_template(template)
}

impl Verification {
    /// Returns the record as bytes for a store, which keeps them as they are.
    ///
    /// The first byte is the number of the format. At most [`MAX_BYTES`](Self::MAX_BYTES); about 140 bytes for a
    /// verification with one step and one message.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        v1::Record::<&str>::of(self).to_bytes()
    }

    /// Reads the record that [`to_bytes`](Self::to_bytes) wrote, of this release or an earlier one.
    ///
    /// # Errors
    /// [`CorruptRecord`] when the bytes are not a record, are of a format that only a later release reads, or describe
    /// a record that no history of commands leads to.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CorruptRecord> {
        match bytes.first() {
            Some(&v1::NUMBER) => v1::Record::from_bytes(bytes),
            Some(&other) => Err(CorruptRecord::format(other)),
            None => Err(CorruptRecord::EMPTY),
        }
    }

    /// Returns the record for a serialiser.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(v1::Record::of(self))
    }

    /// Reads the record that [`snapshot`](Self::snapshot) returned.
    ///
    /// # Errors
    /// [`CorruptRecord`] when it describes a record that no history of commands leads to.
    pub fn from_snapshot(snapshot: Snapshot) -> Result<Self, CorruptRecord> {
        snapshot.0.into_live()
    }
}
