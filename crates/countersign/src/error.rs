//! Errors of the engine's calls.

use std::time::Duration;

use crate::entropy::EntropyError;
use crate::machine::Refusal;
use crate::plan::InvalidPlan;
use crate::store::StoreError;

/// Why the engine did not do what it was asked, in words of what to do next.
///
/// A wrong code is no error: see [`CheckOutcome`](crate::CheckOutcome).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The plan that was requested cannot be carried out. Nothing was started.
    #[error(transparent)]
    InvalidPlan(#[from] InvalidPlan),
    /// The workspace has no such verification.
    #[error("no such verification in this workspace: check the id and the workspace, or start a new one")]
    NotFound,
    /// The verification is not in a state for it. Nothing changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Many others changed the verification at the same moment. Nothing was charged; ask again.
    #[error("the verification is changing too fast: nothing was charged, ask again in a moment")]
    Contended,
    /// The store did not answer, or could not. No code was judged; a wrong one may have been charged, unless the source is
    /// [`StoreError::NotDone`]. Ask again.
    #[error("the store cannot be reached: no code was judged, ask again in a moment")]
    Unavailable(#[source] StoreError),
    /// The store is full. Nothing was started.
    #[error("the store is full: nothing was started; purge ended verifications, or raise its bound")]
    Full(#[source] StoreError),
    /// The stored record cannot be used; somebody has to look.
    #[error("the stored record cannot be used: report this to whoever runs the service")]
    Corrupt(#[source] StoreError),
    /// The system has no randomness. Nothing was started.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl EngineError {
    /// How long to wait before asking the same again; none when that would not help.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            Self::Contended | Self::Unavailable(_) | Self::Full(_) | Self::Entropy(_) => Some(Duration::from_secs(1)),
            Self::InvalidPlan(_) | Self::NotFound | Self::Corrupt(_) => None,
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            // Two starts drew one id, as happens less than once in 10¹⁷ pairs of a millisecond: asking again draws another.
            StoreError::AlreadyExists | StoreError::Conflict { .. } => Self::Contended,
            StoreError::Full { .. } => Self::Full(error),
            StoreError::NotDone { .. } | StoreError::Unavailable { .. } => Self::Unavailable(error),
            StoreError::Corrupt { .. } => Self::Corrupt(error),
        }
    }
}
