use countersign::{AttemptStatus, Platform, Policy, Refusal, VerificationStatus};
use countersign_testkit::history::{Act, Pause};

use crate::story::*;

#[test]
fn a_resend_sends_the_same_code_on_the_current_step_or_on_the_one_named() {
    let mut life = over([Platform::Sms, Platform::Email]);
    let code = life.code();
    for (step, number, expected) in [(None, 1, 0), (Some(at(1)), 2, 1), (Some(at(0)), 3, 0)] {
        life.wait(secs(30));
        let told = life.tell(Act::Resend(step));
        assert_eq!(told.outcome.sends(), &[task(number, 1)]);
        assert_eq!(messages(&life).last(), Some(&(expected, AttemptStatus::Prepared)));
        let dispatch = message(life.record(), number);
        assert_eq!(dispatch.code().expose(), code);
        assert_eq!(current(&life), 0);
    }
}

#[test]
fn a_resend_on_a_step_outside_the_plan_is_refused() {
    let mut life = over([Platform::Sms, Platform::Email]);
    life.wait(secs(30));
    let told = life.tell(Act::Resend(Some(at(2))));
    assert_eq!(*refusal(&told), Refusal::NoSuchStep { index: at(2), steps: 2 });
}

#[test]
fn a_resend_within_the_cooldown_is_refused_and_says_how_many_whole_seconds_are_left() {
    // After so many milliseconds, so many seconds to wait; none when it is allowed.
    for (millis, wait) in [(0, Some(30)), (1, Some(30)), (1_000, Some(29)), (29_999, Some(1)), (30_000, None)] {
        let mut life = over([Platform::Sms]);
        life.wait(std::time::Duration::from_millis(millis));
        let told = life.tell(Act::Resend(None));
        assert_eq!(told.outcome.refusal().and_then(Refusal::retry_after), wait.map(secs), "after {millis} ms");
        assert_eq!(told.outcome.next().is_some(), wait.is_none());
    }
}

#[test]
fn the_cooldown_counts_from_the_latest_message_of_any_step_and_does_not_hold_a_failover() {
    let mut life = over([Platform::Sms, Platform::Email]);
    life.wait(secs(20));
    assert!(life.tell(Act::Failover(None)).outcome.next().is_some());
    life.wait(secs(20));
    let told = life.tell(Act::Resend(Some(at(0))));
    assert_eq!(*refusal(&told), Refusal::Cooldown { retry_after: secs(10) });
}

#[test]
fn past_the_message_cap_resend_and_failover_are_refused_until_the_end() {
    let policy = Policy::default().with_message_cap(2).with_resend_cooldown(secs(0));
    let mut life = under(policy, [Platform::Sms, Platform::Email]);
    life.tell(Act::Resend(None));
    life.wait(secs(100));
    for act in [Act::Resend(None), Act::Failover(None)] {
        assert_eq!(*refusal(&life.tell(act)), Refusal::MessageCap { retry_after: secs(500) });
    }
    // Nor does a failed message start a third one.
    report(&mut life, 1, undelivered());
    assert_eq!((current(&life), messages(&life).len()), (0, 2));
}

#[test]
fn a_resend_moves_neither_the_expiry_nor_the_count_of_wrong_codes() {
    let mut life = over([Platform::Sms]);
    guess(&mut life, countersign_testkit::history::Guess::Wrong(1));
    life.wait(secs(300));
    life.tell(Act::Resend(None));
    assert_eq!(life.record().failed_checks(), 1);
    assert_eq!(life.record().expires_at(), BEGUN.saturating_add(secs(600)));
    life.pause(Pause::UntilExpiry(0));
    assert_eq!(status(&life), VerificationStatus::Expired);
}
