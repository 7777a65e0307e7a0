//! What the HTTP side says no with (contract, section 4). Every sentence says what to do.

use std::time::Duration;

use countersign_api::{ErrorCode, InvalidRequest, Refused};

const SOON: Option<Duration> = Some(Duration::from_secs(1));

pub(crate) fn unauthorized() -> Refused {
    let message =
        "an access key is needed: send the header Authorization: AccessKey, or Bearer, and a key of this service";
    Refused::new(ErrorCode::Unauthorized, message)
}

/// The same as the engine's for an unknown verification: from outside they look alike.
pub(crate) fn not_found() -> Refused {
    Refused::from(&countersign::EngineError::NotFound)
}

pub(crate) fn no_such_path() -> Refused {
    Refused::new(ErrorCode::NotFound, "there is nothing at this path: see the description of the API")
}

pub(crate) fn method_not_allowed() -> Refused {
    Refused::new(ErrorCode::MethodNotAllowed, "this path takes other methods: see the header Allow")
}

pub(crate) fn too_large() -> Refused {
    Refused::new(ErrorCode::PayloadTooLarge, "the body is longer than this service reads: shorten it")
}

pub(crate) fn not_json() -> Refused {
    let message = "the body must be JSON: send it uncompressed, with the header Content-Type: application/json";
    Refused::new(ErrorCode::UnsupportedMediaType, message)
}

pub(crate) fn body_too_slow() -> Refused {
    Refused::new(ErrorCode::RequestTimeout, "the body did not arrive in time: nothing was done, send it again")
        .with_retry_after(SOON)
}

pub(crate) fn body_broken() -> Refused {
    Refused::new(
        ErrorCode::RequestBodyIncomplete,
        "the body ended early or was malformed: nothing was done, send it again",
    )
}

pub(crate) fn overloaded() -> Refused {
    let message = "too many calls are being carried out: nothing was done, ask again soon";
    Refused::new(ErrorCode::Overloaded, message).with_retry_after(SOON)
}

pub(crate) fn timed_out() -> Refused {
    let message = "there was no answer in time, and it may be done yet: look before you ask again";
    Refused::new(ErrorCode::TimedOut, message).with_retry_after(SOON)
}

pub(crate) fn too_many(wait: Duration) -> Refused {
    let message = "too many calls in a short time: nothing was done, ask again later";
    Refused::new(ErrorCode::TooManyRequests, message).with_retry_after(Some(wait.max(Duration::from_secs(1))))
}

pub(crate) fn idempotency_unavailable() -> Refused {
    let message = "the answers to earlier requests cannot be looked up: nothing was done, ask again in a moment";
    Refused::new(ErrorCode::StoreUnavailable, message).with_retry_after(SOON)
}

pub(crate) fn key_reused() -> Refused {
    let message = "another request had this Idempotency-Key: nothing was done, take a new key for a new request";
    Refused::new(ErrorCode::IdempotencyKeyReused, message)
}

pub(crate) fn key_in_use() -> Refused {
    let message = "a request with this Idempotency-Key is under way: ask again in a moment for its answer";
    Refused::new(ErrorCode::IdempotencyKeyInUse, message).with_retry_after(SOON)
}

pub(crate) fn bad_idempotency_key() -> Refused {
    let sentence = "an Idempotency-Key has 1 to 255 visible ASCII characters, and is given once";
    Refused::from(&InvalidRequest::of(".Idempotency-Key", sentence))
}

pub(crate) fn bad_id(path: &'static str) -> Refused {
    Refused::from(&InvalidRequest::of(path, "value must be a UUID, as in 5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01"))
}

pub(crate) fn bad_path() -> Refused {
    Refused::from(&InvalidRequest::of(".", "the path must be UTF-8"))
}

pub(crate) fn not_ready() -> Refused {
    Refused::new(ErrorCode::StoreUnavailable, "the store cannot be reached: wait until it is back")
        .with_retry_after(SOON)
}
