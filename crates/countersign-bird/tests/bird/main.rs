//! What leaves for Bird, what comes back, and what its webhooks say.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test passes over the variants that it does not ask for")]

mod channels;
mod deliveries;
mod end_to_end;
mod fixture;
mod logs;
mod outcomes;
mod ranks;
mod rates;
mod reported_engine;
mod retries;
mod sending;
mod server;
mod setup;
mod signatures;
mod signed;
mod test_client;
mod tls;
mod webhook;
mod words;
