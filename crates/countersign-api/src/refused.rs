use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use countersign::{CheckOutcome, EngineError, Refusal};
use serde_json::{Map, Value};

use crate::error_code::ErrorCode;
use crate::invalid::InvalidRequest;
use crate::open::Word as _;
use crate::problem::Problem;
use crate::to_error_code::ToErrorCode as _;

/// An answer that is no success, as the API gives it: HTTP status, body, and when to come back (contract, section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub problem: Problem,
    /// How long to wait before asking the same again; none when that would not help.
    pub retry_after: Option<Duration>,
    /// What the service calls the request, when it is another's: the name to give to its support.
    pub request_id: Option<Box<str>>,
}

impl Refused {
    /// Builds the answer to what only an operator can fix.
    #[must_use]
    pub fn internal() -> Self {
        let message = "the service cannot do this just now: report it to whoever runs the service";
        Self::new(ErrorCode::InternalError, message)
    }

    /// Builds the answer of a code, with its status.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: code.status(), problem: Problem::new(code, message), retry_after: None, request_id: None }
    }

    /// Builds the answer that another service gave.
    #[must_use]
    pub const fn answered(status: u16, problem: Problem) -> Self {
        Self { status, problem, retry_after: None, request_id: None }
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
        self.problem = self.problem.with_details(details);
        self
    }

    /// Sets the request id of the service that answered.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<Box<str>>) -> Self {
        self.request_id = id;
        self
    }

    pub(crate) fn mismatch(failed: Option<u64>, remaining: Option<u64>) -> Self {
        let refused = Self::new(ErrorCode::VerificationCodeMismatch, "the code does not match: enter it again");
        match failed.zip(remaining) {
            Some((failed, remaining)) => refused.with_details(Problem::counted(failed, remaining)),
            None => refused,
        }
    }

    /// Spells the outcome of a check that was not of the right code; `None` when it was.
    #[must_use]
    pub fn of_check(outcome: CheckOutcome) -> Option<Self> {
        match outcome {
            CheckOutcome::Verified => None,
            CheckOutcome::Mismatch { failed, remaining } => {
                Some(Self::mismatch(Some(failed.into()), Some(remaining.into())))
            }
            CheckOutcome::Exhausted => Some(Self::from(&EngineError::from(Refusal::MaxAttemptsReached))),
        }
    }
}

impl From<&EngineError> for Refused {
    /// Spells an error of the engine as the wire does. What only an operator can fix is a 500 without particulars: those
    /// belong in the log.
    fn from(error: &EngineError) -> Self {
        let code = error.error_code();
        let message = match error {
            EngineError::InvalidPlan(invalid) => return (&InvalidRequest::from(invalid)).into(),
            EngineError::Refused(Refusal::WrongLength { .. }) => {
                return (&InvalidRequest::of(".code", error.to_string())).into();
            }
            EngineError::Refused(Refusal::NoSuchStep { .. }) => {
                return (&InvalidRequest::of(".stepIndex", error.to_string())).into();
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

impl From<&InvalidRequest> for Refused {
    fn from(invalid: &InvalidRequest) -> Self {
        let mut details = Map::new();
        for (path, sentences) in invalid.faults() {
            details.insert(path.to_owned(), sentences.map(Value::from).collect());
        }
        Self::new(ErrorCode::InvalidPayload, "One or more fields provided in the request are malformed")
            .with_details(Value::Object(details))
    }
}

impl fmt::Display for Refused {
    /// Status, code and request id: nothing that was sent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.problem.code)?;
        if let Some(id) = &self.request_id {
            write!(f, ", request {id}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}
