//! Calls whose future is dropped at every place where it waits: each happened whole or not at all, and what it left
//! undone is done by whoever comes next.

mod doubles;
mod stage;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use countersign::store::Limit;
use countersign::{AttemptStatus, Channel, Engine, Platform, Policy, SendMode};
use countersign_testkit::history;
use futures::executor::block_on;
use proptest::collection::vec;
use proptest::prelude::*;

use doubles::{Habit, Provider, Undelivered, WaitingTransport};
use stage::{Call, Scenario, Scene, Settled, Stage};

use crate::watched::{SMS, WatchedEngine, request, statuses};

fn cases() -> ProptestConfig {
    let config = history::config(concat!(env!("CARGO_MANIFEST_DIR"), "/proptest-regressions/engine_cancel.txt"));
    // Each case is some sixty lives.
    ProptestConfig { cases: config.cases / 10, ..config }
}

fn step() -> impl Strategy<Value = Option<u8>> {
    prop_oneof![3 => Just(None), 1 => (0_u8..3).prop_map(Some)]
}

fn calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        Just(Call::Start),
        Just(Call::CheckRight),
        Just(Call::CheckWrong),
        step().prop_map(Call::Resend),
        step().prop_map(Call::Failover),
        Just(Call::Cancel),
        Just(Call::ReportDelivered),
        Just(Call::ReportFailed),
        Just(Call::RunDue),
    ]
}

fn habits() -> impl Strategy<Value = Habit> {
    prop_oneof![
        4 => Just(Habit::Takes),
        1 => Just(Habit::Refuses),
        1 => Just(Habit::MissesTheFirst),
        1 => Just(Habit::LeavesTheFirstUnanswered),
    ]
}

/// Time that passes leaves room for all that must happen before the verification ends, or is past its end.
fn scenes() -> impl Strategy<Value = Scene> {
    let time = prop_oneof![6 => Just(31), 3 => Just(61), 1 => Just(700)];
    prop_oneof![
        3 => calls().prop_map(Scene::Call),
        2 => time.prop_map(|seconds| Scene::Pass(Duration::from_secs(seconds))),
    ]
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let sending = prop_oneof![Just(SendMode::Inline), Just(SendMode::Deferred)];
    let around = (sending, [habits(), habits(), habits()], vec(0_u8..5, 1..4));
    (around, vec(scenes(), 0..5), calls(), any::<bool>()).prop_map(|((sending, habits, plan), scenes, call, again)| {
        let before = std::iter::once(Scene::Call(Call::Start)).chain(scenes).collect();
        // A second start is another verification, and a second failover moves on.
        let repeat = again && !matches!(call, Call::Start | Call::Failover(_));
        Scenario { sending, habits, plan, before, call, repeat }
    })
}

/// What came of a scenario whose call was dropped.
struct Life {
    settled: Settled,
    /// Whether the call had ended when it was dropped.
    ended: bool,
    stage: Stage,
}

impl Life {
    async fn dropped_after(scenario: &Scenario, polls: usize, undelivered: Undelivered) -> Self {
        let mut stage = Stage::set(scenario, undelivered).await;
        let ended = stage.drop_call_after(polls);
        Self { settled: stage.settle().await, ended, stage }
    }
}

async fn assert_whole_or_not_at_all(scenario: &Scenario) {
    let never_called = Life::dropped_after(scenario, 0, Undelivered::Lost).await;
    let called = Life::dropped_after(scenario, usize::MAX, Undelivered::Lost).await;
    assert!(called.ended);
    for undelivered in [Undelivered::Lost, Undelivered::Late] {
        for polls in 1.. {
            let life = Life::dropped_after(scenario, polls, undelivered).await;
            let place = format!("dropped at await {polls}, a write on its way {undelivered:?}: {scenario:#?}");
            // What is due is done in any case: by the run that was dropped, or by the next.
            let happened = life.stage.shared.applied() > 0 || scenario.call == Call::RunDue;
            let undisturbed = if happened { &called } else { &never_called };
            assert_eq!(life.settled, undisturbed.settled, "{place}");
            let tries = undisturbed.stage.got();
            for (reference, codes) in life.stage.got() {
                assert!(codes.iter().all(|code| *code == codes[0]), "one message, several codes: {place}");
                let most = 1 + tries.get(&reference).map_or(0, Vec::len);
                assert!(codes.len() <= most, "sent more than once more: {place}");
            }
            if life.ended {
                // A store and a provider that never waited would prove nothing.
                let places = if scenario.call == Call::Start && scenario.sending == SendMode::Inline { 6 } else { 0 };
                assert!(polls > places, "an insert, a send and an update wait twice each: {place}");
                break;
            }
        }
    }
}

#[test]
fn a_dropped_send_has_an_unknown_outcome_and_one_more_than_the_policy_allows_fails_the_message() {
    let policy = Policy::default().with_send_mode(SendMode::Deferred).with_unknown_retries(1);
    let world = WatchedEngine::with_policy(policy);
    let provider = Arc::new(Provider::new(Habit::Takes));
    let dropping = Engine::builder(world.store.clone(), countersign_testkit::fixtures::keyring())
        .channel(SMS, Channel::new(Platform::Sms, Arc::new(WaitingTransport(provider.clone()))))
        .clock(Arc::new(world.clock.clone()))
        .build()
        .unwrap();
    let id = block_on(world.start(request([SMS]))).id();
    for expected in [AttemptStatus::Prepared, AttemptStatus::Prepared, AttemptStatus::SendingFailed] {
        assert!(poll_once(dropping.run_due(Limit::MAX)) == (expected == AttemptStatus::SendingFailed), "it waits");
        world.pass(Duration::from_secs(31));
        assert_eq!(statuses(&block_on(world.get(id))), [expected]);
    }
    assert!(provider.got().is_empty());
}

/// Polls a future once, drops it, and tells whether it had ended.
fn poll_once(future: impl Future) -> bool {
    pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_dropped_call_happened_whole_or_not_at_all_and_the_next_run_does_what_is_left(scenario in scenarios()) {
        block_on(assert_whole_or_not_at_all(&scenario));
    }
}
