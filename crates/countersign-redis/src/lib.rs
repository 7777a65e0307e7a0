#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod durable;
mod layout;
mod link;
mod merge;
mod record;
mod scripts;
mod setup;
mod store;

pub use setup::{RedisSetupError, RedisStoreBuilder};
pub use store::RedisStore;
