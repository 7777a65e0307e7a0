use std::fmt;
use std::str::FromStr;

use countersign::{IdError, VerificationId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which verification, on the wire: any UUID, because a hosted service may make other ids than this engine does.
///
/// An engine knows no verification whose id is not a [`VerificationId`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(Uuid);

impl RecordId {
    /// Names the verification that has this UUID.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The same name as a plain UUID.
    #[must_use]
    pub const fn as_uuid(&self) -> &Uuid {
        &self.0
    }

    /// The id of an engine's verification; none when no engine of ours made it.
    #[must_use]
    pub fn verification(self) -> Option<VerificationId> {
        VerificationId::new(self.0).ok()
    }
}

impl From<VerificationId> for RecordId {
    fn from(id: VerificationId) -> Self {
        Self(*id.as_uuid())
    }
}

impl FromStr for RecordId {
    type Err = IdError;

    /// Only the hyphenated spelling counts: one name, one text.
    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(IdError::NotAUuid);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| IdError::NotAUuid)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordId({self})")
    }
}
