use std::fmt;

use super::v1;
use crate::id::VerificationId;

/// A stored record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorruptRecord(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Format(u8),
    Form(&'static str),
    Content { id: VerificationId, fault: &'static str },
}

impl CorruptRecord {
    pub(super) const EMPTY: Self = Self::form("it has no bytes");

    /// A format that this release does not know.
    pub(super) const fn format(number: u8) -> Self {
        Self(Kind::Format(number))
    }

    /// Bytes that do not have the form of a record.
    pub(super) const fn form(fault: &'static str) -> Self {
        Self(Kind::Form(fault))
    }

    /// A record whose parts are out of bounds or contradict each other.
    pub(super) const fn content(id: VerificationId, fault: &'static str) -> Self {
        Self(Kind::Content { id, fault })
    }

    /// Returns the id of the record, as far as it could be read.
    #[must_use]
    pub const fn id(&self) -> Option<VerificationId> {
        match self.0 {
            Kind::Format(_) | Kind::Form(_) => None,
            Kind::Content { id, .. } => Some(id),
        }
    }
}

impl fmt::Display for CorruptRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Format(number) => write!(
                f,
                "the stored record has format {number}, and this release reads format {}: update this program",
                v1::NUMBER
            ),
            Kind::Form(fault) => {
                write!(f, "the stored bytes are not a record ({fault}): delete them, and find out what wrote them")
            }
            Kind::Content { id, fault } => {
                write!(f, "the stored record {id} is corrupt ({fault}): delete it, and find out what wrote it")
            }
        }
    }
}

impl std::error::Error for CorruptRecord {}
