#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod handle;
mod purging;
mod rounds;
mod worker;

pub use handle::WorkerHandle;
pub use worker::Worker;
