use countersign::{
    CheckOutcome, KeyId, KeySecret, Keyring, Platform, Refusal, StepStatus, SubmittedCode, VerificationStatus,
};
use countersign_testkit::SeededEntropy;
use countersign_testkit::history::{Act, Guess, Pause};

use crate::story::*;

#[test]
fn the_last_wrong_code_closes_it_as_failed_and_even_the_right_one_comes_too_late() {
    let mut life = over([Platform::Sms]);
    let replies = [1, 2, 3].map(|by| guess(&mut life, Guess::Wrong(by)).outcome.reply());
    let expected = [
        CheckOutcome::Mismatch { failed: 1, remaining: 2 },
        CheckOutcome::Mismatch { failed: 2, remaining: 1 },
        CheckOutcome::Exhausted,
    ];
    assert_eq!(replies, expected.map(Some));
    assert_eq!(status(&life), VerificationStatus::Failed);
    for act in [Act::Resend(None), Act::Failover(None), Act::Cancel] {
        assert_eq!(*refusal(&life.tell(act)), Refusal::MaxAttemptsReached);
    }
    assert_eq!(*refusal(&guess(&mut life, Guess::Right)), Refusal::MaxAttemptsReached);
}

#[test]
fn the_right_code_verifies_once() {
    let mut life = over([Platform::Sms]);
    verify(&mut life);
    let again = guess(&mut life, Guess::Right);
    assert_eq!(*refusal(&again), Refusal::UnexpectedStatus(VerificationStatus::Verified));
    assert_eq!(refusal(&again).to_string(), "the verification is already verified: start a new one");
}

#[test]
fn a_code_of_another_length_is_refused_and_not_charged() {
    let mut life = over([Platform::Sms]);
    let told = guess(&mut life, Guess::OtherLength);
    assert!(matches!(refusal(&told), Refusal::WrongLength { .. }));
    assert_eq!(life.record().failed_checks(), 0);
}

#[test]
fn under_another_secret_of_the_same_number_the_code_is_wrong() {
    let life = over([Platform::Sms]);
    let other = Keyring::ephemeral(&SeededEntropy::new(8)).expect("a good key");
    let code = SubmittedCode::parse(&life.code()).expect("a code");
    let checked = life.record().check(&code, &other, life.now()).expect("it is open");
    assert!(matches!(checked.reply, CheckOutcome::Mismatch { .. }));
}

#[test]
fn without_its_key_a_check_is_refused_and_not_charged() {
    let life = over([Platform::Sms]);
    let secret = KeySecret::from_bytes(b"0123456789abcdefghijklmnopqrstuv").expect("a secret");
    let renumbered = Keyring::new(KeyId::new(9), secret);
    let code = SubmittedCode::parse(&life.code()).expect("a code");
    let refused = life.record().check(&code, &renumbered, life.now()).expect_err("no such key");
    assert!(matches!(refused, Refusal::KeyMissing(_)));
}

#[test]
fn a_read_after_the_time_says_expired_though_no_timer_ran() {
    let mut life = over([Platform::Sms]);
    life.pause(Pause::UntilExpiry(-1));
    assert_eq!(status(&life), VerificationStatus::Accepted);
    life.pause(Pause::UntilExpiry(0));
    assert_eq!(status(&life), VerificationStatus::Expired);
    assert_eq!(life.record().ended_at(), None);
    let told = guess(&mut life, Guess::Right);
    assert_eq!(*refusal(&told), Refusal::UnexpectedStatus(VerificationStatus::Expired));
    let told = life.tell(Act::Timeout);
    assert_eq!(told.outcome.events(), &[countersign::Event::Expired]);
    assert_eq!(life.record().ended_at(), Some(life.now()));
}

#[test]
fn credit_goes_to_the_latest_message_of_the_current_step_that_has_not_failed() {
    // Which messages failed, over steps 0, 0, 1, 1 with step 1 current; and whose is the credit.
    let cases: [(&[u8], u8); 4] = [(&[], 3), (&[3], 2), (&[2, 3], 3), (&[0, 1, 2, 3], 3)];
    for (failed, credited) in cases {
        let policy = countersign::Policy::default().with_resend_cooldown(secs(0));
        let mut life = under(policy, [Platform::Sms, Platform::Sms]);
        for act in [Act::Resend(None), Act::Failover(None), Act::Resend(None)] {
            life.tell(act);
        }
        for attempt in failed {
            report(&mut life, *attempt, undelivered());
        }
        verify(&mut life);
        assert_eq!(life.record().credited_attempt(), Some((credited, life.now())), "failed: {failed:?}");
        assert_eq!(life.record().step_status(at(1)), Some(StepStatus::Verified));
    }
}

#[test]
fn when_the_current_step_has_only_failures_credit_goes_to_the_latest_message_anywhere() {
    let policy = countersign::Policy::default().with_resend_cooldown(secs(0));
    let mut life = under(policy, [Platform::Sms, Platform::Sms]);
    life.tell(Act::Failover(None));
    report(&mut life, 1, undelivered());
    life.tell(Act::Resend(Some(at(0))));
    verify(&mut life);
    assert_eq!(life.record().credited_attempt(), Some((2, life.now())));
    assert_eq!(life.record().step_status(at(0)), Some(StepStatus::Verified));
    assert_eq!(life.record().step_status(at(1)), Some(StepStatus::Failed));
}
