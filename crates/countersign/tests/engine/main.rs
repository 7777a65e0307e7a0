//! The engine over the memory store: whole flows, races, faults, and what must never be logged.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test panics on whatever it does not expect")]

mod cancel;
mod faults;
mod flows;
mod host_data;
mod input;
mod isolation;
mod leases;
mod observers;
mod races;
mod reachable;
mod reports;
mod secrecy;
mod stopping;
mod watched;
