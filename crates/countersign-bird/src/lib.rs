#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod accepted;
mod answer;
mod api_error;
mod bird;
mod builder;
mod call;
mod channels;
mod error;
mod failure;
mod filled;
mod key;
mod lenient;
mod message;
mod navigators;
mod page;
mod pauses;
mod platforms;
mod rates;
mod status;
mod transport;
mod verify;
pub mod webhook;
mod words;

pub use accepted::Accepted;
pub use api_error::ApiError;
pub use bird::Bird;
pub use builder::{BirdBuilder, BirdSetupError};
pub use channels::ChannelInfo;
pub use error::{BirdError, Cause};
pub use filled::{ImportReport, SkipReason};
pub use key::{AccessKey, AccessKeyError};
pub use message::SenderForm;
pub use navigators::NavigatorInfo;
pub use page::Page;
pub use platforms::Platforms;
pub use transport::{BirdTransport, MessageRequest};
pub use verify::HostedVerify;
pub use words::RequestId;
