use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error_code::ErrorCode;

/// What is wrong, as the wire says it: a flat body (contract, section 4).
///
/// A service may repeat in message and details what it was sent: `Debug` shows the code alone, and so should logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The stable name for programs.
    pub code: ErrorCode,
    /// For people, in words of what to do next.
    pub message: Cow<'static, str>,
    /// What else there is to say; see [`faults`](Self::faults) and [`remaining_attempts`](Self::remaining_attempts).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl ErrorBody {
    /// Creates a body with that code, without details.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), details: None }
    }

    /// The same with details.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// What is wrong with the request: the path of each fault, and a sentence. Nothing when it was not about that.
    pub fn faults(&self) -> impl Iterator<Item = (&str, &str)> {
        let details = self.details.as_ref().and_then(Value::as_object);
        details.into_iter().flatten().flat_map(|(path, sentences)| {
            let sentences = sentences.as_array().into_iter().flatten();
            sentences.filter_map(move |sentence| Some((path.as_str(), sentence.as_str()?)))
        })
    }

    /// Wrong codes so far, after a wrong code.
    #[must_use]
    pub fn failed_attempts(&self) -> Option<u64> {
        self.count("failedAttempts")
    }

    /// Wrong codes that are left, after a wrong code.
    #[must_use]
    pub fn remaining_attempts(&self) -> Option<u64> {
        self.count("remainingAttempts")
    }

    pub(crate) fn counted(failed: u64, remaining: u64) -> Value {
        let counts = [("failedAttempts", failed), ("remainingAttempts", remaining)];
        counts.into_iter().map(|(name, count)| (name.to_owned(), Value::from(count))).collect::<Map<_, _>>().into()
    }

    fn count(&self, name: &str) -> Option<u64> {
        self.details.as_ref()?.get(name)?.as_u64()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBody").field("code", &self.code).finish_non_exhaustive()
    }
}
