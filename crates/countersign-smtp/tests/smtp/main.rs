//! The transport against a real mail server, which each test starts on the loopback.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test passes over the events that it does not ask for")]

mod by_phase;
mod composing;
mod conformance;
mod end_to_end;
mod injection;
mod letters;
mod logs;
mod pool;
mod reading;
mod setup;
mod tls;
