use countersign::{
    AttemptStatus, Event, FailureCause, Platform, Policy, Receipt, SendError, SendMode, VerificationStatus,
};
use countersign_testkit::history::{Act, Pause};

use crate::story::*;

#[test]
fn an_unknown_result_is_tried_again_ever_later_with_the_same_reference_then_fails_and_fails_over() {
    let policy = Policy::default().with_send_tries(3).with_retry_delay(secs(2));
    let mut life = under(policy, [Platform::WhatsApp, Platform::Sms]);
    let reference = message(life.record(), 0).reference();
    for (wait, next_try) in [(secs(2), 2), (secs(4), 3)] {
        unknown(&mut life);
        assert_eq!(life.record().next_timeout(), Some(life.now().saturating_add(wait)));
        assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, next_try)]);
        assert_eq!(message(life.record(), 0).reference(), reference);
    }
    let told = unknown(&mut life);
    assert_eq!(told.outcome.events()[0], Event::Undelivered { attempt: 0, cause: FailureCause::NotHandedOver });
    assert_eq!(messages(&life), [(0, AttemptStatus::SendingFailed), (1, AttemptStatus::Prepared)]);
    assert_eq!(current(&life), 1);
}

#[test]
fn a_provider_that_says_when_to_come_back_is_asked_then() {
    let mut life = over([Platform::Sms]);
    sent(&mut life, Err(SendError::NotSent { retry_after: Some(secs(17)), detail: None }));
    assert_eq!(life.record().next_timeout(), Some(BEGUN.saturating_add(secs(17))));
}

#[test]
fn a_refusal_is_not_tried_again() {
    let mut life = over([Platform::Sms]);
    refused(&mut life);
    assert_eq!(messages(&life), [(0, AttemptStatus::SendingFailed)]);
    assert_eq!(life.record().next_timeout(), Some(life.record().expires_at()));
}

#[test]
fn a_lease_that_runs_out_gives_the_message_to_the_next_who_comes() {
    let mut life = over([Platform::Sms]);
    life.wait(secs(30) - std::time::Duration::from_millis(1));
    assert!(life.tell(Act::Timeout).outcome.next().is_none());
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 2)]);
    assert_eq!(life.record().next_timeout(), Some(life.now().saturating_add(secs(30))));
}

#[test]
fn leases_that_all_run_out_fail_the_message_and_fail_over() {
    let policy = Policy::default().with_send_tries(2);
    let mut life = under(policy, [Platform::WhatsApp, Platform::Sms]);
    timeout(&mut life);
    let told = timeout(&mut life);
    assert_eq!(told.outcome.events()[0], Event::Undelivered { attempt: 0, cause: FailureCause::NotHandedOver });
    assert_eq!(told.outcome.sends(), &[task(1, 1)]);
}

#[test]
fn the_error_of_a_try_that_was_overtaken_is_ignored_and_its_success_is_believed() {
    let stale = task(0, 1);
    let mut life = over([Platform::Sms]);
    timeout(&mut life);
    for error in [SendError::Refused { detail: None }, SendError::Unknown { detail: None }] {
        let told = life.tell(Act::Sent { task: stale, result: Err(error) });
        assert_eq!(told.after, told.before);
    }
    life.tell(Act::Sent { task: stale, result: Ok(Receipt::ByReference { message_id: None }) });
    assert_eq!(messages(&life), [(0, AttemptStatus::Accepted)]);
}

#[test]
fn a_deferred_message_waits_for_whoever_comes_first() {
    let mut life = under(Policy::default().with_send_mode(SendMode::Deferred), [Platform::Sms]);
    assert_eq!(life.tasks(), &[]);
    assert_eq!(life.record().next_timeout(), Some(BEGUN));
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 1)]);
    assert_eq!(life.tell(Act::Timeout).outcome.sends(), &[]);
}

#[test]
fn at_the_end_a_late_lease_or_retry_sends_nothing() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    unknown(&mut life);
    life.pause(Pause::UntilExpiry(0));
    let told = life.tell(Act::Timeout);
    assert_eq!(told.outcome.sends(), &[]);
    assert_eq!(told.outcome.events(), &[Event::Expired]);
    assert_eq!(status(&life), VerificationStatus::Expired);
    assert_eq!(life.record().next_timeout(), None);
}
