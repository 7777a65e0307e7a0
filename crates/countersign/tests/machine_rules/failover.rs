use countersign::{AttemptStatus, Event, FailureCause, Platform, Policy, Refusal, SendMode};
use countersign_testkit::history::{Act, Pause};

use crate::story::*;

#[test]
fn a_failover_goes_to_the_next_step_or_to_the_one_named_also_on_the_same_platform() {
    let mut life = over([Platform::Sms, Platform::Sms, Platform::Email]);
    for (asked, expected) in [(None, 1), (Some(at(0)), 0), (Some(at(2)), 2)] {
        let from = life.record().current_step();
        let told = life.tell(Act::Failover(asked));
        assert_eq!(told.outcome.events(), &[Event::FailedOver { from, to: at(expected), automatic: false }]);
        assert_eq!(told.outcome.sends().len(), 1);
        assert_eq!(current(&life), expected);
    }
}

#[test]
fn a_failover_past_the_last_step_or_to_the_current_one_is_refused_and_changes_nothing() {
    let mut life = over([Platform::Sms, Platform::Email]);
    life.tell(Act::Failover(None));
    for asked in [None, Some(at(1)), Some(at(2)), Some(at(255))] {
        let told = life.tell(Act::Failover(asked));
        assert_eq!(*refusal(&told), Refusal::NoNextStep);
        assert_eq!(told.after, told.before);
    }
}

#[test]
fn when_whatsapp_fails_sms_goes_out_by_itself_however_it_fails() {
    let ways: [fn(&mut countersign_testkit::history::Life<'_>); 3] = [
        |life| drop(refused(life)),
        |life| drop(report(life, 0, undelivered())),
        |life| {
            taken(life);
            report(life, 0, countersign::ReportedStatus::SendingFailed { detail: None });
        },
    ];
    for fail in ways {
        let mut life = over([Platform::WhatsApp, Platform::Sms]);
        fail(&mut life);
        assert_eq!(current(&life), 1);
        assert_eq!(messages(&life).last(), Some(&(1, AttemptStatus::Prepared)));
        assert_eq!(life.task(), task(1, 1));
    }
}

#[test]
fn when_sms_fails_another_sms_step_is_not_tried_by_itself_and_nothing_is_skipped() {
    let mut life = over([Platform::Sms, Platform::Sms, Platform::Email]);
    let told = refused(&mut life);
    assert_eq!(told.outcome.events(), &[Event::Undelivered { attempt: 0, cause: FailureCause::Refused }]);
    assert_eq!((current(&life), messages(&life).len()), (0, 1));
}

#[test]
fn the_failure_of_an_older_step_changes_no_step() {
    let mut life = over([Platform::WhatsApp, Platform::Sms, Platform::Email]);
    taken(&mut life);
    life.tell(Act::Failover(None));
    report(&mut life, 0, undelivered());
    assert_eq!((current(&life), messages(&life).len()), (1, 2));
}

#[test]
fn the_failure_of_an_older_message_of_the_current_step_changes_no_step() {
    let mut life = over([Platform::WhatsApp, Platform::Sms]);
    life.wait(secs(30));
    life.tell(Act::Resend(None));
    report(&mut life, 0, undelivered());
    assert_eq!(current(&life), 0);
    report(&mut life, 1, undelivered());
    assert_eq!(current(&life), 1);
}

#[test]
fn a_repeated_failure_fails_over_once_and_only_to_the_next_step() {
    let mut life = over([Platform::WhatsApp, Platform::Sms, Platform::Email]);
    for _ in 0..3 {
        report(&mut life, 0, undelivered());
    }
    assert_eq!((current(&life), messages(&life).len()), (1, 2));
}

#[test]
fn a_failure_after_the_end_sends_nothing() {
    for end in [Pause::Wait(secs(0)), Pause::UntilExpiry(0)] {
        let mut life = over([Platform::WhatsApp, Platform::Sms]);
        taken(&mut life);
        if end == Pause::Wait(secs(0)) {
            life.tell(Act::Cancel);
        }
        life.pause(end);
        let told = report(&mut life, 0, undelivered());
        assert_eq!(told.after, told.before);
        assert_eq!(told.outcome.sends(), &[]);
    }
}

#[test]
fn silence_fails_over_after_the_delivery_timeout_and_not_before() {
    let steps = vec![step(Platform::WhatsApp).with_delivery_timeout(secs(60)), step(Platform::Sms)];
    let mut life = begin(start_with(steps, Policy::default()));
    life.wait(secs(5));
    taken(&mut life);
    life.wait(secs(59));
    assert!(life.tell(Act::Timeout).outcome.next().is_none());
    life.wait(secs(1));
    let told = life.tell(Act::Timeout);
    assert_eq!(told.outcome.events()[0], Event::Undelivered { attempt: 0, cause: FailureCause::TimedOut });
    assert_eq!(current(&life), 1);
    assert_eq!(told.outcome.sends(), &[task(1, 1)]);
}

#[test]
fn a_delivery_or_a_newer_message_ends_the_wait_for_silence() {
    let steps = vec![step(Platform::WhatsApp).with_delivery_timeout(secs(60)), step(Platform::Sms)];
    let mut life = begin(start_with(steps, Policy::default()));
    taken(&mut life);
    assert_eq!(life.record().next_timeout(), Some(BEGUN.saturating_add(secs(60))));
    report(&mut life, 0, countersign::ReportedStatus::Delivered);
    assert_eq!(life.record().next_timeout(), Some(life.record().expires_at()));
}

#[test]
fn a_timeout_that_fails_over_under_a_deferred_policy_also_takes_the_new_message() {
    let steps = vec![step(Platform::WhatsApp).with_delivery_timeout(secs(60)), step(Platform::Sms)];
    let mut life = begin(start_with(steps, Policy::default().with_send_mode(SendMode::Deferred)));
    assert_eq!(life.tasks(), &[]);
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(0, 1)]);
    taken(&mut life);
    assert_eq!(timeout(&mut life).outcome.sends(), &[task(1, 1)]);
    assert!(life.record().next_timeout() > Some(life.now()));
}
