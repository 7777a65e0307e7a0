//! The store against real servers, which each test starts on the loopback.

mod clusters;
mod conformance;
mod contents;
mod faults;
mod honesty;
mod house;
mod idempotency;
mod replicas;
mod ways;

use countersign_testkit::redis_server as servers;
