//! What can go wrong, for those who call the engine.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::entropy::EntropyError;
use crate::machine::Refusal;
use crate::store::StoreError;

/// Everything that is wrong with a request, by the path of what is wrong: `.steps[0].channelId`.
///
/// Paths and sentences are those of the wire (contract, section 4); no sentence repeats what was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvalidRequest {
    faults: BTreeMap<Cow<'static, str>, Vec<Cow<'static, str>>>,
}

impl InvalidRequest {
    /// A request with one fault.
    #[must_use]
    pub fn of(path: impl Into<Cow<'static, str>>, fault: impl Into<Cow<'static, str>>) -> Self {
        let mut request = Self::default();
        request.add(path, fault);
        request
    }

    /// Notes a fault; the sentence says what to do.
    pub fn add(&mut self, path: impl Into<Cow<'static, str>>, fault: impl Into<Cow<'static, str>>) {
        self.faults.entry(path.into()).or_default().push(fault.into());
    }

    /// The value, if nothing was wrong after all.
    ///
    /// # Errors
    /// The faults, if there are any.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.faults.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The faults, by path.
    pub fn faults(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.faults.iter().map(|(path, faults)| (path.as_ref(), faults.iter().map(AsRef::as_ref)))
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request is invalid")?;
        for (path, faults) in &self.faults {
            for fault in faults {
                write!(f, "; {path}: {fault}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}

/// Why the engine did not do what it was asked, in words of what to do next.
///
/// A wrong code is no error: see [`CheckOutcome`](crate::CheckOutcome).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The request is malformed: mend it, and ask again. Nothing was charged.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
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
    /// A stable name for programs and metrics; those of the contract, section 4, where it has one.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "InvalidPayload",
            Self::NotFound => "NotFound",
            Self::Refused(refusal) => refusal.code(),
            Self::Contended => "Contended",
            Self::Unavailable(_) => "StoreUnavailable",
            Self::Full(_) => "StoreFull",
            Self::Corrupt(_) => "CorruptRecord",
            Self::Entropy(_) => "EntropyUnavailable",
        }
    }

    /// How long to wait before asking the same again; none when that would not help.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            Self::Contended | Self::Unavailable(_) | Self::Full(_) | Self::Entropy(_) => Some(Duration::from_secs(1)),
            Self::Invalid(_) | Self::NotFound | Self::Corrupt(_) => None,
        }
    }
}

impl Refusal {
    /// A stable name for programs and metrics; those of the contract, section 4, where it has one.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MaxAttemptsReached => "MaxAttemptsReached",
            Self::UnexpectedStatus(_) => "UnexpectedVerificationStatus",
            Self::NoNextStep => "NoNextStep",
            Self::NoSuchStep { .. } | Self::WrongLength { .. } => "InvalidPayload",
            Self::Cooldown { .. } | Self::MessageCap { .. } => "TooManyRequests",
            Self::KeyMissing(_) => "KeyMissing",
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            // Two starts drew one id, as happens less than once in 10¹⁷ pairs of a millisecond: asking again draws another.
            StoreError::AlreadyExists | StoreError::Conflict => Self::Contended,
            StoreError::Full { .. } => Self::Full(error),
            StoreError::NotDone { .. } | StoreError::Unavailable { .. } => Self::Unavailable(error),
            StoreError::Corrupt { .. } => Self::Corrupt(error),
        }
    }
}
