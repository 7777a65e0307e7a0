//! Calls to Bird's API: one key, connections that are kept, rates, retries, and what an error means.

pub(crate) mod api_error;
mod bird;
mod builder;
pub(crate) mod error;
mod key;
mod pauses;
pub(crate) mod platforms;
mod rates;
pub(crate) mod request;
mod response;

pub use api_error::ApiError;
pub use bird::Bird;
pub use builder::{BirdBuilder, BirdSetupError};
pub use error::{BirdError, BirdErrorKind};
pub use key::{AccessKey, AccessKeyError};
pub use platforms::Platforms;
