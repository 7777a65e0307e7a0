//! What each error of ours is on the wire: the only place that decides it.

use countersign::address::AddressError;
use countersign::locale::LocaleError;
use countersign::store::StoreError;
use countersign::{
    BrandError, CodeError, EngineError, EntropyError, IdError, InvalidPlan, OutOfRange, PlanFault, Refusal, SendError,
};

use crate::error::VerifyError;
use crate::error_body::ErrorBody;
use crate::error_code::ErrorCode;
use crate::error_response::ErrorResponse;
use crate::invalid::InvalidRequest;

/// An error that has a code and an HTTP status at the API's border, so that a host needs no match of its own.
///
/// ```
/// use countersign::SubmittedCode;
/// use countersign_api::ToErrorCode;
///
/// fn answer(typed: &str) -> u16 {
///     match SubmittedCode::parse(typed) {
///         Ok(_) => 200,
///         Err(error) => error.http_status(),
///     }
/// }
/// assert_eq!((answer("123456"), answer("12")), (200, 422));
/// ```
pub trait ToErrorCode {
    /// Returns the code that the API answers with.
    fn error_code(&self) -> ErrorCode;

    /// Returns the HTTP status that the API answers with.
    fn http_status(&self) -> u16 {
        self.error_code().status()
    }
}

impl ToErrorCode for EngineError {
    fn error_code(&self) -> ErrorCode {
        match self {
            Self::InvalidPlan(plan) => plan.error_code(),
            Self::NotFound => ErrorCode::NotFound,
            Self::Refused(refusal) => refusal.error_code(),
            Self::Contended => ErrorCode::Contended,
            Self::Unavailable(error) | Self::Full(error) | Self::Corrupt(error) => error.error_code(),
            Self::Entropy(error) => error.error_code(),
            // Errors that a later core adds.
            _ => ErrorCode::InternalError,
        }
    }
}

impl ToErrorCode for Refusal {
    fn error_code(&self) -> ErrorCode {
        match self {
            Self::MaxAttemptsReached => ErrorCode::MaxAttemptsReached,
            Self::UnexpectedStatus(_) => ErrorCode::UnexpectedVerificationStatus,
            Self::NoNextStep => ErrorCode::NoNextStep,
            Self::NoSuchStep { .. } | Self::WrongLength { .. } => ErrorCode::InvalidPayload,
            Self::Cooldown { .. } | Self::MessageCap { .. } => ErrorCode::TooManyRequests,
            // The id of a missing key is for the operator's log; so is whatever a later core refuses by. A purpose is
            // never named on the wire.
            Self::KeyMissing(_) | Self::OtherPurpose | _ => ErrorCode::InternalError,
        }
    }
}

impl ToErrorCode for StoreError {
    fn error_code(&self) -> ErrorCode {
        match self {
            Self::AlreadyExists | Self::Conflict { .. } => ErrorCode::Contended,
            Self::Full { .. } => ErrorCode::StoreFull,
            Self::NotDone { .. } | Self::Unavailable { .. } => ErrorCode::StoreUnavailable,
            Self::Corrupt { .. } | _ => ErrorCode::InternalError,
        }
    }
}

impl ToErrorCode for ErrorBody {
    fn error_code(&self) -> ErrorCode {
        self.code.clone()
    }
}

impl ToErrorCode for ErrorResponse {
    fn error_code(&self) -> ErrorCode {
        self.body.code.clone()
    }

    /// Returns the status that the service answered with.
    fn http_status(&self) -> u16 {
        self.status
    }
}

impl ToErrorCode for VerifyError {
    fn error_code(&self) -> ErrorCode {
        match self {
            Self::Refused(refused) => refused.error_code(),
            // To the client of a host, a service behind it that is away is the host's store that is away.
            Self::Unreachable { .. } => ErrorCode::StoreUnavailable,
            Self::Unknown { .. } => ErrorCode::TimedOut,
        }
    }

    fn http_status(&self) -> u16 {
        match self {
            Self::Refused(refused) => refused.http_status(),
            Self::Unreachable { .. } | Self::Unknown { .. } => self.error_code().status(),
        }
    }
}

impl ToErrorCode for EntropyError {
    fn error_code(&self) -> ErrorCode {
        ErrorCode::EntropyUnavailable
    }
}

/// A message that a provider refused or that could not be handed over is no fault of the API's client.
impl ToErrorCode for SendError {
    fn error_code(&self) -> ErrorCode {
        ErrorCode::InternalError
    }
}

macro_rules! invalid_payload {
    ($($error:ty),+ $(,)?) => {$(
        impl ToErrorCode for $error {
            fn error_code(&self) -> ErrorCode {
                ErrorCode::InvalidPayload
            }
        }
    )+};
}
invalid_payload!(
    InvalidRequest,
    InvalidPlan,
    PlanFault,
    OutOfRange,
    AddressError,
    CodeError,
    LocaleError,
    IdError,
    BrandError,
);
