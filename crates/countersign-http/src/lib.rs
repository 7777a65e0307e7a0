#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod bounds;
mod call;
mod caller;
mod config;
mod idempotency;
#[cfg(feature = "openapi")]
mod openapi;
mod operations;
mod router;
mod server;
mod shares;
mod webhook;

pub use bounds::RequestLimits;
pub use caller::{AccessKeyHash, AccessKeyHashError, AccessKeys, NetworkError, Origin, OriginError, TrustedProxies};
pub use config::Config;
pub use idempotency::MemoryIdempotencyStore;
#[cfg(feature = "openapi")]
pub use openapi::openapi;
pub use operations::Metrics;
pub use prometheus_client;
pub use router::{Routers, router};
pub use server::{ConnectionLimits, Server, serve};
pub use tokio_util::task::TaskTracker;
pub use webhook::WebhookPathError;
