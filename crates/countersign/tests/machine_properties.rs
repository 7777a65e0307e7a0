//! What holds in every life of a verification: checks, limits, and the end.

use countersign::{
    CheckOutcome, Dispatch, Event, Identity, Keyring, Refusal, SubmittedCode, Timestamp, Verification,
    VerificationStatus,
};
use countersign_testkit::history::{
    Act, ActOutcome, Guess, History, Life, Operation, Pause, config, histories, keyring,
};
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    config(concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/machine_properties.txt"))
}

/// The one answer that every command gets after the end.
fn refusal_after(status: VerificationStatus) -> Refusal {
    if status == VerificationStatus::Failed { Refusal::MaxAttemptsReached } else { Refusal::UnexpectedStatus(status) }
}

fn code_of(record: &Verification, keyring: &Keyring) -> String {
    Dispatch::new(record, 0, keyring, record.created_at(), &Identity::default())
        .expect("the key is in the ring")
        .code()
        .expose()
        .to_owned()
}

fn start_only(history: &History, keyring: &Keyring) -> Verification {
    Life::start(history.start.clone(), keyring, history.seed, history.begun).1.next
}

/// The latest time that the clock said so far, or that the record has seen: a record never lives backwards.
fn own_time(record: &Verification, now: Timestamp) -> Timestamp {
    now.max(record.updated_at())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn an_ended_verification_stays_ended_and_keeps_its_outcome(history in histories()) {
        for told in history.run(&keyring()).told {
            if told.before.ended_at().is_some() {
                prop_assert_eq!(told.after.ended_at(), told.before.ended_at());
                prop_assert_eq!(told.after.status(told.now), told.before.status(told.now));
                prop_assert_eq!(told.after.status(Timestamp::MAX), told.before.status(Timestamp::MIN));
                prop_assert_eq!(told.after.credited_attempt(), told.before.credited_attempt());
                prop_assert_eq!(told.after.remaining_checks(), 0);
                prop_assert_eq!(told.after.current_step(), told.before.current_step());
                prop_assert_eq!(told.after.attempts().len(), told.before.attempts().len());
            }
        }
    }

    #[test]
    fn on_a_clock_that_only_moves_on_a_final_status_never_changes(history in histories()) {
        let run = history.forwards().run(&keyring());
        let mut ended = None;
        for told in run.told {
            for status in [told.before.status(told.now), told.after.status(told.now)] {
                if let Some(ended) = ended {
                    prop_assert_eq!(status, ended);
                }
                ended = ended.or_else(|| status.is_final().then_some(status));
            }
        }
    }

    #[test]
    fn wrong_codes_counted_are_wrong_codes_charged_and_never_pass_the_limit(history in histories()) {
        let run = history.run(&keyring());
        let mut charged = 0;
        for told in run.told {
            match told.outcome.reply() {
                Some(CheckOutcome::Mismatch { failed, remaining }) => {
                    charged += 1;
                    prop_assert_eq!(failed, charged);
                    prop_assert_eq!(failed + remaining, told.after.limits().max_attempts.get());
                    prop_assert!(remaining > 0);
                    prop_assert_eq!(told.after.remaining_checks(), remaining);
                }
                Some(CheckOutcome::Exhausted) => {
                    charged += 1;
                    prop_assert_eq!(charged, told.after.limits().max_attempts.get());
                    prop_assert_eq!(told.after.status(told.now), VerificationStatus::Failed);
                }
                Some(CheckOutcome::Verified) | None => {}
            }
            prop_assert_eq!(told.after.failed_checks(), charged);
            prop_assert!(charged <= told.after.limits().max_attempts.get());
        }
    }

    #[test]
    fn a_code_is_answered_by_what_was_typed_and_by_nothing_else(history in histories()) {
        for told in history.run(&keyring()).told {
            if let (Act::Check { right, .. }, Some(reply)) = (&told.act, told.outcome.reply()) {
                prop_assert_eq!(reply == CheckOutcome::Verified, *right);
            }
        }
    }

    #[test]
    fn there_is_at_most_one_success(history in histories()) {
        let run = history.run(&keyring());
        let successes = run.told.iter().filter(|told| told.outcome.reply() == Some(CheckOutcome::Verified)).count();
        prop_assert_eq!(successes, usize::from(run.last().credited_attempt().is_some()));
        let told = run.changes().flat_map(|(_, change)| &change.events);
        prop_assert_eq!(told.filter(|event| matches!(event, Event::Verified { .. })).count(), successes);
    }

    /// The rule of threat A4: nothing that happens in between gives a guesser one more guess or one more second.
    #[test]
    fn no_interleaving_gives_more_answers_than_the_limit_or_an_answer_after_the_time(history in histories()) {
        let limits = history.start.limits;
        let deadline = history.begun.saturating_add(limits.timeout.as_duration());
        let run = history.run(&keyring());
        let answered = run.told.iter().filter(|told| told.outcome.reply().is_some());
        let mut answers = 0;
        for told in answered {
            answers += 1;
            prop_assert!(own_time(&told.before, told.now) < deadline);
        }
        prop_assert!(answers <= limits.max_attempts.get());
    }

    #[test]
    fn after_the_end_nothing_is_sent_and_every_command_is_refused_by_its_status(history in histories()) {
        for told in history.run(&keyring()).told {
            let status = told.before.status(told.now);
            if told.after.status(told.now).is_final() {
                prop_assert_eq!(told.outcome.sends(), &[]);
            }
            if status.is_final() && !told.act.is_fact() {
                prop_assert_eq!(told.outcome.refusal(), Some(&refusal_after(status)));
            }
        }
    }

    #[test]
    fn an_ended_record_is_found_neither_by_its_recipient_nor_by_its_messages_nor_as_due(history in histories()) {
        let run = history.run(&keyring());
        for record in run.records() {
            let keys = record.index_keys();
            let ended = record.ended_at().is_some();
            prop_assert_eq!(keys.ended_at, record.ended_at());
            prop_assert_eq!(keys.due, record.next_timeout());
            prop_assert_eq!(keys.due.is_none(), ended);
            prop_assert_eq!(keys.open_recipient.is_none(), ended);
            prop_assert!(!ended || keys.messages().next().is_none());
        }
    }

    #[test]
    fn what_the_start_fixed_never_changes(history in histories()) {
        let ring = keyring();
        let run = history.run(&ring);
        let first = &run.started.next;
        prop_assert_eq!(first.created_at(), history.begun);
        prop_assert_eq!(first.expires_at(), history.begun.saturating_add(history.start.limits.timeout.as_duration()));
        let code = code_of(first, &ring);
        for record in run.records() {
            prop_assert_eq!(record.id(), first.id());
            prop_assert_eq!(record.created_at(), first.created_at());
            prop_assert_eq!(record.expires_at(), first.expires_at());
            prop_assert_eq!(record.steps(), first.steps());
            prop_assert_eq!(record.limits(), first.limits());
            prop_assert_eq!(record.policy(), first.policy());
            prop_assert_eq!(record.recipient(), first.recipient());
            prop_assert_eq!(&code_of(record, &ring), &code);
        }
    }

    #[test]
    fn a_resend_moves_neither_expiry_nor_failed_checks_nor_current_step(history in histories()) {
        let run = history.run(&keyring());
        for (told, change) in run.changes() {
            if let Act::Resend(step) = told.act {
                prop_assert_eq!(change.next.expires_at(), told.before.expires_at());
                prop_assert_eq!(change.next.failed_checks(), told.before.failed_checks());
                prop_assert_eq!(change.next.current_step(), told.before.current_step());
                let (new, old) = change.next.attempts().split_last().expect("an attempt");
                prop_assert_eq!(new.step(), step.unwrap_or_else(|| told.before.current_step()));
                prop_assert_eq!(old, told.before.attempts());
            }
        }
    }

    #[test]
    fn failed_checks_never_decrease_and_only_a_check_adds_one(history in histories()) {
        for told in history.run(&keyring()).told {
            let added = told.after.failed_checks().checked_sub(told.before.failed_checks());
            let most = u8::from(matches!(told.act, Act::Check { .. }));
            prop_assert!(added.is_some_and(|added| added <= most));
        }
    }

    #[test]
    fn a_refused_command_can_say_when_to_ask_again_and_then_is_not_refused_for_that(history in histories()) {
        for told in history.run(&keyring()).told {
            let Some(refusal) = told.outcome.refusal() else { continue };
            let Some(wait) = refusal.retry_after() else { continue };
            prop_assert_eq!(wait.subsec_nanos(), 0);
            let later = own_time(&told.before, told.now).saturating_add(wait);
            let again = told.act.on(&told.before, &keyring(), later);
            prop_assert!(again.refusal().is_none_or(|again| again.retry_after().is_none()), "{:?}", again);
        }
    }

    #[test]
    fn the_right_code_passes_until_the_last_millisecond_and_not_a_millisecond_later(history in histories()) {
        let ring = keyring();
        let record = start_only(&history, &ring);
        let code = SubmittedCode::parse(&code_of(&record, &ring)).expect("a code");
        let last = Timestamp::from_millis(record.expires_at().as_millis() - 1);
        for open_at in [history.begun, Timestamp::MIN, last] {
            let checked = record.check(&code, &ring, open_at).expect("it is open");
            prop_assert_eq!(checked.reply, CheckOutcome::Verified);
        }
        for ended_at in [record.expires_at(), Timestamp::MAX] {
            let refused = record.check(&code, &ring, ended_at).expect_err("it has expired");
            prop_assert_eq!(refused, Refusal::UnexpectedStatus(VerificationStatus::Expired));
        }
    }

    #[test]
    fn wherever_it_is_open_the_right_code_verifies_it(history in histories()) {
        let ring = keyring();
        let (mut life, _) = Life::start(history.start.clone(), &ring, history.seed, history.begun);
        for step in &history.moves {
            life.live(step);
            let act = life.act(&Operation::Check(Guess::Right));
            let outcome = act.on(life.record(), &ring, life.now());
            if life.record().status(life.now()).is_final() {
                prop_assert!(matches!(outcome, ActOutcome::Refused(_)));
            } else {
                prop_assert_eq!(outcome.reply(), Some(CheckOutcome::Verified));
                let (credited, at) = outcome.next().and_then(Verification::credited_attempt).expect("credit");
                prop_assert!(usize::from(credited) < life.record().attempts().len());
                prop_assert_eq!(at, own_time(life.record(), life.now()));
            }
        }
    }

    #[test]
    fn the_status_is_what_attempts_and_time_say(history in histories()) {
        let ring = keyring();
        let (mut life, _) = Life::start(history.start.clone(), &ring, history.seed, history.begun);
        for step in &history.moves {
            life.live(step);
            let record = life.record();
            if record.ended_at().is_some() {
                continue;
            }
            let handed_over = record.attempts().iter().any(|attempt| attempt.sent_at().is_some());
            let expected = if own_time(record, life.now()) >= record.expires_at() {
                VerificationStatus::Expired
            } else if handed_over {
                VerificationStatus::Pending
            } else {
                VerificationStatus::Accepted
            };
            prop_assert_eq!(record.status(life.now()), expected);
            prop_assert_eq!(record.status(record.expires_at()), VerificationStatus::Expired);
        }
    }

    #[test]
    fn a_cancel_ends_what_is_open(history in histories()) {
        let ring = keyring();
        let (mut life, _) = Life::start(history.start.clone(), &ring, history.seed, history.begun);
        for step in &history.moves {
            life.live(step);
        }
        let was = life.record().status(life.now());
        life.tell(Act::Cancel);
        let expected = if was.is_final() { was } else { VerificationStatus::Canceled };
        prop_assert_eq!(life.record().status(life.now()), expected);
        life.pause(Pause::UntilExpiry(1));
        prop_assert_eq!(life.record().status(life.now()), expected);
    }
}
