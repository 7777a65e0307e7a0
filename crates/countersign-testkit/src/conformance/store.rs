//! The contract of a store as tests: see [`store_conformance!`](crate::store_conformance).
//!
//! Each rule is a function that takes an empty store and panics when the store breaks the rule. A rule makes at most
//! 20,000 calls, so that a store on the other side of a network passes in seconds, and keeps at most 400 records.
//!
//! Two things the contract leaves open, and so do the rules: which of two records that name one message id is found,
//! and in which order records come that are due, or were started, in the same millisecond (lists go by id).

use std::sync::Arc;

use countersign::Store;

use super::{Fresh, Rule};

mod due;
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

impl<S: Store> From<S> for Fresh<dyn Store> {
    fn from(store: S) -> Self {
        Self::shared(Arc::new(store))
    }
}

impl<S: Store> From<Fresh<S>> for Fresh<dyn Store> {
    fn from(fresh: Fresh<S>) -> Self {
        Self { subject: fresh.subject, guard: fresh.guard }
    }
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
            a_conflict_says_what_a_load_would_find,
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
            a_recipient_has_its_open_records_newest_first_up_to_limit,
            a_recipient_has_no_ended_record,
            a_recipient_has_no_record_of_another_recipient_or_workspace,
            // 8: what is due.
            due_records_come_earliest_first_up_to_limit,
            a_record_is_due_from_its_very_millisecond_on,
            an_update_moves_the_due_time_both_ways,
            an_ended_record_is_not_due,
            // 9: lists.
            a_list_is_in_the_order_asked_for,
            a_list_begins_with_its_window_and_stops_before_its_end,
            a_list_holds_up_to_limit_and_ten_unless_asked,
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

/// Makes one test for each rule of the contract of [`Store`](countersign::Store).
///
/// It takes a closure that makes a fresh, empty store asynchronously. Each test calls it once, inside a `tokio` runtime
/// of several threads. The closure returns the store itself, or a [`Fresh`](crate::conformance::Fresh) where the store is
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
/// records, because tests run at the same time.
///
/// A store that forgets nothing by itself has another contract, [`purge_conformance!`](crate::purge_conformance); one whose
/// connection can fail proves clause 11 by [`store_fault_conformance!`](crate::store_fault_conformance).
#[macro_export]
macro_rules! store_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_store_rule! { __conformance_tests!(store, $fresh) }
    };
}

crate::for_each_store_rule! { __conformance_rules!(dyn Store) }
