use countersign::CheckOutcome;

use crate::record::Record;
use crate::refused::Refused;

/// The outcome of a check, from whichever [`Verifier`](crate::Verifier) judged the code.
///
/// The code was charged before the verdict was given. Only [`Verified`](Self::Verified) lets a person in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a wrong code is a verdict too: match on it before you let anyone in"]
pub enum CheckVerdict {
    /// The code was right. Returned once in the life of a verification.
    Verified(Box<Record>),
    /// The code was wrong, and checks are left.
    Mismatch {
        /// Wrong codes so far, this one included; `None` when the service did not say.
        failed: Option<u64>,
        /// Wrong codes left, at least 1; `None` when the service did not say.
        remaining: Option<u64>,
    },
    /// The checks are used up, by this code or by an earlier one: the verification has failed.
    Exhausted,
}

impl CheckVerdict {
    /// Returns the verified record, when the code was right.
    #[must_use]
    pub fn verified(self) -> Option<Record> {
        match self {
            Self::Verified(record) => Some(*record),
            Self::Mismatch { .. } | Self::Exhausted => None,
        }
    }

    /// Returns whether the code was right.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        match self {
            Self::Verified(_) => true,
            Self::Mismatch { .. } | Self::Exhausted => false,
        }
    }

    /// Spells the verdict as the wire answers a code that was not right; `None` when it was.
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        match self {
            Self::Verified(_) => None,
            Self::Mismatch { failed, remaining } => Some(Refused::mismatch(*failed, *remaining)),
            Self::Exhausted => Refused::of_check(CheckOutcome::Exhausted),
        }
    }

    pub(crate) fn of(outcome: CheckOutcome, record: impl FnOnce() -> Record) -> Self {
        match outcome {
            CheckOutcome::Verified => Self::Verified(Box::new(record())),
            CheckOutcome::Mismatch { failed, remaining } => {
                Self::Mismatch { failed: Some(failed.into()), remaining: Some(remaining.into()) }
            }
            CheckOutcome::Exhausted => Self::Exhausted,
        }
    }
}
