//! The words of the Verify API, and what an engine answers in them.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test passes over the variants that it does not ask for")]

mod errors;
mod paging;
mod plans;
mod queries;
mod records;
mod requests;
mod service;
mod tokens;
mod verifier;
