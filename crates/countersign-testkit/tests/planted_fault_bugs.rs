//! The rules of honest failures catch what they are there to catch: stores that are not honest.

mod planted_fault_bugs {
    pub(super) mod bug;
    mod link;
    pub(super) mod remote;
    mod remote_store;
}

use std::sync::Arc;

use countersign_testkit::conformance::faults::{FaultyConnection, RULES};
use planted_fault_bugs::bug::Bug;
use planted_fault_bugs::remote::Remote;

mod without_a_bug {
    countersign_testkit::store_fault_conformance!(|| async { super::Remote::new(None) });
}

mod that_tries_again {
    countersign_testkit::store_fault_conformance!(|| async { super::Remote::that_tries_again() });
}

mod while_nothing_fails {
    use std::sync::Arc;

    use countersign_testkit::conformance::Fresh;
    use countersign_testkit::conformance::faults::FaultyConnection as _;

    countersign_testkit::store_conformance!(|| async {
        let remote = super::Remote::that_tries_again();
        Fresh::guarded(remote.store(), Arc::new(remote))
    });
}

/// Each bug, and the rule that is there for it: others may catch it, too.
#[rustfmt::skip]
const CAUGHT: &[(Bug, &str)] = &[
    (Bug::LostAnswersAreTakenForGranted, "an_acknowledged_write_is_there_wherever_the_connection_broke"),
    (Bug::AcknowledgesBeforeItAsks, "an_acknowledged_write_is_there_wherever_the_connection_broke"),
    (Bug::LostAnswersAreNotDone, "an_error_other_than_unavailable_means_that_nothing_changed"),
    (Bug::LostAnswersAreFull, "an_error_other_than_unavailable_means_that_nothing_changed"),
    (Bug::InsertsAgainBlindly, "a_write_whose_answer_is_lost_is_not_reported_as_refused"),
    (Bug::UpdatesAgainBlindly, "a_write_whose_answer_is_lost_is_not_reported_as_refused"),
    (Bug::DeletesAgainBlindly, "a_write_whose_answer_is_lost_is_not_reported_as_refused"),
    (Bug::WritesInTwoRequests, "an_unavailable_write_happened_once_or_not_at_all"),
    (Bug::TriesAgainBehindTheCallersBack, "an_unavailable_write_happened_once_or_not_at_all"),
    (Bug::RefusedIsUnavailable, "a_write_that_cannot_reach_the_store_is_not_done"),
    (Bug::RefusedIsAConflict, "a_write_that_cannot_reach_the_store_is_not_done"),
    (Bug::WaitsForEver, "a_write_that_is_not_answered_ends_and_is_not_acknowledged"),
    (Bug::SilenceIsNotDone, "a_write_that_is_not_answered_ends_and_is_not_acknowledged"),
    (Bug::SilenceIsTakenForGranted, "a_write_that_is_not_answered_ends_and_is_not_acknowledged"),
    (Bug::LostLoadsAreNothing, "a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer"),
    (Bug::LostMessagesAreNothing, "a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer"),
    (Bug::LostRecipientsAreEmpty, "a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer"),
    (Bug::LostDueTimesAreEmpty, "a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer"),
    (Bug::LostListsAreEmpty, "a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer"),
    (Bug::RemembersWhatItTried, "after_recovery_reads_agree_with_what_is_stored"),
    (Bug::WritesInTwoRequests, "after_recovery_reads_agree_with_what_is_stored"),
    (Bug::StaysBrokenForWrites, "after_recovery_writes_succeed"),
    (Bug::UpdatesAgainWithoutTheVersion, "each_update_counts_once_while_answers_are_lost"),
    (Bug::LostAnswersAreNotDone, "each_update_counts_once_while_answers_are_lost"),
];

async fn is_kept(name: &str, bug: Bug) -> bool {
    let rule = RULES.iter().find(|rule| rule.name == name).unwrap_or_else(|| panic!("there is no rule {name}"));
    let connection: Arc<dyn FaultyConnection> = Arc::new(Remote::new(Some(bug)));
    rule.holds(connection).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_planted_bug_is_caught_by_the_rule_that_is_there_for_it() {
    let mut missed = Vec::new();
    for (bug, name) in CAUGHT {
        if is_kept(name, *bug).await {
            missed.push((bug, name));
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:#?}");
}

#[test]
fn each_rule_is_there_for_some_bug() {
    let idle: Vec<_> = RULES.iter().filter(|rule| !CAUGHT.iter().any(|(_, name)| *name == rule.name)).collect();
    assert!(idle.is_empty(), "no bug was planted for {idle:#?}");
}
