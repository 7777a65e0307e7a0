#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod check;
mod engine;
mod error;
mod error_body;
mod error_code;
mod error_response;
mod id;
mod identifier;
mod instant;
mod invalid;
mod json;
mod open;
mod page_token;
mod paging;
mod query;
mod reading;
mod record;
#[cfg(feature = "openapi")]
mod schema;
mod start;
mod step_body;
mod template;
mod to_error_code;
mod verdict;
mod verifier;

pub use check::CheckRequest;
pub use error::{Outcome, VerifyError};
pub use error_body::ErrorBody;
pub use error_code::ErrorCode;
pub use error_response::ErrorResponse;
pub use id::RecordId;
pub use identifier::Identifier;
pub use invalid::InvalidRequest;
pub use open::{Open, WireName};
pub use query::ListQuery;
pub use record::{AttemptRecord, Record, RecordPage, StepRecord};
#[cfg(feature = "openapi")]
pub use schema::schemas;
pub use start::StartBody;
pub use step_body::StepBody;
pub use template::TemplateRecord;
pub use to_error_code::ToErrorCode;
pub use verdict::CheckVerdict;
pub use verifier::Verifier;
