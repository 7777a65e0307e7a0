//! The vocabulary of errors: each code with its HTTP status, and what a client may conclude from it.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The stable name of an error on the wire (contract, section 4), with what follows from it.
///
/// The set is open: a code of a later or foreign service is kept as [`Other`](Self::Other).
///
/// ```
/// use countersign_api::ErrorCode;
///
/// let code: ErrorCode = "StoreUnavailable".parse()?;
/// assert_eq!((code.status(), code.is_retryable(), code.is_not_done()), (503, true, false));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The body, the query, the path or a header is malformed or out of range.
    InvalidPayload,
    /// The code is wrong, and checks are left.
    VerificationCodeMismatch,
    /// The checks are used up.
    MaxAttemptsReached,
    /// The verification has ended otherwise.
    UnexpectedVerificationStatus,
    /// There is no step to fail over to.
    NoNextStep,
    /// The access key is missing or unknown.
    Unauthorized,
    /// The workspace has no such verification, or the path does not exist.
    NotFound,
    /// The path does not support the method.
    MethodNotAllowed,
    /// The body is too long.
    PayloadTooLarge,
    /// The body is not JSON.
    UnsupportedMediaType,
    /// The body did not arrive in time.
    RequestTimeout,
    /// A cooldown, a cap or a rate limit.
    TooManyRequests,
    /// The store cannot be reached.
    StoreUnavailable,
    /// Concurrent changes of one verification.
    Contended,
    /// The store is at its bound.
    StoreFull,
    /// The system has no randomness.
    EntropyUnavailable,
    /// An operator must act.
    InternalError,
    /// Too many calls are in progress.
    Overloaded,
    /// The call took too long; it may still complete.
    TimedOut,
    /// The `Idempotency-Key` belongs to another request.
    IdempotencyKeyReused,
    /// The request with this `Idempotency-Key` is still in progress.
    IdempotencyKeyInUse,
    /// The body ended early.
    RequestBodyIncomplete,
    /// A code that this release does not know.
    Other(Box<str>),
}

/// What is known of one code.
struct Row {
    name: &'static str,
    status: u16,
    retryable: bool,
    not_done: bool,
}

const fn row(name: &'static str, status: u16, retryable: bool, not_done: bool) -> Row {
    Row { name, status, retryable, not_done }
}

impl ErrorCode {
    /// Every known code.
    pub const ALL: [Self; 22] = [
        Self::InvalidPayload,
        Self::VerificationCodeMismatch,
        Self::MaxAttemptsReached,
        Self::UnexpectedVerificationStatus,
        Self::NoNextStep,
        Self::Unauthorized,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::RequestTimeout,
        Self::TooManyRequests,
        Self::StoreUnavailable,
        Self::Contended,
        Self::StoreFull,
        Self::EntropyUnavailable,
        Self::InternalError,
        Self::Overloaded,
        Self::TimedOut,
        Self::IdempotencyKeyReused,
        Self::IdempotencyKeyInUse,
        Self::RequestBodyIncomplete,
    ];

    /// The one table of codes; `None` for one that this release does not know.
    const fn row(&self) -> Option<Row> {
        Some(match self {
            Self::InvalidPayload => row("InvalidPayload", 422, false, true),
            // Charged: the answer to a check, not a refusal of it.
            Self::VerificationCodeMismatch => row("VerificationCodeMismatch", 400, false, false),
            // The last wrong code, or a call after it: the name does not tell.
            Self::MaxAttemptsReached => row("MaxAttemptsReached", 400, false, false),
            Self::UnexpectedVerificationStatus => row("UnexpectedVerificationStatus", 400, false, true),
            Self::NoNextStep => row("NoNextStep", 400, false, true),
            Self::Unauthorized => row("Unauthorized", 401, false, true),
            Self::NotFound => row("NotFound", 404, false, true),
            Self::MethodNotAllowed => row("MethodNotAllowed", 405, false, true),
            Self::PayloadTooLarge => row("PayloadTooLarge", 413, false, true),
            Self::UnsupportedMediaType => row("UnsupportedMediaType", 415, false, true),
            Self::RequestTimeout => row("RequestTimeout", 408, true, true),
            Self::TooManyRequests => row("TooManyRequests", 429, true, true),
            Self::StoreUnavailable => row("StoreUnavailable", 503, true, false),
            Self::Contended => row("Contended", 503, true, true),
            Self::StoreFull => row("StoreFull", 503, true, true),
            Self::EntropyUnavailable => row("EntropyUnavailable", 503, true, true),
            Self::InternalError => row("InternalError", 500, false, false),
            Self::Overloaded => row("Overloaded", 503, true, true),
            Self::TimedOut => row("TimedOut", 503, true, false),
            Self::IdempotencyKeyReused => row("IdempotencyKeyReused", 409, false, true),
            Self::IdempotencyKeyInUse => row("IdempotencyKeyInUse", 409, true, true),
            Self::RequestBodyIncomplete => row("RequestBodyIncomplete", 400, true, true),
            Self::Other(_) => return None,
        })
    }

    /// Returns the code as the wire spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match (self, self.row()) {
            (Self::Other(name), _) => name,
            (_, Some(row)) => row.name,
            // Only `Other` has no row.
            (_, None) => Self::OTHER,
        }
    }

    /// Returns the name for a metric's label: one of [`ALL`](Self::ALL), or `Other`, so that labels stay few.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self.row() {
            Some(row) => row.name,
            None => Self::OTHER,
        }
    }

    /// Returns the HTTP status that the API answers with; 500 for a code that this release does not know.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.row() {
            Some(row) => row.status,
            None => 500,
        }
    }

    /// Returns whether sending the same request again, later, may succeed. It says nothing of whether that is safe: see
    /// [`is_not_done`](Self::is_not_done).
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self.row() {
            Some(row) => row.retryable,
            None => false,
        }
    }

    /// Returns whether the code guarantees that the request changed nothing.
    #[must_use]
    pub const fn is_not_done(&self) -> bool {
        match self.row() {
            Some(row) => row.not_done,
            None => false,
        }
    }

    const OTHER: &'static str = "Other";
}

impl From<&str> for ErrorCode {
    fn from(name: &str) -> Self {
        Self::ALL.into_iter().find(|code| code.as_str() == name).unwrap_or_else(|| Self::Other(name.into()))
    }
}

impl FromStr for ErrorCode {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::from(name))
    }
}

impl PartialEq<str> for ErrorCode {
    fn eq(&self, name: &str) -> bool {
        self.as_str() == name
    }
}

impl PartialEq<&str> for ErrorCode {
    fn eq(&self, name: &&str) -> bool {
        self.as_str() == *name
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(&*String::deserialize(deserializer)?))
    }
}
