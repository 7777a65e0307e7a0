//! Clause 11 of the store's contract as tests: see [`store_fault_conformance!`](crate::store_fault_conformance).
//!
//! What a store says when its connection fails can only be tested by failing it: the author of the store brings a
//! connection that a test can break ([`FaultyConnection`]), and a witness that sees what is stored.

use std::sync::Arc;

use super::{Fresh, Rule};

mod connection;
mod races;
mod reads;
mod recovery;
mod trials;
mod writes;

pub use connection::{AfterLoss, ConnectionFault, FaultyConnection};
pub use races::*;
pub use reads::*;
pub use recovery::*;
pub use writes::*;

impl<C: FaultyConnection> From<C> for Fresh<dyn FaultyConnection> {
    fn from(connection: C) -> Self {
        Self::shared(Arc::new(connection))
    }
}

impl<C: FaultyConnection> From<Fresh<C>> for Fresh<dyn FaultyConnection> {
    fn from(fresh: Fresh<C>) -> Self {
        Self { subject: fresh.subject, guard: fresh.guard }
    }
}

/// Calls another macro with the names of all rules.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_store_fault_rule {
    ($callback:ident ! ($($context:tt)*)) => {
        $crate::$callback! {
            ($($context)*)
            // Writes.
            an_acknowledged_write_is_there_wherever_the_connection_broke,
            an_error_other_than_unavailable_means_that_nothing_changed,
            a_write_whose_answer_is_lost_is_not_reported_as_refused,
            an_unavailable_write_happened_once_or_not_at_all,
            a_write_that_cannot_reach_the_store_is_not_done,
            a_write_that_is_not_answered_ends_and_is_not_acknowledged,
            // Reads.
            a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer,
            // Recovery.
            after_recovery_reads_agree_with_what_is_stored,
            after_recovery_writes_succeed,
            // Everything at once.
            each_update_counts_once_while_answers_are_lost,
        }
    };
}

/// Makes one test for each rule of clause 11 of the contract of [`Store`](countersign::Store): failures are honest.
///
/// It takes a closure that makes a fresh
/// [`FaultyConnection`](crate::conformance::faults::FaultyConnection) asynchronously: an empty store over a connection that
/// the test can break, and a witness. Each test calls it once, inside a `tokio` runtime of several threads. The closure
/// returns the connection itself, or a [`Fresh`](crate::conformance::Fresh) where something must be cleaned up after it:
///
/// ```ignore
/// store_fault_conformance!(|| async {
///     let server = Server::start(&[]);
///     BreakableWire::to(&server).await
/// });
/// ```
///
/// A store in memory has no connection, and does not need it. Call it in a module of its own, besides
/// [`store_conformance!`](crate::store_conformance).
#[macro_export]
macro_rules! store_fault_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_store_fault_rule! { __conformance_tests!(faults, $fresh) }
    };
}

crate::for_each_store_fault_rule! { __conformance_rules!(dyn FaultyConnection) }
