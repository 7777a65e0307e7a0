use countersign_api::{ErrorBody, ErrorCode, ErrorResponse, VerifyError};

use crate::client::api_error::ApiError;
use crate::client::error::{BirdError, BirdErrorKind};
use crate::reading::words::RequestId;

/// What a host is told of it.
pub(super) fn told(error: BirdError) -> VerifyError {
    let (retry_after, reason) = (error.retry_after(), error.detail());
    match error {
        BirdError::Refused(answer)
        | BirdError::NotDone { cause: BirdErrorKind::Answer(answer), .. }
        | BirdError::Unknown { cause: BirdErrorKind::Answer(answer) } => {
            let request_id = answer.request_id().map(owned);
            let refused = ErrorResponse::from_response(answer.status(), problem(&answer));
            refused.with_retry_after(retry_after).with_request_id(request_id).into()
        }
        BirdError::NotDone { .. } => VerifyError::Unreachable { reason, retry_after },
        BirdError::Unknown { cause: BirdErrorKind::Unreadable { request_id } } => {
            VerifyError::Unknown { reason, request_id: request_id.as_ref().map(owned) }
        }
        BirdError::Unknown { .. } => VerifyError::Unknown { reason, request_id: None },
    }
}

fn owned(id: &RequestId) -> Box<str> {
    id.as_str().into()
}

/// Returns the body as it came. Where it is not the API's, the contract's code for that status stands in.
fn problem(answer: &ApiError) -> ErrorBody {
    let other = |name: &str| ErrorCode::Other(name.into());
    let (code, message) = match answer.status() {
        401 => {
            (ErrorCode::Unauthorized, "the access key was not accepted: check its roles, and whether it was replaced")
        }
        403 => (other("Forbidden"), "the access key may not do this: check its roles and its workspaces"),
        404 => (ErrorCode::NotFound, "no such workspace for this key, or no such verification in it: check both ids"),
        413 => (ErrorCode::PayloadTooLarge, "the request is too large for the service"),
        422 => (ErrorCode::InvalidPayload, "the service found the request malformed, and does not say where"),
        429 => (ErrorCode::TooManyRequests, "the service refused because of a limit: try again later"),
        503 => {
            (other("ServiceUnavailable"), "the service is unavailable: look up the verification before you try again")
        }
        _ => (other("UnexpectedAnswer"), "the service answered in a form that is not the API's"),
    };
    let code = answer.code().map_or(code, ErrorCode::from);
    let message = answer.message().map_or_else(|| message.into(), |message| message.to_owned().into());
    ErrorBody { code, message, details: answer.details().cloned() }
}
