//! What went wrong, by what is known.

use std::fmt;
use std::time::Duration;

use super::api_error::ApiError;
use crate::reading::words::RequestId;

/// Why Bird did not answer a call as hoped, by what is known of whether it did what was asked.
///
/// No text of it holds an address, a code or the access key.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BirdError {
    /// It said no, and would again.
    #[error("Bird refused: {0}")]
    Refused(ApiError),
    /// It certainly has not done it, and may do it later.
    #[error("Bird did not do it, ask again later: {cause}")]
    NotDone {
        /// How that is known.
        cause: BirdErrorKind,
        /// How long to wait before asking again, if anybody said so: at most a minute.
        retry_after: Option<Duration>,
    },
    /// It may have done it.
    #[error("nobody knows whether Bird did it: {cause}")]
    Unknown {
        /// What happened.
        cause: BirdErrorKind,
    },
}

/// What stood between a call and its answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BirdErrorKind {
    /// An answer that is no success.
    Answer(ApiError),
    /// An answer that says success in a body that cannot be read, or is too long.
    Unreadable {
        /// What Bird calls the request.
        request_id: Option<RequestId>,
    },
    /// No connection: the name is unknown, nobody listens, TLS failed, or it took too long.
    NoConnection,
    /// The workspace's rate would be exceeded; nothing left this process.
    RateLimit,
    /// The request could not be written down as one; nothing left this process.
    NoRequest,
    /// No answer in time, after the request was written.
    NoAnswer,
    /// The connection broke after the request was written, or what came back was no HTTP.
    ConnectionLost,
}

impl BirdError {
    /// A stable name for programs and metrics.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "BirdRefused",
            Self::NotDone { .. } => "BirdNotDone",
            Self::Unknown { .. } => "BirdUnknown",
        }
    }

    /// What Bird answered, if it did and it was no success.
    #[must_use]
    pub const fn api_error(&self) -> Option<&ApiError> {
        match self {
            Self::Refused(answer) => Some(answer),
            Self::NotDone { cause, .. } | Self::Unknown { cause } => cause.answer(),
        }
    }

    /// What Bird calls the request, if it answered.
    #[must_use]
    pub fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Refused(answer) => answer.request_id(),
            Self::NotDone { cause, .. } | Self::Unknown { cause } => match cause {
                BirdErrorKind::Answer(answer) => answer.request_id(),
                BirdErrorKind::Unreadable { request_id } => request_id.as_ref(),
                BirdErrorKind::NoConnection
                | BirdErrorKind::RateLimit
                | BirdErrorKind::NoRequest
                | BirdErrorKind::NoAnswer
                | BirdErrorKind::ConnectionLost => None,
            },
        }
    }

    /// How long to wait before asking the same again, if anybody said so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotDone { retry_after, .. } => *retry_after,
            Self::Refused(_) | Self::Unknown { .. } => None,
        }
    }

    pub(crate) const fn unreadable(request_id: Option<RequestId>) -> Self {
        Self::Unknown { cause: BirdErrorKind::Unreadable { request_id } }
    }

    /// What may be stored and logged of it, in a few words.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Refused(answer) => answer.to_string(),
            Self::NotDone { cause, .. } | Self::Unknown { cause } => cause.to_string(),
        }
    }
}

impl BirdErrorKind {
    const fn answer(&self) -> Option<&ApiError> {
        match self {
            Self::Answer(answer) => Some(answer),
            Self::Unreadable { .. }
            | Self::NoConnection
            | Self::RateLimit
            | Self::NoRequest
            | Self::NoAnswer
            | Self::ConnectionLost => None,
        }
    }
}

impl fmt::Display for BirdErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer(answer) => return answer.fmt(f),
            Self::Unreadable { request_id: Some(id) } => {
                return write!(f, "an answer that cannot be read, request {id}");
            }
            Self::Unreadable { request_id: None } => "an answer that cannot be read",
            Self::NoConnection => "no connection",
            Self::RateLimit => "the workspace's rate is used up",
            Self::NoRequest => "no request could be made of it",
            Self::NoAnswer => "no answer in time",
            Self::ConnectionLost => "the connection was lost",
        })
    }
}
