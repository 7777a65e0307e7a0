use std::fmt;
use std::time::Duration;

use countersign::{CheckOutcome, EngineError, Refusal};
use serde_json::{Map, Value};

use crate::invalid::InvalidRequest;
use crate::problem::Problem;

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
    /// An answer of that status and body.
    #[must_use]
    pub const fn new(status: u16, problem: Problem) -> Self {
        Self { status, problem, retry_after: None, request_id: None }
    }

    /// The same, to be asked again after that time.
    #[must_use]
    pub const fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// The same, to a request of that name.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<Box<str>>) -> Self {
        self.request_id = id;
        self
    }

    /// What a check says when the code was not the right one; none when it was.
    #[must_use]
    pub fn of_check(checked: CheckOutcome) -> Option<Self> {
        match checked {
            CheckOutcome::Verified => None,
            CheckOutcome::Mismatch { failed, remaining } => {
                let problem = Problem::new("VerificationCodeMismatch", "the code does not match: enter it again");
                Some(Self::new(400, problem.with_details(Problem::counted(failed, remaining))))
            }
            CheckOutcome::Exhausted => Some(Self::from(&EngineError::from(Refusal::MaxAttemptsReached))),
        }
    }
}

impl From<&EngineError> for Refused {
    /// The row of the table. What only whoever runs the service can mend is told as an error of 500 without
    /// particulars; those belong in its log.
    fn from(error: &EngineError) -> Self {
        let status = match error {
            EngineError::InvalidPlan(invalid) => return (&InvalidRequest::from(invalid)).into(),
            EngineError::Refused(Refusal::WrongLength { .. }) => {
                return (&InvalidRequest::of(".code", error.to_string())).into();
            }
            EngineError::Refused(Refusal::NoSuchStep { .. }) => {
                return (&InvalidRequest::of(".stepIndex", error.to_string())).into();
            }
            EngineError::Refused(Refusal::MaxAttemptsReached | Refusal::UnexpectedStatus(_) | Refusal::NoNextStep) => {
                400
            }
            EngineError::NotFound => 404,
            EngineError::Refused(Refusal::Cooldown { .. } | Refusal::MessageCap { .. }) => 429,
            EngineError::Contended | EngineError::Unavailable(_) | EngineError::Full(_) | EngineError::Entropy(_) => {
                503
            }
            // The id of a missing key is nobody's business; neither is whatever the core may learn to say.
            EngineError::Refused(_) | EngineError::Corrupt(_) | _ => {
                let message = "the service cannot do this just now: report it to whoever runs the service";
                return Self::new(500, Problem::new("InternalError", message));
            }
        };
        let message = if let EngineError::Refused(Refusal::UnexpectedStatus(status)) = error {
            format!("Unexpected Verification Status: verification already {status}")
        } else {
            error.to_string()
        };
        Self::new(status, Problem::new(error.code(), message)).with_retry_after(error.retry_after())
    }
}

impl From<&InvalidRequest> for Refused {
    fn from(invalid: &InvalidRequest) -> Self {
        let mut details = Map::new();
        for (path, sentences) in invalid.faults() {
            details.insert(path.to_owned(), sentences.map(Value::from).collect());
        }
        let problem = Problem::new("InvalidPayload", "One or more fields provided in the request are malformed");
        Self::new(422, problem.with_details(Value::Object(details)))
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
