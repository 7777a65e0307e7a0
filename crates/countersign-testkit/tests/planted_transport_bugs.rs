//! The rules of transports catch what they are there to catch: for each clause, transports that break it.

mod planted_transport_bugs {
    pub(super) mod bug;
    mod provider;
    pub(super) mod reference;
}

use std::sync::Arc;

use countersign_testkit::conformance::transport::{RULES, TransportHarness};
use planted_transport_bugs::bug::Bug;
use planted_transport_bugs::reference::Reference;

mod without_a_bug {
    countersign_testkit::transport_conformance!(|| async { super::Reference::new(None) });
}

/// Each bug, and the rule that is there for it: others may catch it, too.
#[rustfmt::skip]
const CAUGHT: &[(Bug, &str)] = &[
    (Bug::TriesAgainAfterSilence, "a_send_makes_one_try_whatever_the_provider_does"),
    (Bug::TriesAgainAfterADeferral, "a_send_makes_one_try_whatever_the_provider_does"),
    (Bug::TriesAgainBehindTheCallersBack, "a_send_makes_one_try_whatever_the_provider_does"),
    (Bug::SendsNothing, "a_send_makes_one_try_whatever_the_provider_does"),
    (Bug::LeavesTheCodeOut, "an_accepted_message_has_a_receipt_and_carries_the_code"),
    (Bug::AcceptedIsUnknown, "an_accepted_message_has_a_receipt_and_carries_the_code"),
    (Bug::RefusedIsNotSent, "a_refusal_for_good_is_refused"),
    (Bug::DeferredIsRefused, "a_refusal_for_now_is_not_sent_and_tells_when_to_try_again"),
    (Bug::ForgetsWhenToTryAgain, "a_refusal_for_now_is_not_sent_and_tells_when_to_try_again"),
    (Bug::ReadsSecondsAsMilliseconds, "a_refusal_for_now_is_not_sent_and_tells_when_to_try_again"),
    (Bug::UnreachableIsUnknown, "an_unreachable_provider_is_not_sent"),
    (Bug::UnreachableIsRefused, "an_unreachable_provider_is_not_sent"),
    (Bug::SilenceIsNotSent, "silence_after_the_request_was_written_is_unknown"),
    (Bug::SilenceIsRefused, "silence_after_the_request_was_written_is_unknown"),
    (Bug::ClosedIsNotSent, "a_connection_closed_after_the_request_was_written_is_unknown"),
    (Bug::GarbageIsNotSent, "an_answer_that_means_nothing_is_unknown"),
    (Bug::GarbageIsAccepted, "an_answer_that_means_nothing_is_unknown"),
    (Bug::NewReferenceOnEachTry, "the_reference_is_the_same_on_every_try"),
    (Bug::LeavesTheReferenceOut, "the_reference_is_the_same_on_every_try"),
    (Bug::ReferenceOfTheVerificationAlone, "the_reference_is_the_same_on_every_try"),
    (Bug::OneReferenceForAll, "each_attempt_has_a_reference_of_its_own"),
    (Bug::OneMessageIdForAll, "each_attempt_has_a_reference_of_its_own"),
    (Bug::NeverEnds, "a_send_ends_within_its_lease_whatever_the_provider_does"),
    (Bug::EndsTooLate, "a_send_ends_within_its_lease_whatever_the_provider_does"),
    (Bug::OneAfterTheOther, "sends_that_wait_for_each_other_end_within_their_lease"),
    (Bug::DetailHoldsTheAnswer, "no_error_holds_the_code_or_the_address"),
    (Bug::DetailHoldsTheAddress, "no_error_holds_the_code_or_the_address"),
    (Bug::DebugHoldsTheLastMessage, "no_debug_output_holds_the_code_or_the_address"),
    (Bug::LogsTheRequest, "no_log_line_holds_the_code_or_the_address"),
    (Bug::LogsTheAddressInASpan, "no_log_line_holds_the_code_or_the_address"),
];

async fn is_kept(name: &str, bug: Bug) -> bool {
    let rule = RULES.iter().find(|rule| rule.name == name).unwrap_or_else(|| panic!("there is no rule {name}"));
    let harness: Arc<dyn TransportHarness> = Arc::new(Reference::new(Some(bug)));
    rule.holds(harness).await
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
