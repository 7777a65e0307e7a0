#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod check;
mod choice;
mod engine;
mod error;
mod error_code;
mod id;
mod identifier;
mod instant;
mod invalid;
mod json;
mod open;
mod page_token;
mod problem;
mod query;
mod reading;
mod record;
mod refused;
#[cfg(feature = "openapi")]
mod schema;
mod start;
mod template;
mod to_error_code;
mod verdict;
mod verifier;

pub use check::CheckRequest;
pub use choice::StepChoice;
pub use error::{Outcome, VerifyError};
pub use error_code::ErrorCode;
pub use id::RecordId;
pub use identifier::Identifier;
pub use invalid::InvalidRequest;
pub use open::{Open, Word};
pub use problem::Problem;
pub use query::ListQuery;
pub use record::{AttemptRecord, Record, RecordPage, StepRecord};
pub use refused::Refused;
#[cfg(feature = "openapi")]
pub use schema::schemas;
pub use start::StartBody;
pub use template::TemplateRecord;
pub use to_error_code::ToErrorCode;
pub use verdict::CheckVerdict;
pub use verifier::Verifier;
