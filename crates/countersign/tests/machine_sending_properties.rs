//! What holds in every life of a verification: messages, failovers, reports, and timeouts.

use std::collections::HashSet;

use countersign::{Event, Refusal, ReportedStatus, SendTask, StepIndex, Timestamp, Verification};
use countersign_testkit::history::{Act, History, Life, Told, config, histories, keyring, reports};
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    config(concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/machine_sending_properties.txt"))
}

/// The failover that a fact caused by itself, if it caused one.
fn automatic(told: &Told) -> Option<(StepIndex, StepIndex)> {
    told.outcome.events().iter().find_map(|event| {
        if let Event::FailedOver { from, to, automatic: true } = event { Some((*from, *to)) } else { None }
    })
}

/// The latest attempt of the step that is current in `record`.
fn latest_of_current(record: &Verification) -> usize {
    record
        .attempts()
        .iter()
        .rposition(|attempt| attempt.step() == record.current_step())
        .expect("a current step was tried")
}

/// Whether the latest message of the current step failed by what was told.
fn just_failed(told: &Told) -> bool {
    let number = latest_of_current(&told.before);
    let failed = |record: &Verification| record.attempts()[number].status().is_failure();
    !failed(&told.before) && failed(&told.after)
}

/// Whether the step after the current one exists and is on another platform, and the cap leaves a message for it.
fn may_fail_over(record: &Verification) -> bool {
    let at = usize::from(record.current_step().get());
    let steps = record.steps();
    steps.get(at + 1).is_some_and(|next| next.platform() != steps[at].platform())
        && record.attempts().len() < usize::from(record.policy().message_cap())
}

fn own_time(record: &Verification, now: Timestamp) -> Timestamp {
    now.max(record.updated_at())
}

/// A life without its times and without the words of providers.
fn shape(record: &Verification, now: Timestamp) -> impl PartialEq + std::fmt::Debug + use<> {
    let attempts: Vec<_> = record
        .attempts()
        .iter()
        .map(|attempt| {
            let cause = attempt.failure().map(countersign::Failure::cause);
            (attempt.step(), attempt.status(), cause, attempt.sent_at().is_some(), attempt.message_id().cloned())
        })
        .collect();
    (record.status(now), record.current_step(), record.failed_checks(), attempts)
}

fn started<'a>(history: &History, ring: &'a countersign::Keyring) -> Life<'a> {
    Life::start(history.start.clone(), ring, history.seed, history.begun).0
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn it_fails_over_by_itself_exactly_when_the_current_message_just_failed_and_the_next_step_is_of_another_platform(
        history in histories(),
    ) {
        for told in history.run(&keyring()).told {
            let open = !told.before.status(told.now).is_final();
            let due = told.act.is_fact() && open && just_failed(&told) && may_fail_over(&told.before);
            prop_assert_eq!(automatic(&told).is_some(), due);
            if let Some((from, to)) = automatic(&told) {
                prop_assert_eq!(from, told.before.current_step());
                prop_assert_eq!(usize::from(to.get()), usize::from(from.get()) + 1);
                prop_assert_eq!(told.after.current_step(), to);
                prop_assert_eq!(told.after.attempts().len(), told.before.attempts().len() + 1);
                prop_assert_eq!(told.after.attempts().last().map(countersign::Attempt::step), Some(to));
            }
        }
    }

    #[test]
    fn nothing_but_a_failover_moves_the_current_step_or_adds_a_message_except_a_resend(history in histories()) {
        for told in history.run(&keyring()).told {
            let failed_over = told.outcome.events().iter().any(|event| matches!(event, Event::FailedOver { .. }));
            let moved = told.after.current_step() != told.before.current_step();
            prop_assert_eq!(moved, failed_over);
            let added = told.after.attempts().len() - told.before.attempts().len();
            let resent = matches!(told.act, Act::Resend(_)) && told.outcome.next().is_some();
            prop_assert_eq!(added, usize::from(failed_over || resent));
        }
    }

    #[test]
    fn a_failover_asked_for_goes_exactly_there_or_nowhere(history in histories()) {
        for told in history.run(&keyring()).told {
            let Act::Failover(step) = told.act else { continue };
            let next = StepIndex::new(told.before.current_step().get() + 1);
            let asked = step.unwrap_or(next);
            let exists = usize::from(asked.get()) < told.before.steps().len();
            let possible = exists && asked != told.before.current_step();
            match told.outcome.refusal() {
                None => {
                    prop_assert!(possible);
                    prop_assert_eq!(told.after.current_step(), asked);
                    prop_assert_eq!(told.after.attempts().last().map(countersign::Attempt::step), Some(asked));
                }
                Some(Refusal::NoNextStep) => prop_assert!(!possible),
                Some(Refusal::MessageCap { .. }) => prop_assert!(possible),
                Some(_) => prop_assert!(told.before.status(told.now).is_final()),
            }
        }
    }

    #[test]
    fn there_are_never_more_messages_than_the_cap(history in histories()) {
        let cap = usize::from(history.start.policy.message_cap());
        for record in history.run(&keyring()).records() {
            prop_assert!(record.attempts().len() <= cap);
        }
    }

    #[test]
    fn every_try_is_asked_for_once_and_the_tries_of_a_message_are_numbered_from_1(history in histories()) {
        let run = history.run(&keyring());
        let mut asked = HashSet::new();
        let first = run.started.sends.iter();
        for SendTask { attempt, try_number } in first.chain(run.told.iter().flat_map(|told| told.outcome.sends())) {
            prop_assert!(asked.insert((*attempt, *try_number)));
            prop_assert!(*try_number >= 1);
            prop_assert!(*try_number == 1 || asked.contains(&(*attempt, try_number - 1)));
            prop_assert!(usize::from(*attempt) < run.last().attempts().len());
        }
    }

    #[test]
    fn a_fact_told_twice_at_one_time_changes_nothing_the_second_time(history in histories()) {
        let ring = keyring();
        for told in history.run(&ring).told {
            if told.act.is_fact() {
                let again = told.act.on(&told.after, &ring, told.now);
                prop_assert!(again.next().is_none_or(|next| *next == told.after), "{:?}", again);
                prop_assert_eq!(again.sends(), &[]);
                prop_assert_eq!(again.events(), &[]);
            }
        }
    }

    #[test]
    fn after_the_end_a_message_may_turn_out_to_have_left_and_nothing_else_is_noted(history in histories()) {
        for told in history.run(&keyring()).told {
            if told.before.status(told.now).is_final() && told.act != Act::Timeout {
                let taken = matches!(told.act, Act::Sent { result: Ok(_), .. });
                prop_assert!(taken || told.after == told.before);
                let left = told.outcome.events().iter().all(|event| matches!(event, Event::Sent { .. }));
                prop_assert!(left, "{:?}", told.outcome.events());
            }
        }
    }

    #[test]
    fn the_status_of_a_message_only_moves_forward(history in histories()) {
        for told in history.run(&keyring()).told {
            for (before, after) in told.before.attempts().iter().zip(told.after.attempts()) {
                prop_assert!(before.status() <= after.status());
                prop_assert_eq!(before.step(), after.step());
                prop_assert_eq!(before.prepared_at(), after.prepared_at());
                prop_assert!(before.sent_at().is_none() || before.sent_at() == after.sent_at());
                prop_assert!(before.message_id().is_none() || before.message_id() == after.message_id());
                prop_assert_eq!(after.failure().is_some(), after.status().is_failure());
            }
        }
    }

    #[test]
    fn a_message_is_told_as_sent_once_and_as_delivered_once(history in histories()) {
        let run = history.run(&keyring());
        let mut told = HashSet::new();
        for event in run.told.iter().flat_map(|told| told.outcome.events()) {
            if let Event::Sent { attempt } | Event::Delivered { attempt } = event {
                prop_assert!(told.insert((event.name(), *attempt)));
            }
        }
        for (number, attempt) in (0_u8..).zip(run.last().attempts()) {
            prop_assert_eq!(attempt.sent_at().is_some(), told.contains(&("sent", number)));
            let delivered = attempt.status() == countersign::AttemptStatus::Delivered;
            prop_assert_eq!(delivered, told.contains(&("delivered", number)));
        }
    }

    #[test]
    fn after_a_timeout_the_next_is_later_or_none_and_an_early_one_does_nothing(history in histories()) {
        let ring = keyring();
        let mut life = started(&history, &ring);
        for step in &history.moves {
            life.live(step);
            let (record, now) = (life.record(), own_time(life.record(), life.now()));
            match record.next_timeout() {
                Some(due) if due <= now => {
                    let next = record.handle_timeout(now).expect("something is due").next;
                    prop_assert!(next.next_timeout().is_none_or(|next| next > now));
                }
                Some(due) => {
                    let early = Timestamp::from_millis(due.as_millis() - 1);
                    prop_assert!(record.handle_timeout(now).is_none());
                    prop_assert!(record.handle_timeout(early).is_none());
                    prop_assert!(record.handle_timeout(due).is_some());
                }
                None => prop_assert!(record.handle_timeout(now).is_none()),
            }
        }
    }

    #[test]
    fn timeouts_alone_bring_every_verification_to_its_end_in_bounded_steps(history in histories()) {
        let run = history.run(&keyring());
        let mut record = run.last().clone();
        let policy = *record.policy();
        // Every message: tries without a result, giving it up, its silence; then the expiry.
        let most = usize::from(policy.message_cap()) * (usize::from(policy.unknown_retries()) + 3) + 1;
        let mut steps = 0;
        while let Some(due) = record.next_timeout() {
            record = record.handle_timeout(due).expect("it is due").next;
            steps += 1;
            prop_assert!(steps <= most);
        }
        prop_assert!(record.ended_at().is_some());
        prop_assert!(record.updated_at() <= record.expires_at().max(run.last().updated_at()));
    }

    #[test]
    fn any_order_of_the_same_reports_ends_in_the_same_status(
        history in histories(),
        (said, shuffled) in proptest::collection::vec(reports(), 1..=6)
            .prop_flat_map(|said| (Just(said.clone()), Just(said).prop_shuffle())),
    ) {
        let ring = keyring();
        let mut life = started(&history, &ring);
        for step in &history.moves {
            life.live(step);
        }
        let attempt = u8::try_from(life.record().attempts().len() - 1).expect("under the cap");
        let tell_all = |said: &[ReportedStatus]| {
            let mut life = life.clone();
            for status in said {
                life.tell(Act::Report { attempt, status: status.clone() });
            }
            life.record().clone()
        };
        let (one, other) = (tell_all(&said), tell_all(&shuffled));
        let status = |record: &Verification| record.attempts()[usize::from(attempt)].status();
        prop_assert_eq!(status(&one), status(&other));
        if one.steps().len() == 1 {
            prop_assert_eq!(shape(&one, life.now()), shape(&other, life.now()));
        }
        if !life.record().status(life.now()).is_final() {
            let best = said.iter().map(ReportedStatus::status).max();
            prop_assert_eq!(Some(status(&one)), best.max(Some(status(life.record()))));
        }
    }
}
