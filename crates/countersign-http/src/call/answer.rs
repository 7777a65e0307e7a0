use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use countersign::idempotency::StoredResponse;
use countersign_api::{ErrorBody, ErrorCode, ErrorResponse};
use serde::Serialize;

use super::request_id::{REQUEST_ID, RequestId};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Bytes of a status in a stored response.
const STATUS: usize = size_of::<u16>();

/// An answer before it is a response: serialised once, whoever takes it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    /// The code of an error, for metrics and the log; none for a success.
    pub(crate) code: Option<ErrorCode>,
    retry_after: Option<Duration>,
    replayed: bool,
}

impl Answer {
    pub(crate) fn of(status: StatusCode, object: &impl Serialize) -> Self {
        // Most objects have less than that.
        let mut body = Vec::with_capacity(1024);
        match serde_json::to_writer(&mut body, object) {
            Ok(()) => Self { status, body: body.into(), code: None, retry_after: None, replayed: false },
            // Texts, numbers and lists of them can always be written.
            Err(_) => Self::refused(&ErrorResponse::internal()),
        }
    }

    pub(crate) fn refused(refused: &ErrorResponse) -> Self {
        let status = StatusCode::from_u16(refused.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = Some(refused.body.code.clone());
        let body = serde_json::to_vec(&refused.body).unwrap_or_default().into();
        Self { status, body, code, retry_after: refused.retry_after, replayed: false }
    }

    /// What was answered before, once more; none when the stored bytes are not an answer's.
    pub(crate) fn again(kept: StoredResponse) -> Option<Self> {
        let mut body = Bytes::from(kept.into_bytes());
        let status = (body.len() >= STATUS).then(|| body.split_to(STATUS))?;
        let status = StatusCode::from_u16(u16::from_be_bytes(status.as_ref().try_into().ok()?)).ok()?;
        let problem = (!status.is_success()).then(|| serde_json::from_slice::<ErrorBody>(&body).ok());
        let code = problem.flatten().map(|problem| problem.code);
        Some(Self { status, body, code, retry_after: None, replayed: true })
    }

    /// What is worth keeping for a request that is repeated: what was decided, and not that nothing was. The status in
    /// two bytes, then the body.
    pub(crate) fn to_keep(&self) -> Option<StoredResponse> {
        let decided = self.status.is_success()
            || matches!(
                self.status,
                StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY
            );
        decided.then(|| StoredResponse::new([&self.status.as_u16().to_be_bytes(), &*self.body].concat()))
    }

    /// The name of its code for a metric's label or the log; empty for a success.
    pub(crate) fn label(&self) -> &'static str {
        self.code.as_ref().map_or("", ErrorCode::label)
    }

    pub(crate) fn into_response(self, request: &RequestId) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(wait) = self.retry_after {
            // Rounded up, so that who waits that long is not a moment early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("AccessKey"));
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        private(headers, request);
        response
    }
}

/// What every answer has: it is nobody's to keep, it is what it says it is, and it has a name.
pub(crate) fn private(headers: &mut axum::http::HeaderMap, request: &RequestId) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REQUEST_ID, request.header().clone());
}

#[cfg(test)]
mod tests;
