use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use bytes::Bytes;
use countersign_api::ErrorResponse;
use futures_util::future::poll_immediate;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Body as _;

use super::refusals;

/// Reads a body of JSON, of at most so many bytes, in at most that time. None at all is as good as an empty one.
pub(crate) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    time: Duration,
) -> Result<Bytes, ErrorResponse> {
    let said = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|length| length > u64::try_from(most).unwrap_or(u64::MAX)) {
        return Err(refusals::too_large());
    }
    let bytes = if body.is_end_stream() { Bytes::new() } else { read(body, most, time).await? };
    if bytes.is_empty() || is_json(headers) { Ok(bytes) } else { Err(refusals::not_json()) }
}

/// Reads a body of anything.
pub(crate) async fn read(body: Body, most: usize, time: Duration) -> Result<Bytes, ErrorResponse> {
    let mut all = pin!(Limited::new(body, most).collect());
    // Mostly it came along with the head: then there is nothing to time.
    let read = match poll_immediate(all.as_mut()).await {
        Some(read) => Ok(read),
        None => tokio::time::timeout(time, all).await,
    };
    match read {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(refusals::too_large()),
        Ok(Err(_)) => Err(refusals::body_broken()),
        Err(_) => Err(refusals::body_too_slow()),
    }
}

/// `application/json` or a type of its family (RFC 6839, section 3.1), in UTF-8, as it is.
fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else { return false };
    if value == "application/json" {
        return !headers.contains_key(CONTENT_ENCODING);
    }
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    let utf8 = parts.all(|part| match part.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        Some(_) | None => true,
    });
    json && utf8 && !headers.contains_key(CONTENT_ENCODING)
}
