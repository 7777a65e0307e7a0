//! Hosted Verify behind the trait: what it says, what it does not repeat, and that it answers like an engine.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test passes over the variants that it does not ask for")]

mod alike;
mod answers;
mod listing;
mod repeats;
mod service;
mod stage;
