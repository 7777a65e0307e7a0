use std::time::Duration;

use countersign::EngineError;

use crate::error_response::ErrorResponse;
use crate::invalid::InvalidRequest;

/// The error of a call to a [`Verifier`](crate::Verifier).
///
/// A wrong code is no error: see [`CheckVerdict`](crate::CheckVerdict).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The service answered, and this is what it said: see the code, and wait when it says so.
    #[error("the service refused: {0}")]
    Refused(#[source] Box<ErrorResponse>),
    /// The service was not reached. Nothing happened; ask again.
    #[error("the service was not reached, so nothing happened: {reason}")]
    Unreachable {
        /// What was in the way, without any personal data.
        reason: String,
        /// When it may be better.
        retry_after: Option<Duration>,
    },
    /// The request left and no answer came that can be understood: it may have been done.
    ///
    /// Look before you ask again. A check may have been charged, a message may be on its way, and a start that is asked
    /// for again is a second verification.
    #[error("there was no answer that can be understood, so it may have been done: {reason}")]
    Unknown {
        /// What happened, without any personal data.
        reason: String,
        /// What the service calls the request, if it said that much.
        request_id: Option<Box<str>>,
    },
}

/// What is known of the effect of a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The call changed nothing.
    NotDone,
    /// The call may have been carried out.
    Unknown,
}

impl VerifyError {
    /// What the service answered, if it did.
    #[must_use]
    pub const fn refused(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Unreachable { .. } | Self::Unknown { .. } => None,
        }
    }

    /// How long to wait before asking the same again; none when that would not help, or might do it twice.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refused) => refused.retry_after,
            Self::Unreachable { retry_after, .. } => *retry_after,
            Self::Unknown { .. } => None,
        }
    }

    /// Returns whether the call may have been carried out all the same.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        match self {
            // A server error leaves it open, unless its code says that nothing was done.
            Self::Refused(refused) if refused.status < 500 || refused.body.code.is_not_done() => Outcome::NotDone,
            Self::Unreachable { .. } => Outcome::NotDone,
            Self::Refused(_) | Self::Unknown { .. } => Outcome::Unknown,
        }
    }
}

impl From<ErrorResponse> for VerifyError {
    fn from(refused: ErrorResponse) -> Self {
        Self::Refused(Box::new(refused))
    }
}

impl From<EngineError> for VerifyError {
    fn from(error: EngineError) -> Self {
        ErrorResponse::from(&error).into()
    }
}

impl From<InvalidRequest> for VerifyError {
    fn from(invalid: InvalidRequest) -> Self {
        ErrorResponse::from(&invalid).into()
    }
}
