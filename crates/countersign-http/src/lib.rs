#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod access_key;
mod answer;
mod api;
mod body;
mod bounds;
mod call;
mod caller;
mod config;
mod finish;
mod idempotency;
mod metrics;
#[cfg(feature = "openapi")]
mod openapi;
mod operations;
mod origin;
mod refusals;
mod request_id;
mod router;
mod serve;
mod source;
mod under_way;
#[cfg(feature = "bird")]
mod webhook;

pub use access_key::{AccessKeyError, AccessKeyHash, AccessKeys};
pub use bounds::Bounds;
pub use config::Config;
pub use idempotency::MemoryIdempotencyStore;
pub use metrics::Metrics;
#[cfg(feature = "openapi")]
pub use openapi::openapi;
pub use origin::{NotAnOrigin, Origin};
pub use router::router;
pub use serve::{Connections, serve};
pub use source::{NotANetwork, TrustedProxies};
pub use under_way::UnderWay;
#[cfg(feature = "bird")]
pub use webhook::{BirdWebhook, WebhookPathError};
