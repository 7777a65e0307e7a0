//! The contract of a store as tests: see [`store_conformance!`](crate::store_conformance).
//!
//! Each rule is a function that takes an empty store and panics when the store breaks the rule. A rule makes at most
//! some 20,000 calls, so that a store on the other side of a network passes in seconds, and keeps at most some
//! 400 records.
//!
//! Two things the contract leaves open, and so do the rules: which of two records that name one message id is found,
//! and in which order records come that are due, or were started, in the same millisecond (lists go by id).

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use countersign::Store;

mod due;
mod expect;
mod listing;
mod lookups;
mod model;
mod races;
mod readers;
mod round_trip;
mod writes;

pub use due::*;
pub use listing::*;
pub use lookups::*;
pub use model::*;
pub use races::*;
pub use readers::*;
pub use round_trip::*;
pub use writes::*;

/// An empty store, and what must live as long as it does: a directory, a server, a connection.
pub struct Fresh {
    // In this order: the store goes before what it stands on.
    store: Arc<dyn Store>,
    _guard: Box<dyn Any + Send>,
}

impl Fresh {
    /// A store that is shared already.
    #[must_use]
    pub fn shared(store: Arc<dyn Store>) -> Self {
        Self::guarded(store, ())
    }

    /// A store, and a guard that is dropped after it: let its `Drop` clean up.
    #[must_use]
    pub fn guarded(store: Arc<dyn Store>, guard: impl Any + Send) -> Self {
        Self { store, _guard: Box::new(guard) }
    }
}

impl<S: Store> From<S> for Fresh {
    fn from(store: S) -> Self {
        Self::shared(Arc::new(store))
    }
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("store", &self.store).finish_non_exhaustive()
    }
}

/// One rule of the contract, to be run by hand.
#[derive(Clone, Copy)]
pub struct Rule {
    /// The sentence that it checks.
    pub name: &'static str,
    check: fn(Arc<dyn Store>) -> Check,
}

type Check = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Rule {
    /// Checks the rule on a thread of its own, whose tasks are the caller's runtime's; `false` when the store, which
    /// must be empty, breaks it.
    pub async fn holds(&self, store: Arc<dyn Store>) -> bool {
        let (check, runtime) = (self.check, tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || runtime.block_on(check(store))).await.is_ok()
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Runs one rule over a fresh store, on a runtime of several threads that ends with it.
///
/// # Panics
/// When the store breaks the rule.
pub fn run<T, F, R>(fresh: impl FnOnce() -> F, rule: impl FnOnce(Arc<dyn Store>) -> R)
where
    T: Into<Fresh>,
    F: Future<Output = T>,
    R: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("the system gives four threads").block_on(async {
        let fresh: Fresh = fresh().await.into();
        rule(Arc::clone(&fresh.store)).await;
    });
}

/// Calls another macro with the names of all rules.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_store_rule {
    ($callback:ident ! ($($context:tt)*)) => {
        $crate::$callback! {
            ($($context)*)
            // 1, 2, 3, 5, 10: writes one after the other.
            an_insert_of_an_id_that_exists_is_refused_and_changes_nothing,
            an_update_replaces_the_record_and_all_its_keys,
            an_update_of_a_stale_version_is_refused_and_changes_nothing,
            an_update_of_an_unknown_record_is_refused_and_inserts_nothing,
            an_update_of_a_deleted_record_is_refused_and_inserts_nothing,
            every_write_of_a_record_gives_a_version_never_given_before,
            a_delete_forgets_the_record_and_all_its_keys,
            a_delete_says_whether_there_was_a_record,
            a_record_that_flips_between_two_states_has_the_keys_of_one,
            the_durability_is_always_the_same,
            // 1, 2, 10: writes at the same time.
            of_concurrent_inserts_of_one_id_one_wins,
            of_concurrent_updates_of_one_version_one_wins,
            of_concurrent_deletes_of_one_record_one_removes_it,
            no_acknowledged_update_is_lost_under_contention,
            an_update_that_races_a_delete_does_not_bring_the_record_back,
            // 4, 5: readers beside a writer.
            a_reader_sees_one_of_the_written_states_with_its_own_version,
            a_record_found_by_its_recipient_is_open_whatever_is_written_meanwhile,
            a_message_and_its_record_appear_together,
            a_due_time_and_its_record_move_together,
            an_inserted_record_and_its_keys_appear_together,
            a_deleted_record_and_its_keys_disappear_together,
            // 4: records as they come back.
            an_unknown_id_loads_nothing,
            a_load_gives_back_an_equal_record,
            a_load_gives_back_an_equal_record_after_each_update,
            a_load_gives_the_version_of_the_last_write,
            lists_and_lookups_give_back_equal_records,
            // 6, 7: lookups.
            a_record_is_found_by_each_of_its_messages,
            an_ended_record_is_found_by_none_of_its_messages,
            a_message_that_two_records_name_leads_to_one_that_still_names_it,
            a_recipient_has_its_open_records_newest_first_and_at_most_so_many,
            a_recipient_has_no_ended_record,
            a_recipient_has_no_record_of_another_recipient_or_workspace,
            // 8: what is due.
            due_records_come_earliest_first_and_at_most_so_many,
            a_record_is_due_from_its_very_millisecond_on,
            an_update_moves_the_due_time_both_ways,
            an_ended_record_is_not_due,
            // 9: lists.
            a_list_is_in_the_order_asked_for,
            a_list_begins_with_its_window_and_stops_before_its_end,
            a_list_holds_at_most_so_many_and_ten_unless_asked,
            a_thousand_can_be_asked_for_at_once,
            a_list_holds_each_record_as_it_was_written_last,
            a_list_holds_no_record_of_another_workspace,
            following_cursors_gives_each_record_once,
            the_last_page_has_no_cursor,
            a_cursor_outlives_the_record_it_stands_on,
            following_cursors_loses_and_repeats_nothing_while_others_write,
            // All of them.
            random_operations_are_answered_as_by_the_model_1,
            random_operations_are_answered_as_by_the_model_2,
            random_operations_are_answered_as_by_the_model_3,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_rules {
    (() $($rule:ident),+ $(,)?) => {
        /// Every rule, in the order of the contract.
        pub const RULES: &[Rule] =
            &[$(Rule { name: stringify!($rule), check: |store| Box::pin($rule(store)) }),+];
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __store_tests {
    (($fresh:expr) $($rule:ident),+ $(,)?) => {
        $(
            #[test]
            fn $rule() {
                $crate::conformance::run($fresh, $crate::conformance::$rule);
            }
        )+
    };
}

/// Makes one test for each rule of the contract of [`Store`](countersign::Store).
///
/// It takes a closure that makes a fresh, empty store asynchronously. Each test calls it once, inside a `tokio` runtime
/// of several threads. The closure gives the store itself, or a [`Fresh`](crate::conformance::Fresh) where the store is
/// shared already or something must be cleaned up after it:
///
/// ```
/// use countersign_testkit::{NaiveStore, store_conformance};
///
/// store_conformance!(|| async { NaiveStore::new() });
/// # fn main() {}
/// ```
///
/// The tests are named after the rules. Call it once in a module. Stores that share a server must not see each other's
/// records, for tests run at the same time.
#[macro_export]
macro_rules! store_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_store_rule! { __store_tests!($fresh) }
    };
}

crate::for_each_store_rule! { __store_rules!() }
