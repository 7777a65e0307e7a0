use std::error::Error;

use super::Found;
use crate::machine::CorruptRecord;

/// The reason why a store did not complete an operation.
///
/// [`not_done`](Self::not_done), [`unavailable`](Self::unavailable) and [`corrupt`](Self::corrupt) build the errors that
/// carry a reason; [`with_source`](Self::with_source) adds the underlying error.
///
/// ```
/// use countersign::store::StoreError;
///
/// # fn query() -> Result<(), std::io::Error> { Err(std::io::ErrorKind::TimedOut.into()) }
/// # fn example() -> Result<(), StoreError> {
/// query().map_err(|error| StoreError::unavailable("the database did not answer in time").with_source(error))?;
/// # Ok(())
/// # }
/// # assert!(matches!(example(), Err(StoreError::Unavailable { source: Some(_), .. })));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Insert: a record with this id exists. Nothing was written.
    #[error("a record with this id exists: start again, which generates another id")]
    AlreadyExists,
    /// Update: the record is not at the expected version, or does not exist. Nothing was written.
    #[error("the record changed in the meantime: load it and decide again")]
    Conflict {
        /// What is there instead.
        found: Found,
    },
    /// Insert: the store is at its capacity. Nothing was written.
    #[error("the store is at its capacity of {capacity} records: purge ended ones, or raise the capacity")]
    Full {
        /// The maximum number of records.
        capacity: usize,
    },
    /// The store rejected the operation or could not be reached. Nothing was written.
    #[error("the store rejected the operation; nothing was written: {reason}")]
    NotDone {
        /// What happened and what to do about it, without personal data.
        reason: String,
        /// The underlying error.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The store did not answer in time, or not as it should: a write has an unknown outcome.
    #[error("the store did not answer: {reason}")]
    Unavailable {
        /// What happened, without personal data.
        reason: String,
        /// The underlying error.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The stored bytes are not a record.
    #[error("the stored record cannot be read: {reason}")]
    Corrupt {
        /// What is wrong with it, without personal data.
        reason: String,
        /// The underlying error.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl StoreError {
    /// Creates a [`NotDone`](Self::NotDone) error, for an operation that certainly wrote nothing.
    #[must_use]
    pub fn not_done(reason: impl Into<String>) -> Self {
        Self::NotDone { reason: reason.into(), source: None }
    }

    /// Creates an [`Unavailable`](Self::Unavailable) error, for a write that may or may not have happened.
    #[must_use]
    pub fn unavailable(reason: impl Into<String>) -> Self {
        Self::Unavailable { reason: reason.into(), source: None }
    }

    /// Creates a [`Corrupt`](Self::Corrupt) error, for stored bytes that are not a record.
    #[must_use]
    pub fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt { reason: reason.into(), source: None }
    }

    /// Sets the underlying error of an error that has a reason. The other variants have no source and stay as they are.
    #[must_use]
    pub fn with_source(mut self, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        match &mut self {
            Self::NotDone { source, .. } | Self::Unavailable { source, .. } | Self::Corrupt { source, .. } => {
                *source = Some(error.into());
            }
            Self::AlreadyExists | Self::Conflict { .. } | Self::Full { .. } => {}
        }
        self
    }
}

impl From<CorruptRecord> for StoreError {
    fn from(corrupt: CorruptRecord) -> Self {
        Self::corrupt(corrupt.to_string()).with_source(corrupt)
    }
}
