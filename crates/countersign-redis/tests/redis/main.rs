//! The store against real servers, which each test starts on the loopback.

mod clusters;
mod conformance;
mod contents;
mod deployment;
mod failover;
mod faults;
mod honesty;
mod idempotency;
mod replicas;
mod ways;

use countersign_testkit::redis_server as servers;
