#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod client;
mod directory;
mod message;
mod reading;
mod transport;
mod verify;
pub mod webhook;

pub use client::{
    AccessKey, AccessKeyError, ApiError, Bird, BirdBuilder, BirdError, BirdErrorKind, BirdSetupError, Platforms,
};
pub use directory::{ChannelInfo, ImportReport, NavigatorInfo, Page, SkipReason};
pub use message::{AcceptedMessage, SenderFormat};
pub use reading::RequestId;
pub use transport::{BirdTransport, MessageRequest};
pub use verify::HostedVerify;
