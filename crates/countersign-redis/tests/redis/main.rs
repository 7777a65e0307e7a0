//! The store against real servers, which each test starts on the loopback.

#[allow(dead_code, reason = "benches use the rest")]
mod servers;

mod clusters;
mod conformance;
mod contents;
mod deployment;
mod faults;
mod idempotency;
mod replicas;
mod ways;
