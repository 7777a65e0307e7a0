//! The contract of a store that is purged, as tests: see [`purge_conformance!`](crate::purge_conformance).

use std::sync::Arc;

use countersign::Store;
use countersign::store::Purge;

use super::{Fresh, Rule};

mod beside;
mod bounds;
mod model;
mod removals;

pub use beside::*;
pub use bounds::*;
pub use model::*;
pub use removals::*;

impl<S: Purge> From<S> for Fresh<dyn Purge> {
    fn from(store: S) -> Self {
        Self::shared(Arc::new(store))
    }
}

impl<S: Purge> From<Fresh<S>> for Fresh<dyn Purge> {
    fn from(fresh: Fresh<S>) -> Self {
        Self { subject: fresh.subject, guard: fresh.guard }
    }
}

/// The same store, for what every store can be asked.
fn store_of(purge: &Arc<dyn Purge>) -> Arc<dyn Store> {
    Arc::<dyn Purge>::clone(purge)
}

/// Calls another macro with the names of all rules.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_purge_rule {
    ($callback:ident ! ($($context:tt)*)) => {
        $crate::$callback! {
            ($($context)*)
            // 1: ended records only.
            a_purge_removes_what_ended_before_the_time_and_nothing_else,
            a_purge_removes_no_open_record_however_long_past_its_expiry,
            // 2: removals are whole.
            a_purged_record_is_gone_with_all_its_keys,
            an_update_of_a_purged_record_is_refused_and_inserts_nothing,
            a_record_that_comes_again_after_a_purge_gets_versions_it_never_had,
            a_purged_record_disappears_from_loads_and_lists_together,
            // 3: bounded.
            a_purge_removes_up_to_limit_records_and_returns_how_many,
            a_purge_that_returns_fewer_than_limit_left_none_behind,
            a_purge_by_age_removes_all_that_is_older_in_batches,
            // 4: beside writers and other purges.
            a_purge_removes_no_record_that_is_open_again,
            of_concurrent_purges_one_counts_each_record,
            // All of them.
            random_operations_and_purges_are_answered_as_by_the_model,
        }
    };
}

/// Makes one test for each rule of the contract of [`Purge`].
///
/// It takes what [`store_conformance!`](crate::store_conformance) takes, of a store that implements [`Purge`]. Call it in
/// a module of its own, besides that macro:
///
/// ```
/// use countersign_testkit::{NaiveStore, purge_conformance};
///
/// purge_conformance!(|| async { NaiveStore::new() });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! purge_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_purge_rule! { __conformance_tests!(purge, $fresh) }
    };
}

crate::for_each_purge_rule! { __conformance_rules!(dyn Purge) }
