use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use countersign::{EngineError, Refusal};
use serde_json::{Map, Value};

use crate::error_body::ErrorBody;
use crate::error_code::ErrorCode;
use crate::invalid::InvalidRequest;
use crate::open::WireName as _;
use crate::to_error_code::ToErrorCode as _;

/// An answer that is no success, as the API gives it: HTTP status, body, and when to come back (contract, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: ErrorBody,
    /// How long to wait before asking the same again; none when that would not help.
    pub retry_after: Option<Duration>,
    /// What the service calls the request, when it is another's: the name to give to its support.
    pub request_id: Option<Box<str>>,
}

impl ErrorResponse {
    /// Builds the answer to what only an operator can fix.
    #[must_use]
    pub fn internal() -> Self {
        let message = "the service cannot do this just now: report it to whoever runs the service";
        Self::new(ErrorCode::InternalError, message)
    }

    /// Builds the answer of a code, with its status.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: code.status(), body: ErrorBody::new(code, message), retry_after: None, request_id: None }
    }

    /// Builds the answer that another service gave.
    #[must_use]
    pub const fn from_response(status: u16, body: ErrorBody) -> Self {
        Self { status, body, retry_after: None, request_id: None }
    }

    /// Sets how long the client should wait.
    #[must_use]
    pub const fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// Sets the details of the body.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.body = self.body.with_details(details);
        self
    }

    /// Sets the request id of the service that answered.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<Box<str>>) -> Self {
        self.request_id = id;
        self
    }
}

impl From<&EngineError> for ErrorResponse {
    /// Spells an error of the engine as the wire does. What only an operator can fix is a 500 without particulars: those
    /// belong in the log.
    fn from(error: &EngineError) -> Self {
        let code = error.error_code();
        let message = match error {
            EngineError::InvalidPlan(invalid) => return (&InvalidRequest::from(invalid)).into(),
            EngineError::Refused(Refusal::WrongLength { .. }) => {
                return (&InvalidRequest::single(".code", error.to_string())).into();
            }
            EngineError::Refused(Refusal::NoSuchStep { .. }) => {
                return (&InvalidRequest::single(".stepIndex", error.to_string())).into();
            }
            EngineError::Refused(Refusal::UnexpectedStatus(status)) => {
                format!("Unexpected Verification Status: verification already {}", status.word())
            }
            EngineError::Refused(_)
            | EngineError::NotFound
            | EngineError::Contended
            | EngineError::Unavailable(_)
            | EngineError::Full(_)
            | EngineError::Corrupt(_)
            | EngineError::Entropy(_)
            | _ => {
                // What only an operator can fix stays in the log.
                if code == ErrorCode::InternalError {
                    return Self::internal();
                }
                error.to_string()
            }
        };
        Self::new(code, message).with_retry_after(error.retry_after())
    }
}

impl From<&InvalidRequest> for ErrorResponse {
    fn from(invalid: &InvalidRequest) -> Self {
        let mut details = Map::new();
        for (path, sentences) in invalid.faults() {
            details.insert(path.to_owned(), sentences.map(Value::from).collect());
        }
        Self::new(ErrorCode::InvalidPayload, "One or more fields provided in the request are malformed")
            .with_details(Value::Object(details))
    }
}

impl fmt::Display for ErrorResponse {
    /// Status, code and request id: nothing that was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.body.code)?;
        if let Some(id) = &self.request_id {
            write!(f, ", request {id}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ErrorResponse {}
