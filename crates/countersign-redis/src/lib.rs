#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod builder;
mod cluster;
mod due;
mod durable;
mod given;
mod idempotency;
mod layout;
mod link;
mod masters;
mod merge;
mod named;
mod origin;
mod record;
mod retry;
mod scripts;
mod server;
mod setup;
mod slots;
mod store;

pub use builder::RedisStoreBuilder;
pub use idempotency::RedisIdempotencyStore;
pub use redis;
pub use setup::RedisSetupError;
pub use store::RedisStore;
