use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::reading::lenient::{Text, object};
use crate::reading::words::{RequestId, word};

/// What Bird answered in place of a success: the status, and `{code, message, details}` where it has that form.
///
/// `Debug` and `Display` show status, code and request id. Message and details may repeat what was sent, an address
/// among it: they are to be asked for, and not to be logged.
#[derive(Clone, PartialEq)]
pub struct ApiError {
    status: u16,
    code: Option<Box<str>>,
    message: Option<Box<str>>,
    details: Option<Value>,
    request_id: Option<RequestId>,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    code: Text,
    #[serde(default)]
    message: Text,
    #[serde(default)]
    details: Option<Value>,
}

impl ApiError {
    /// Reads an answer's body, which may be anything: what is not Bird's form is left out.
    #[must_use]
    pub fn parse(status: u16, body: &[u8], request_id: Option<RequestId>) -> Self {
        let Some(Envelope { code, message, details }) = object(body) else {
            return Self { status, code: None, message: None, details: None, request_id };
        };
        let code = code.as_deref().and_then(word).map(Into::into);
        let message = message.filled().map(Into::into);
        Self { status, code, message, details, request_id }
    }

    /// The status of the answer, as HTTP has it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Bird's own word, such as `InvalidPayload`: 1 to 64 characters of `A-Za-z0-9_.-`, fewer than six of them digits.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Bird's sentence, which may repeat what was sent: not for logs.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// What Bird says besides, which may repeat what was sent: not for logs.
    #[must_use]
    pub const fn details(&self) -> Option<&Value> {
        self.details.as_ref()
    }

    /// What Bird calls the request.
    #[must_use]
    pub const fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status.fmt(f)?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        if let Some(id) = &self.request_id {
            write!(f, ", request {id}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiError({self})")
    }
}
