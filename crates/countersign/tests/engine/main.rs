//! The engine over the memory store: whole flows, races, faults, and what must never be logged.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod faults;
mod flows;
mod input;
mod leases;
mod logs;
mod races;
mod reports;
mod secrecy;
mod world;
