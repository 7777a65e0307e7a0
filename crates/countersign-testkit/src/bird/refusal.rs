use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that is no success, in the flat form of all of Bird's services.
///
/// The form of a 422 was seen on the wire. The codes of the others are our guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    details: Option<Value>,
    /// In seconds.
    retry_after: Option<u64>,
}

impl Refusal {
    pub(super) fn of(status: u16) -> Self {
        let status = StatusCode::from_u16(status).expect("a status that HTTP knows");
        let (code, message) = match status.as_u16() {
            400 => ("BadRequest", "The request could not be understood"),
            401 => ("Unauthorized", "The access key is missing or not valid"),
            403 => ("Forbidden", "The access key may not do this"),
            404 => ("NotFound", "The resource does not exist"),
            405 => ("MethodNotAllowed", "The resource does not do this"),
            413 => ("PayloadTooLarge", "The request is too large"),
            415 => ("UnsupportedMediaType", "The request is not JSON"),
            422 => ("InvalidPayload", "The request did not pass validation"),
            429 => ("TooManyRequests", "The request was not processed, retry later"),
            503 => ("ServiceUnavailable", "The service is not available, retry later"),
            _ => ("InternalError", "Something went wrong"),
        };
        Self { status, code, message: message.into(), details: None, retry_after: None }
    }

    /// What is wrong with a body or a query, by path.
    pub(super) fn invalid(faults: &Faults) -> Self {
        Self {
            message: "One or more fields provided in the request body are malformed".into(),
            details: Some(json!(faults.0)),
            ..Self::of(422)
        }
    }

    pub(super) fn with(mut self, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        (self.code, self.message) = (code, message.into());
        self
    }

    pub(super) fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    pub(super) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait.map(|wait| wait.as_secs());
        self
    }

    /// The same without a body: nobody knows whether Bird's has one unless it says what is invalid.
    pub(super) fn answer(self, bare: bool) -> Response {
        if bare && self.details.is_none() { self.status.into_response() } else { self.into_response() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some(details) = self.details {
            body["details"] = details;
        }
        let retry_after = self.retry_after.map(|seconds| [(RETRY_AFTER, seconds.to_string())]);
        (self.status, retry_after, axum::Json(body)).into_response()
    }
}

/// Sentences on what is wrong, by the path of the value, or of the object whose property it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Faults(BTreeMap<String, Vec<String>>);

impl Faults {
    /// Notes one; the root's path is a dot.
    pub(super) fn add(&mut self, path: &str, fault: impl Into<String>) {
        let path = if path.is_empty() { "." } else { path };
        self.0.entry(path.to_owned()).or_default().push(fault.into());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
