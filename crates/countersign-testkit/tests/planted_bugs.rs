//! The conformance suite catches what it is there to catch: for each clause of the contract, stores that break it.

mod planted_bugs {
    pub(super) mod bug;
    pub(super) mod buggy_store;
    mod forgetful;
    mod purging;
    mod shelf;
}

use std::sync::Arc;

use countersign::Store;
use countersign::store::Purge;
use countersign_testkit::conformance::{Rule, purge, store};
use planted_bugs::bug::Bug;
use planted_bugs::buggy_store::BuggyStore;

mod without_a_bug {
    mod store {
        countersign_testkit::store_conformance!(|| async { crate::BuggyStore::new(None) });
    }

    mod purge {
        countersign_testkit::purge_conformance!(|| async { crate::BuggyStore::new(None) });
    }
}

/// Each bug, and the rule that is there for it: others may catch it, too.
#[rustfmt::skip]
const CAUGHT: &[(Bug, &str)] = &[
    (Bug::InsertOverwrites, "an_insert_of_an_id_that_exists_is_refused_and_changes_nothing"),
    (Bug::InsertLooksAndThenWrites, "of_concurrent_inserts_of_one_id_one_wins"),
    (Bug::RefusedInsertLeavesItsMessages, "an_insert_of_an_id_that_exists_is_refused_and_changes_nothing"),
    (Bug::UpdateIgnoresTheVersion, "an_update_of_a_stale_version_is_refused_and_changes_nothing"),
    (Bug::UpdateLooksAndThenWrites, "of_concurrent_updates_of_one_version_one_wins"),
    (Bug::UpdateLooksAndThenWrites, "no_acknowledged_update_is_lost_under_contention"),
    (Bug::UpdateLooksAndThenWrites, "an_update_that_races_a_delete_does_not_bring_the_record_back"),
    (Bug::RefusedUpdateLeavesItsMessages, "an_update_of_a_stale_version_is_refused_and_changes_nothing"),
    (Bug::RefusedUpdateGivesANewVersion, "an_update_of_a_stale_version_is_refused_and_changes_nothing"),
    (Bug::UpdateKeepsTheVersion, "every_write_of_a_record_gives_a_version_never_given_before"),
    (Bug::VersionsBeginAgainAfterADelete, "every_write_of_a_record_gives_a_version_never_given_before"),
    (Bug::UpdateInserts, "an_update_of_an_unknown_record_is_refused_and_inserts_nothing"),
    (Bug::UpdateInsertsWhatWasDeleted, "an_update_of_a_deleted_record_is_refused_and_inserts_nothing"),
    (Bug::LoadForgetsTheLastAttempt, "an_update_replaces_the_record_and_all_its_keys"),
    (Bug::LoadForgetsTheLastAttempt, "a_load_gives_back_an_equal_record_after_each_update"),
    (Bug::LoadForgetsTheSalt, "a_load_gives_back_an_equal_record"),
    (Bug::LoadForgetsTemplates, "a_load_gives_back_an_equal_record"),
    (Bug::LoadForgetsMetadata, "a_load_gives_back_an_equal_record"),
    (Bug::LoadForgetsPurposes, "a_load_gives_back_an_equal_record"),
    (Bug::LoadForgetsBrands, "a_load_gives_back_an_equal_record"),
    (Bug::LoadCutsTimesToTheSecond, "a_load_gives_back_an_equal_record"),
    (Bug::LookupsForgetTheSalt, "lists_and_lookups_give_back_equal_records"),
    (Bug::ListsForgetTheSalt, "lists_and_lookups_give_back_equal_records"),
    (Bug::LoadGivesTheFirstState, "a_load_gives_back_an_equal_record_after_each_update"),
    (Bug::LoadGivesTheFirstState, "a_reader_sees_one_of_the_written_states_with_its_own_version"),
    (Bug::LoadGivesAnOldVersion, "a_load_gives_the_version_of_the_last_write"),
    (Bug::LoadGivesARecordOfTheSameTime, "an_unknown_id_loads_nothing"),
    (Bug::KeysAreWrittenBeforeTheRecord, "a_record_found_by_its_recipient_is_open_whatever_is_written_meanwhile"),
    (Bug::KeysAreWrittenBeforeTheRecord, "a_message_and_its_record_appear_together"),
    (Bug::KeysAreWrittenBeforeTheRecord, "a_due_time_and_its_record_move_together"),
    (Bug::KeysAreWrittenBeforeTheRecord, "an_inserted_record_and_its_keys_appear_together"),
    (Bug::KeysAreWrittenBeforeTheRecord, "a_deleted_record_and_its_keys_disappear_together"),
    (Bug::KeysAreWrittenAfterTheRecord, "a_record_found_by_its_recipient_is_open_whatever_is_written_meanwhile"),
    (Bug::KeysAreWrittenAfterTheRecord, "a_message_and_its_record_appear_together"),
    (Bug::KeysAreWrittenAfterTheRecord, "a_due_time_and_its_record_move_together"),
    (Bug::KeysAreWrittenAfterTheRecord, "an_inserted_record_and_its_keys_appear_together"),
    (Bug::KeysAreWrittenAfterTheRecord, "a_deleted_record_and_its_keys_disappear_together"),
    (Bug::KeysAreWrittenAfterTheAnswer, "a_record_that_flips_between_two_states_has_the_keys_of_one"),
    (Bug::MessagesAreKeptAfterTheEnd, "an_ended_record_is_found_by_none_of_its_messages"),
    (Bug::MessagesAreKeptWhenReplaced, "a_record_that_flips_between_two_states_has_the_keys_of_one"),
    (Bug::OnlyTheLastMessageIsKept, "a_record_is_found_by_each_of_its_messages"),
    (Bug::MessagesIgnoreCase, "a_record_is_found_by_each_of_its_messages"),
    (Bug::MessagesAreCut, "a_record_is_found_by_each_of_its_messages"),
    (Bug::ASharedMessageLeadsToTheDeleted, "a_message_that_two_records_name_leads_to_one_that_still_names_it"),
    (Bug::RecipientsOldestFirst, "a_recipient_has_its_open_records_newest_first_up_to_limit"),
    (Bug::RecipientsIgnoreTheLimit, "a_recipient_has_its_open_records_newest_first_up_to_limit"),
    (Bug::RecipientsKeepTheEnded, "a_recipient_has_no_ended_record"),
    (Bug::EndedRecordsCountAgainstTheLimit, "a_recipient_has_no_ended_record"),
    (Bug::RecipientsAreThoseOfOneTag, "a_recipient_has_no_record_of_another_recipient_or_workspace"),
    (Bug::DueExcludesItsMillisecond, "a_record_is_due_from_its_very_millisecond_on"),
    (Bug::DueByTheSecond, "a_record_is_due_from_its_very_millisecond_on"),
    (Bug::DueKeepsTheOldTime, "an_update_moves_the_due_time_both_ways"),
    (Bug::DueKeepsTheEarliestTime, "an_update_moves_the_due_time_both_ways"),
    (Bug::DueById, "due_records_come_earliest_first_up_to_limit"),
    (Bug::DueIgnoresTheLimit, "due_records_come_earliest_first_up_to_limit"),
    (Bug::DueKeepsTheEnded, "an_ended_record_is_not_due"),
    (Bug::DueIsTakenAway, "due_records_come_earliest_first_up_to_limit"),
    (Bug::WindowIncludesItsEnd, "a_list_begins_with_its_window_and_stops_before_its_end"),
    (Bug::WindowExcludesItsStart, "a_list_begins_with_its_window_and_stops_before_its_end"),
    (Bug::ListIgnoresTheOrder, "a_list_is_in_the_order_asked_for"),
    (Bug::ListByInsertion, "a_list_is_in_the_order_asked_for"),
    (Bug::ListIgnoresTheLimit, "a_list_holds_up_to_limit_and_ten_unless_asked"),
    (Bug::ListStopsAtAHundred, "a_thousand_can_be_asked_for_at_once"),
    (Bug::ListHidesTheEnded, "a_list_holds_each_record_as_it_was_written_last"),
    (Bug::ListKeepsTheFirstState, "a_list_holds_each_record_as_it_was_written_last"),
    (Bug::ListOfAllWorkspaces, "a_list_holds_no_record_of_another_workspace"),
    (Bug::CursorIncludesItself, "following_cursors_gives_each_record_once"),
    (Bug::CursorByTheMillisecond, "following_cursors_gives_each_record_once"),
    (Bug::CursorByPlace, "following_cursors_loses_and_repeats_nothing_while_others_write"),
    (Bug::CursorByPlace, "a_cursor_outlives_the_record_it_stands_on"),
    (Bug::CursorNeedsItsRecord, "a_cursor_outlives_the_record_it_stands_on"),
    (Bug::LastFullPageHasACursor, "the_last_page_has_no_cursor"),
    (Bug::NoCursorAtAll, "following_cursors_gives_each_record_once"),
    (Bug::DeleteAlwaysSaysTrue, "a_delete_says_whether_there_was_a_record"),
    (Bug::DeleteNeverSaysTrue, "a_delete_says_whether_there_was_a_record"),
    (Bug::DeleteLeavesMessages, "a_delete_forgets_the_record_and_all_its_keys"),
    (Bug::DeleteLeavesRecipients, "a_delete_forgets_the_record_and_all_its_keys"),
    (Bug::DeleteLeavesDueTimes, "a_delete_forgets_the_record_and_all_its_keys"),
    (Bug::DeleteLeavesLists, "a_delete_forgets_the_record_and_all_its_keys"),
    (Bug::DeleteKeepsTheRecord, "a_delete_forgets_the_record_and_all_its_keys"),
    (Bug::DeleteLooksAndThenRemoves, "of_concurrent_deletes_of_one_record_one_removes_it"),
    (Bug::ConflictsThatHappened, "an_update_of_a_stale_version_is_refused_and_changes_nothing"),
    (Bug::ConflictsFindNothing, "a_conflict_says_what_a_load_would_find"),
    (Bug::ConflictsFindWhatWasTried, "a_conflict_says_what_a_load_would_find"),
    (Bug::DurabilityDependsOnTheRecords, "the_durability_is_always_the_same"),
];

/// Rules that look at every clause at once, each with a seed of its own.
const MODEL: &str = "random_operations_are_answered_as_by_the_model_";

/// The same for the rules of purging.
#[rustfmt::skip]
const CAUGHT_PURGING: &[(Bug, &str)] = &[
    (Bug::PurgeIncludesItsTime, "a_purge_removes_what_ended_before_the_time_and_nothing_else"),
    (Bug::PurgeIncludesItsTime, "a_purge_by_age_removes_all_that_is_older_in_batches"),
    (Bug::PurgeRemovesTheExpired, "a_purge_removes_no_open_record_however_long_past_its_expiry"),
    (Bug::PurgeLeavesKeys, "a_purged_record_is_gone_with_all_its_keys"),
    (Bug::DeleteLeavesLists, "a_purged_record_is_gone_with_all_its_keys"),
    (Bug::DeleteKeepsTheRecord, "a_purged_record_is_gone_with_all_its_keys"),
    (Bug::UpdateInsertsWhatWasDeleted, "an_update_of_a_purged_record_is_refused_and_inserts_nothing"),
    (Bug::VersionsBeginAgainAfterADelete, "a_record_that_comes_again_after_a_purge_gets_versions_it_never_had"),
    (Bug::KeysAreWrittenBeforeTheRecord, "a_purged_record_disappears_from_loads_and_lists_together"),
    (Bug::PurgeIgnoresTheLimit, "a_purge_removes_up_to_limit_records_and_returns_how_many"),
    (Bug::PurgeCountsWhatItFound, "a_purge_removes_up_to_limit_records_and_returns_how_many"),
    (Bug::PurgeStopsAtAHundred, "a_purge_that_returns_fewer_than_limit_left_none_behind"),
    (Bug::PurgeLooksAndThenRemoves, "a_purge_removes_no_record_that_is_open_again"),
    (Bug::PurgeLooksAndThenRemoves, "of_concurrent_purges_one_counts_each_record"),
    (Bug::PurgeIncludesItsTime, "random_operations_and_purges_are_answered_as_by_the_model"),
    (Bug::PurgeIgnoresTheLimit, "random_operations_and_purges_are_answered_as_by_the_model"),
];

fn rule<S: ?Sized>(rules: &[Rule<S>], name: &str) -> Rule<S> {
    let found = rules.iter().find(|rule| rule.name == name);
    *found.unwrap_or_else(|| panic!("there is no rule {name}"))
}

async fn catches(rule: Rule<dyn Store>, bug: Bug) -> bool {
    !rule.holds(Arc::new(BuggyStore::new(Some(bug)))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_planted_bug_is_caught_by_the_rule_that_is_there_for_it() {
    let mut missed = Vec::new();
    for (bug, name) in CAUGHT {
        if !catches(rule(store::RULES, name), *bug).await {
            missed.push((bug, name));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_planted_bug_of_purging_is_caught_by_the_rule_that_is_there_for_it() {
    let mut missed = Vec::new();
    for (bug, name) in CAUGHT_PURGING {
        let buggy: Arc<dyn Purge> = Arc::new(BuggyStore::new(Some(*bug)));
        if rule(purge::RULES, name).holds(buggy).await {
            missed.push((bug, name));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:#?}");
}

#[test]
fn each_rule_is_there_for_some_bug() {
    let names = store::RULES.iter().map(|rule| rule.name).chain(purge::RULES.iter().map(|rule| rule.name));
    let caught = |name: &&str| CAUGHT.iter().chain(CAUGHT_PURGING).any(|(_, rule)| rule == name);
    let idle: Vec<_> = names.filter(|name| !name.starts_with(MODEL) && !caught(name)).collect();
    assert!(idle.is_empty(), "no bug was planted for {idle:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_comparison_with_the_model_catches_what_needs_no_race_to_show() {
    let model = rule(store::RULES, &format!("{MODEL}1"));
    let bugs = [
        Bug::InsertOverwrites,
        Bug::UpdateIgnoresTheVersion,
        Bug::UpdateInsertsWhatWasDeleted,
        Bug::VersionsBeginAgainAfterADelete,
        Bug::LoadForgetsTheSalt,
        Bug::MessagesAreKeptAfterTheEnd,
        Bug::RecipientsKeepTheEnded,
        Bug::DueKeepsTheOldTime,
        Bug::WindowIncludesItsEnd,
        Bug::CursorByTheMillisecond,
        Bug::LastFullPageHasACursor,
        Bug::DeleteLeavesMessages,
        Bug::DeleteLeavesDueTimes,
        Bug::ConflictsThatHappened,
    ];
    let mut missed = Vec::new();
    for bug in bugs {
        if !catches(model, bug).await {
            missed.push(bug);
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:#?}");
}
