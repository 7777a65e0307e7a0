//! What comes back.

use std::time::Duration;

use countersign::{Clock as _, SystemClock};
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::api_error::ApiError;
use super::error::{BirdError, BirdErrorKind};
use crate::reading::words::RequestId;

/// Where the name of a request stands, best first. The first is documented for webhooks only.
const REQUEST_IDS: [&str; 2] = ["messagebird-request-id", "x-request-id"];

/// The longest that Bird is listened to when it says when to come back. Who waits for a code does not wait longer, and
/// nobody shall put a message off for ever.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A success.
pub(crate) struct ApiResponse {
    /// None when it did not come whole, or was too long.
    body: Option<Vec<u8>>,
    request_id: Option<RequestId>,
}

impl ApiResponse {
    pub(crate) fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    pub(crate) const fn request_id(&self) -> Option<&RequestId> {
        self.request_id.as_ref()
    }

    /// Reads an answer, its body at most to that length and until that time, and sorts it by what is known then.
    pub(crate) async fn read(response: Response, max_body: usize, deadline: Instant) -> Result<Self, BirdError> {
        let status = response.status();
        let request_id = request_id(response.headers());
        let retry_after = retry_after(response.headers());
        let body = timeout_at(deadline, bounded(response, max_body)).await.unwrap_or_default();
        if status.is_success() {
            return Ok(Self { body, request_id });
        }
        let error = ApiError::parse(status.as_u16(), body.as_deref().unwrap_or_default(), request_id);
        Err(sort(status, error, retry_after))
    }
}

/// What an answer that is no success says about whether Bird has done it.
///
/// Bird's documentation calls all of its 5xx safe to repeat. That is believed where Bird itself speaks: in its own form
/// of an error, or by saying when to come back. A bare 500, 502 or 504 may be of a gateway, which does not know what
/// became of it.
fn sort(status: StatusCode, error: ApiError, retry_after: Option<Duration>) -> BirdError {
    let not_done = |error| BirdError::NotDone { cause: BirdErrorKind::Answer(error), retry_after };
    match status.as_u16() {
        408 | 425 | 429 | 503 => not_done(error),
        501 | 505 => BirdError::Refused(error),
        500.. if error.code().is_some() || retry_after.is_some() => not_done(error),
        500.. => BirdError::Unknown { cause: BirdErrorKind::Answer(error) },
        _ => BirdError::Refused(error),
    }
}

async fn bounded(mut response: Response, max: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > max {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    REQUEST_IDS.iter().find_map(|name| RequestId::new(headers.get(*name)?.to_str().ok()?))
}

/// How long Bird asks to wait (RFC 9110, section 10.2.3): in seconds, or until a date by Bird's own clock if it tells
/// that.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let header = |name: HeaderName| headers.get(name)?.to_str().ok();
    let text = header(RETRY_AFTER)?;
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        let until = httpdate::parse_http_date(text).ok()?;
        let now = header(DATE).and_then(|text| httpdate::parse_http_date(text).ok());
        let now = now.unwrap_or_else(|| SystemClock.now().to_datetime().into());
        until.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(LONGEST_WAIT))
}
