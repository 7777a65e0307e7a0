//! The router as its callers meet it: real requests, a real engine, and only the phone at the other end is a double.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod attacks;
mod bodies;
mod callers;
mod calls;
mod failing;
mod idempotency;
mod lists;
mod load;
mod operations;
mod secrecy;
mod server;
mod test_server;
mod webhooks;
mod wire;
