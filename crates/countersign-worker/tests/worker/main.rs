//! The worker in virtual time: tokio's clock is paused, and the engine's clock follows it.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod purging;
mod runs;
mod shutdown;
mod virtual_engine;
