//! What the HTTP side says no with (contract, section 4). Every sentence says what to do.

use std::time::Duration;

use countersign_api::{ErrorCode, ErrorResponse, InvalidRequest};

const SOON: Option<Duration> = Some(Duration::from_secs(1));

pub(crate) fn unauthorized() -> ErrorResponse {
    let message =
        "an access key is needed: send the header Authorization: AccessKey, or Bearer, and a key of this service";
    ErrorResponse::new(ErrorCode::Unauthorized, message)
}

/// The same as the engine's for an unknown verification: from outside they look alike.
pub(crate) fn not_found() -> ErrorResponse {
    ErrorResponse::from(&countersign::EngineError::NotFound)
}

pub(crate) fn no_such_path() -> ErrorResponse {
    ErrorResponse::new(ErrorCode::NotFound, "there is nothing at this path: see the description of the API")
}

pub(crate) fn method_not_allowed() -> ErrorResponse {
    ErrorResponse::new(ErrorCode::MethodNotAllowed, "this path takes other methods: see the header Allow")
}

pub(crate) fn too_large() -> ErrorResponse {
    ErrorResponse::new(ErrorCode::PayloadTooLarge, "the body is longer than this service reads: shorten it")
}

pub(crate) fn not_json() -> ErrorResponse {
    let message = "the body must be JSON: send it uncompressed, with the header Content-Type: application/json";
    ErrorResponse::new(ErrorCode::UnsupportedMediaType, message)
}

pub(crate) fn body_too_slow() -> ErrorResponse {
    ErrorResponse::new(ErrorCode::RequestTimeout, "the body did not arrive in time: nothing was done, send it again")
        .with_retry_after(SOON)
}

pub(crate) fn body_broken() -> ErrorResponse {
    ErrorResponse::new(
        ErrorCode::RequestBodyIncomplete,
        "the body ended early or was malformed: nothing was done, send it again",
    )
}

pub(crate) fn overloaded() -> ErrorResponse {
    let message = "too many calls are being carried out: nothing was done, ask again soon";
    ErrorResponse::new(ErrorCode::Overloaded, message).with_retry_after(SOON)
}

pub(crate) fn sends_overloaded() -> ErrorResponse {
    let message = "too many messages are being sent: nothing was done, ask again soon";
    ErrorResponse::new(ErrorCode::Overloaded, message).with_retry_after(SOON)
}

/// For the bound of one workspace, which others do not notice.
pub(crate) fn workspace_overloaded(of_what: &str) -> ErrorResponse {
    let message = format!("this workspace has too many {of_what} under way: nothing was done, ask again soon");
    ErrorResponse::new(ErrorCode::Overloaded, message).with_retry_after(SOON)
}

pub(crate) fn source_overloaded() -> ErrorResponse {
    let message = "too many requests of this address are being read: nothing was done, ask again soon";
    ErrorResponse::new(ErrorCode::Overloaded, message).with_retry_after(SOON)
}

pub(crate) fn timed_out() -> ErrorResponse {
    let message = "there was no answer in time, and it may be done yet: look before you ask again";
    ErrorResponse::new(ErrorCode::TimedOut, message).with_retry_after(SOON)
}

pub(crate) fn too_many(wait: Duration) -> ErrorResponse {
    let message = "too many calls in a short time: nothing was done, ask again later";
    ErrorResponse::new(ErrorCode::TooManyRequests, message).with_retry_after(Some(wait.max(Duration::from_secs(1))))
}

pub(crate) fn workspace_keeps_too_much(wait: Duration) -> ErrorResponse {
    let message = "this workspace has too many answers kept for its Idempotency-Keys: nothing was done, ask again later, or \
        without a key";
    ErrorResponse::new(ErrorCode::TooManyRequests, message).with_retry_after(Some(wait.max(Duration::from_secs(1))))
}

pub(crate) fn too_much_kept(wait: Duration) -> ErrorResponse {
    let message = "too many answers are kept for Idempotency-Keys: nothing was done, ask again later, or without a key";
    ErrorResponse::new(ErrorCode::Overloaded, message).with_retry_after(Some(wait.max(Duration::from_secs(1))))
}

pub(crate) fn idempotency_unavailable() -> ErrorResponse {
    let message = "the answers to earlier requests cannot be looked up: nothing was done, ask again in a moment";
    ErrorResponse::new(ErrorCode::StoreUnavailable, message).with_retry_after(SOON)
}

pub(crate) fn key_reused() -> ErrorResponse {
    let message = "another request had this Idempotency-Key: nothing was done, take a new key for a new request";
    ErrorResponse::new(ErrorCode::IdempotencyKeyReused, message)
}

pub(crate) fn key_in_use() -> ErrorResponse {
    let message = "a request with this Idempotency-Key is under way: ask again in a moment for its answer";
    ErrorResponse::new(ErrorCode::IdempotencyKeyInUse, message).with_retry_after(SOON)
}

pub(crate) fn bad_idempotency_key() -> ErrorResponse {
    let sentence = "an Idempotency-Key has 1 to 255 visible ASCII characters, and is given once";
    ErrorResponse::from(&InvalidRequest::single(".Idempotency-Key", sentence))
}

pub(crate) fn bad_id(path: &'static str) -> ErrorResponse {
    ErrorResponse::from(&InvalidRequest::single(
        path,
        "value must be a UUID, as in 5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01",
    ))
}

pub(crate) fn bad_path() -> ErrorResponse {
    ErrorResponse::from(&InvalidRequest::single(".", "the path must be UTF-8"))
}

pub(crate) fn not_ready() -> ErrorResponse {
    ErrorResponse::new(ErrorCode::StoreUnavailable, "the store cannot be reached: wait until it is back")
        .with_retry_after(SOON)
}
