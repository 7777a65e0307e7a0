//! What holds while a message is not handed over, whatever its provider answers and whichever process stops.

use std::collections::HashMap;
use std::time::Duration;

use countersign::{
    AttemptStatus, EmailAddress, Locale, PhoneNumber, Plan, Platform, Receipt, Recipient, Route, SendError, SendResult,
    Start, Step, Template, Verification,
};
use countersign_testkit::history::{Act, Life, Pause, config, histories, keyring, starts};
use proptest::collection::vec;
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    config(concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/machine_retry_properties.txt"))
}

/// What comes of a try that does not hand the message over.
#[derive(Debug, Clone)]
enum Miss {
    /// The provider answers so, that share of the lease later, in hundredths.
    Answer(SendError, u32),
    /// The process that sends stops before it has a result.
    Crash,
}

fn misses() -> impl Strategy<Value = Vec<Miss>> {
    let wait = proptest::option::of((0_u64..=120_000).prop_map(Duration::from_millis));
    let error = prop_oneof![
        3 => wait.prop_map(|retry_after| SendError::NotSent { retry_after, detail: None }),
        1 => Just(SendError::Unknown { detail: None }),
    ];
    let answer = (error, prop_oneof![Just(0), 0_u32..100]).prop_map(|(error, share)| Miss::Answer(error, share));
    vec(prop_oneof![6 => answer, 1 => Just(Miss::Crash)], 1..20)
}

/// Starts over these platforms with every limit and every policy.
fn starts_over<const N: usize>(platforms: [Platform; N]) -> impl Strategy<Value = Start> {
    starts().prop_map(move |start| {
        let phone = PhoneNumber::parse("+31612345678").expect("a number");
        let recipient = Recipient::both(phone, EmailAddress::parse("grace@example.com").expect("an address"));
        let step = |platform: &Platform| {
            let step = Step::new(Route::Channel(countersign::ChannelId::new(uuid::Uuid::nil())), platform.clone());
            if *platform == Platform::WhatsApp { step.with_template(Template::default()) } else { step }
        };
        let plan = Plan::new(platforms.iter().map(step).collect(), &recipient).expect("a plan for both addresses");
        Start { plan, recipient, locale: Locale::default(), ..start }
    })
}

/// A life whose first message is tried, and whose timeouts come when they are due.
struct Trying<'a> {
    life: Life<'a>,
    /// The tries whose results have come, or never will.
    seen: usize,
}

impl<'a> Trying<'a> {
    fn start(start: Start, ring: &'a countersign::Keyring) -> Self {
        Self { life: Life::start(start, ring, 1, countersign_testkit::fixtures::EPOCH).0, seen: 0 }
    }

    /// Whether the first message is still to be handed over.
    fn goes_on(&self) -> bool {
        let record = self.life.record();
        record.ended_at().is_none() && record.attempts()[0].status() == AttemptStatus::Prepared
    }

    /// Lets the next try happen, and tells its number; none when time brought something else.
    fn next_try(&mut self) -> Option<u8> {
        if self.seen == self.life.tasks().len() {
            self.life.pause(Pause::UntilDue(0));
            self.life.tell(Act::Timeout);
        }
        let task = self.life.tasks().get(self.seen).copied().filter(|task| task.attempt == 0)?;
        self.seen += 1;
        Some(task.try_number)
    }

    fn result(&mut self, result: SendResult) {
        let task = self.life.tasks()[self.seen - 1];
        self.life.tell(Act::Sent { task, result });
    }

    fn miss(&mut self, miss: &Miss) {
        if let Miss::Answer(error, share) = miss {
            self.life.wait(self.life.record().policy().send_lease() * *share / 100);
            self.result(Err(error.clone()));
        }
    }
}

/// Whether the outcome of such a try is unknown.
fn is_unknown(miss: &Miss) -> bool {
    matches!(miss, Miss::Crash | Miss::Answer(SendError::Unknown { .. }, _))
}

fn own_time(record: &Verification, now: countersign::Timestamp) -> countersign::Timestamp {
    now.max(record.updated_at())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn while_another_platform_is_next_no_message_waits_longer_than_patience_and_lease_before_it_takes_over(
        start in starts_over([Platform::WhatsApp, Platform::Sms]),
        misses in misses(),
    ) {
        let ring = keyring();
        let policy = start.policy.with_message_cap(start.policy.message_cap().max(2));
        let mut trying = Trying::start(Start { policy, ..start }, &ring);
        let latest = trying.life.now().saturating_add(policy.patience() + policy.send_lease());
        let mut misses = misses.iter().cycle();
        while trying.goes_on() {
            prop_assert!(trying.life.now() <= latest);
            if trying.next_try().is_some() {
                trying.miss(misses.next().expect("there is always another"));
            }
        }
        let record = trying.life.record();
        prop_assert!(trying.life.now() <= latest);
        prop_assert!(record.ended_at().is_some() || record.attempts()[1].prepared_at() <= latest);
    }

    #[test]
    fn with_one_step_a_message_is_tried_within_half_a_minute_after_its_provider_is_back(
        start in starts_over([Platform::Sms]),
        away in 0_u64..3_600_000,
    ) {
        let ring = keyring();
        let mut trying = Trying::start(start, &ring);
        let expires_at = trying.life.record().expires_at();
        let back = trying.life.now().saturating_add(Duration::from_millis(away));
        while trying.goes_on() {
            if trying.next_try().is_some() {
                let is_back = trying.life.now() >= back;
                let away = Err(SendError::NotSent { retry_after: None, detail: None });
                trying.result(if is_back { Ok(Receipt::ByReference { message_id: None }) } else { away });
            }
        }
        let latest = back.saturating_add(Duration::from_secs(30));
        if latest < expires_at {
            prop_assert_eq!(trying.life.record().attempts()[0].status(), AttemptStatus::Accepted);
            prop_assert!(trying.life.record().attempts()[0].sent_at().is_some_and(|at| at <= latest));
        }
    }

    #[test]
    fn after_an_unknown_outcome_there_are_no_more_tries_than_the_policy_allows(
        start in starts_over([Platform::Sms]),
        misses in misses(),
    ) {
        let ring = keyring();
        let mut trying = Trying::start(start, &ring);
        let allowed = usize::from(trying.life.record().policy().unknown_retries());
        let mut misses = misses.iter().cycle();
        let mut since_unknown = None;
        while trying.goes_on() {
            if trying.next_try().is_none() {
                continue;
            }
            since_unknown = since_unknown.map(|tries| tries + 1);
            prop_assert!(since_unknown.is_none_or(|tries| tries <= allowed));
            let miss = misses.next().expect("there is always another");
            if is_unknown(miss) {
                since_unknown = since_unknown.or(Some(0));
            }
            trying.miss(miss);
        }
    }

    #[test]
    fn certain_failures_alone_give_a_message_up_only_when_no_further_try_fits_and_tries_keep_their_numbers(
        start in starts_over([Platform::Sms, Platform::Sms]),
        delay in 1_u64..10_000,
        retry_after in prop::option::of(Just(Duration::ZERO)),
    ) {
        let ring = keyring();
        let delay = Duration::from_millis(delay);
        let mut trying = Trying::start(Start { policy: start.policy.with_retry_delay(delay), ..start }, &ring);
        let mut last = 0;
        while trying.goes_on() {
            if let Some(number) = trying.next_try() {
                prop_assert_eq!(number, last + 1);
                last = number;
                trying.result(Err(SendError::NotSent { retry_after, detail: None }));
            }
        }
        let record = trying.life.record();
        prop_assert!(record.expires_at().saturating_duration_since(trying.life.now()) <= delay);
        prop_assert!(last < u8::MAX);
    }

    #[test]
    fn no_try_is_made_or_waited_for_at_or_after_the_expiry(history in histories()) {
        for told in history.run(&keyring()).told {
            let now = own_time(&told.before, told.now);
            prop_assert!(told.outcome.sends().is_empty() || now < told.before.expires_at());
            let Act::Sent { task, result: Err(_) } = &told.act else { continue };
            let is_prepared = told.after.attempts().get(usize::from(task.attempt))
                .is_some_and(|attempt| attempt.status() == AttemptStatus::Prepared);
            if told.outcome.next().is_some() && is_prepared {
                prop_assert!(told.after.next_timeout().is_some_and(|due| due < told.after.expires_at()));
            }
        }
    }

    #[test]
    fn what_a_provider_asks_for_is_never_undercut(history in histories()) {
        let mut earliest = HashMap::new();
        for told in history.run(&keyring()).told {
            let now = own_time(&told.before, told.now);
            for task in told.outcome.sends() {
                prop_assert!(earliest.get(&task.attempt).is_none_or(|earliest| now >= *earliest));
            }
            if let (Act::Sent { task, result: Err(error) }, Some(_)) = (&told.act, told.outcome.next()) {
                let asked = if let SendError::NotSent { retry_after, .. } = error { *retry_after } else { None };
                earliest.insert(task.attempt, now.saturating_add(asked.unwrap_or_default()));
            }
        }
    }
}
