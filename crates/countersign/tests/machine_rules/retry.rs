use std::time::Duration;

use countersign::{
    AttemptStatus, Event, FailureCause, MessageId, Platform, Policy, Receipt, ReportedStatus, SendError, SendMode,
    VerificationStatus,
};
use countersign_testkit::history::{Act, Life, Pause, Told};

use crate::story::*;

/// The latest try certainly did not hand the message over.
fn not_sent(life: &mut Life<'_>, retry_after: Option<Duration>) -> Told {
    sent(life, Err(SendError::NotSent { retry_after, detail: None }))
}

/// How long the record waits until something is due.
fn wait(life: &Life<'_>) -> Duration {
    life.record().next_timeout().expect("something is due").saturating_duration_since(life.now())
}

/// A delay is shortened by up to a fifth.
fn is_about(wait: Duration, delay: Duration) -> bool {
    wait <= delay && wait >= delay * 4 / 5
}

fn not_handed_over(attempt: u8) -> Event {
    Event::Undelivered { attempt, cause: FailureCause::NotHandedOver }
}

#[test]
fn an_unknown_outcome_is_tried_again_twice_with_the_same_reference_then_fails_and_fails_over() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    let reference = message(life.record(), 0).reference();
    for (delay, next_try) in [(secs(2), 2), (secs(4), 3)] {
        unknown(&mut life);
        assert!(is_about(wait(&life), delay), "{:?}", wait(&life));
        assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, next_try)]);
        assert_eq!(message(life.record(), 0).reference(), reference);
    }
    let told = unknown(&mut life);
    assert_eq!(told.outcome.events()[0], not_handed_over(0));
    assert_eq!(messages(&life), [(0, AttemptStatus::SendingFailed), (1, AttemptStatus::Prepared)]);
    assert_eq!(current(&life), 1);
}

#[test]
fn after_an_unknown_outcome_certain_failures_use_up_the_tries_too() {
    let mut life = over([Platform::Sms]);
    unknown(&mut life);
    timeout(&mut life);
    not_sent(&mut life, None);
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 3)]);
    assert_eq!(not_sent(&mut life, None).outcome.events(), &[not_handed_over(0)]);
}

#[test]
fn before_the_first_unknown_outcome_certain_failures_use_up_nothing() {
    let mut life = over([Platform::Sms]);
    for _ in 0..6 {
        not_sent(&mut life, None);
        timeout(&mut life);
    }
    for _ in 0..2 {
        unknown(&mut life);
        timeout(&mut life);
    }
    assert_eq!(life.task(), task(0, 9));
    assert_eq!(unknown(&mut life).outcome.events(), &[not_handed_over(0)]);
}

#[test]
fn an_unknown_outcome_that_is_told_twice_counts_once() {
    let mut life = over([Platform::Sms]);
    for _ in 0..3 {
        unknown(&mut life);
    }
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 2)]);
}

#[test]
fn without_another_platform_a_message_is_tried_ever_more_rarely_until_the_code_expires() {
    let mut life = over([Platform::Sms, Platform::Sms]);
    for delay in [2, 4, 8, 16, 30, 30, 30] {
        not_sent(&mut life, None);
        assert!(is_about(wait(&life), secs(delay)), "{:?} after {delay} s", wait(&life));
        timeout(&mut life);
    }
    let mut last = life.now();
    while messages(&life) == [(0, AttemptStatus::Prepared)] {
        last = life.now();
        not_sent(&mut life, None);
        timeout(&mut life);
    }
    let left = life.record().expires_at().saturating_duration_since(last);
    assert!(left > Duration::ZERO && left <= secs(2), "the last try is {left:?} before the end");
}

#[test]
fn messages_that_failed_together_are_not_tried_again_together() {
    let due: std::collections::HashSet<_> = (0..20)
        .map(|seed| {
            let start = start_with(vec![step(Platform::Sms)], Policy::default());
            let mut life = Life::start(start, &RING, seed, BEGUN).0;
            not_sent(&mut life, None);
            life.record().next_timeout()
        })
        .collect();
    assert!(due.len() > 15, "{due:?}");
}

#[test]
fn a_provider_that_says_when_to_come_back_is_asked_then() {
    for wait in [secs(17), secs(300), secs(599)] {
        let mut life = over([Platform::Sms]);
        not_sent(&mut life, Some(wait));
        assert_eq!(life.record().next_timeout(), Some(BEGUN.saturating_add(wait)));
        assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 2)]);
    }
}

#[test]
fn a_provider_that_always_says_now_is_not_asked_all_the_time() {
    let mut life = over([Platform::Sms]);
    for delay in [2, 4, 8, 16, 30] {
        not_sent(&mut life, Some(Duration::ZERO));
        assert!(is_about(wait(&life), secs(delay)));
        timeout(&mut life);
    }
}

#[test]
fn a_provider_that_says_to_come_back_when_the_code_has_expired_fails_the_message_at_once() {
    for wait in [secs(600), Duration::MAX] {
        let mut life = over([Platform::Sms]);
        assert_eq!(not_sent(&mut life, Some(wait)).outcome.events(), &[not_handed_over(0)]);
    }
}

#[test]
fn a_wait_longer_than_the_patience_lets_another_platform_take_over_at_once() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    let told = not_sent(&mut life, Some(secs(21)));
    assert_eq!(told.outcome.events()[0], not_handed_over(0));
    assert_eq!(told.outcome.sends(), &[task(1, 1)]);
}

#[test]
fn within_the_patience_the_message_is_tried_again_and_then_another_platform_takes_over() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    not_sent(&mut life, Some(secs(20)));
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 2)]);
    let told = not_sent(&mut life, None);
    assert_eq!(told.outcome.events()[0], not_handed_over(0));
    assert_eq!(told.outcome.sends(), &[task(1, 1)]);
}

#[test]
fn patience_is_for_the_message_whose_failure_fails_over_and_for_no_other() {
    let ways: [fn() -> Life<'static>; 3] = [
        // A step on the same platform, the message cap, and a message of a step that is no longer current.
        || over([Platform::WhatsApp, Platform::WhatsApp]),
        || under(Policy::default().with_message_cap(1), [Platform::WhatsApp, Platform::Sms]),
        || {
            let mut life = over([Platform::WhatsApp, Platform::Sms, Platform::Email]);
            life.tell(Act::Failover(None));
            life
        },
    ];
    for begin in ways {
        let mut life = begin();
        let retry_after = Some(secs(60));
        let told =
            life.tell(Act::Sent { task: task(0, 1), result: Err(SendError::NotSent { retry_after, detail: None }) });
        assert_eq!(told.outcome.events(), &[]);
        assert_eq!(messages(&life)[0], (0, AttemptStatus::Prepared));
    }
}

#[test]
fn the_patience_is_the_hosts() {
    let mut patient = under(Policy::default().with_patience(secs(60)), [Platform::WhatsApp, Platform::Sms]);
    assert_eq!(not_sent(&mut patient, Some(secs(60))).outcome.events(), &[]);
    let mut impatient = under(Policy::default().with_patience(secs(0)), [Platform::WhatsApp, Platform::Sms]);
    assert_eq!(not_sent(&mut impatient, None).outcome.sends(), &[task(1, 1)]);
}

#[test]
fn a_refusal_is_not_tried_again() {
    let mut life = over([Platform::Sms]);
    refused(&mut life);
    assert_eq!(messages(&life), [(0, AttemptStatus::SendingFailed)]);
    assert_eq!(life.record().next_timeout(), Some(life.record().expires_at()));
}

#[test]
fn a_lease_that_runs_out_gives_the_message_to_the_next_process() {
    let mut life = over([Platform::Sms]);
    life.wait(secs(30) - Duration::from_millis(1));
    assert!(life.tell(Act::Timeout).outcome.next().is_none());
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 2)]);
    assert_eq!(life.record().next_timeout(), Some(life.now().saturating_add(secs(30))));
}

#[test]
fn a_lease_that_runs_out_is_an_unknown_outcome() {
    let mut life = over([Platform::Sms]);
    for next_try in [2, 3] {
        assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, next_try)]);
    }
    assert_eq!(timeout(&mut life).outcome.events(), &[not_handed_over(0)]);
}

#[test]
fn a_lease_that_ends_within_the_patience_is_tried_again_and_a_later_one_fails_over() {
    let mut life = under(Policy::default().with_send_lease(secs(15)), [Platform::WhatsApp, Platform::Sms]);
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 2)]);
    let told = timeout(&mut life);
    assert_eq!(told.outcome.events()[0], not_handed_over(0));
    assert_eq!(told.outcome.sends(), &[task(1, 1)]);
}

#[test]
fn a_process_that_comes_late_tries_a_message_that_was_never_tried_or_was_due_in_time() {
    let mut life = under(Policy::default().with_send_mode(SendMode::Deferred), [Platform::WhatsApp, Platform::Sms]);
    life.wait(secs(100));
    assert_eq!(life.tell(Act::Timeout).outcome.sends(), &[task(0, 1)]);

    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    not_sent(&mut life, None);
    life.wait(secs(100));
    assert_eq!(life.tell(Act::Timeout).outcome.sends(), &[task(0, 2)]);
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
fn the_error_of_a_try_that_was_not_made_is_ignored() {
    let mut life = under(Policy::default().with_send_mode(SendMode::Deferred), [Platform::Sms]);
    let refused = SendError::Refused { detail: None };
    for error in [refused, SendError::Unknown { detail: None }, SendError::NotSent { retry_after: None, detail: None }]
    {
        for try_number in [0, 1, u8::MAX] {
            let told = life.tell(Act::Sent { task: task(0, try_number), result: Err(error.clone()) });
            assert_eq!(told.after, told.before);
        }
    }
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 1)]);
}

#[test]
fn a_receipt_that_comes_while_the_message_waits_for_its_next_try_ends_the_tries() {
    let mut life = over([Platform::Sms]);
    unknown(&mut life);
    let told = life.tell(Act::Sent { task: task(0, 1), result: Ok(Receipt::ByReference { message_id: None }) });
    assert_eq!(told.outcome.events(), &[Event::Sent { attempt: 0 }]);
    assert_eq!(messages(&life), [(0, AttemptStatus::Accepted)]);
    assert_eq!(life.record().next_timeout(), Some(life.record().expires_at()));
}

#[test]
fn a_receipt_for_a_message_that_was_given_up_is_kept_so_that_its_delivery_is_not_lost() {
    let message_id = MessageId::new("SM1").expect("a short text");
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    let told = timeout(&mut life);
    assert_eq!(told.outcome.events()[0], not_handed_over(0));
    let receipt = Receipt::ByMessageId { message_id: message_id.clone() };
    let told = life.tell(Act::Sent { task: task(0, 1), result: Ok(receipt) });
    assert_eq!(told.outcome.events(), &[Event::Sent { attempt: 0 }]);
    assert_eq!(messages(&life), [(0, AttemptStatus::SendingFailed), (1, AttemptStatus::Prepared)]);
    assert_eq!(current(&life), 1);
    assert_eq!(status(&life), VerificationStatus::Pending);

    let keys = life.record().index_keys();
    assert_eq!(keys.messages().collect::<Vec<_>>(), [&message_id]);
    let attempt = life.record().attempt_number(&message_id).expect("it is found by its id");
    report(&mut life, attempt, ReportedStatus::Delivered);
    assert_eq!(messages(&life)[0], (0, AttemptStatus::Delivered));
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
