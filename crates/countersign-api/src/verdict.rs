use countersign::{CheckOutcome, EngineError, Refusal};

use crate::error_body::ErrorBody;
use crate::error_code::ErrorCode;
use crate::error_response::ErrorResponse;
use crate::record::Record;

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

    /// Spells the verdict as the wire does: the verified record, or the answer to a wrong code, which is no success.
    ///
    /// # Errors
    /// [`ErrorResponse`] with `VerificationCodeMismatch` and the counts, or with `MaxAttemptsReached`.
    pub fn into_result(self) -> Result<Record, ErrorResponse> {
        match self {
            Self::Verified(record) => Ok(*record),
            Self::Mismatch { failed, remaining } => {
                let refused =
                    ErrorResponse::new(ErrorCode::VerificationCodeMismatch, "the code does not match: enter it again");
                Err(match failed.zip(remaining) {
                    Some((failed, remaining)) => refused.with_details(ErrorBody::counted(failed, remaining)),
                    None => refused,
                })
            }
            Self::Exhausted => Err(ErrorResponse::from(&EngineError::from(Refusal::MaxAttemptsReached))),
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
