//! One store and one set of providers with two engines over them: one whose calls get dropped, and one that goes on.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use countersign::store::{Limit, Query};
use countersign::{
    AttemptId, AttemptStatus, Channel, CheckOutcome, Engine, EngineBuilder, EngineError, Platform, Policy, Report,
    ReportedStatus, RequestedStep, SendMode, StepIndex, Store, Transport, Verification, VerificationId,
    VerificationStatus,
};
use countersign_testkit::{SeededEntropy, SteppedClock};

use super::doubles::{Habit, PlainStore, Provider, Shared, Undelivered, WaitingStore, WaitingTransport};
use crate::watched::{
    EMAIL, IMPATIENT_EMAIL, OTHER_SMS, SMS, WHATSAPP, WORKSPACE, attempts_allowed, channel, codes_of, request,
    whatsapp_step,
};

/// What is asked of an engine. Each but a start and a run is of the verification that was started last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Start,
    CheckRight,
    CheckWrong,
    Resend(Option<u8>),
    Failover(Option<u8>),
    Cancel,
    ReportDelivered,
    ReportFailed,
    RunDue,
}

/// A call, or time that passes.
#[derive(Debug, Clone, Copy)]
pub enum Scene {
    Call(Call),
    Pass(Duration),
}

/// What leads to the call that gets dropped, and how things stand around it.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub sending: SendMode,
    /// SMS, WhatsApp, email.
    pub habits: [Habit; 3],
    /// Of 0 to 4: see [`Stage::step`].
    pub plan: Vec<u8>,
    pub before: Vec<Scene>,
    pub call: Call,
    /// Whether the caller asks for the same once more, after a call that was dropped.
    pub repeat: bool,
}

/// What a caller was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Done,
    Found(CheckOutcome),
    Refused,
}

/// What became of a verification: nothing of when or how often it was tried.
#[derive(Debug, PartialEq, Eq)]
pub struct Fate {
    id: VerificationId,
    status: VerificationStatus,
    failed_checks: u8,
    current_step: StepIndex,
    attempts: Vec<(StepIndex, AttemptStatus)>,
}

/// What is left of all when things have settled.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled {
    pub verifications: Vec<Fate>,
    /// What the repetition was told, and what the right code was told at the end.
    pub told: Vec<Told>,
}

pub struct Stage {
    pub shared: Arc<Shared>,
    clock: SteppedClock,
    providers: [Arc<Provider>; 3],
    dropping: Engine,
    other: Engine,
    scenario: Scenario,
    /// The verification that was started last, and its latest message before the call.
    current: Option<(VerificationId, AttemptId)>,
}

impl Stage {
    /// The stage as the call that gets dropped finds it.
    pub async fn set(scenario: &Scenario, undelivered: Undelivered) -> Self {
        let shared = Arc::new(Shared::new(undelivered));
        let clock = SteppedClock::default();
        let providers = scenario.habits.map(|habit| Arc::new(Provider::new(habit)));
        let waiting =
            providers.each_ref().map(|provider| -> Arc<dyn Transport> { Arc::new(WaitingTransport(provider.clone())) });
        let plain = providers.each_ref().map(|provider| -> Arc<dyn Transport> { provider.clone() });
        let engine = |store: Arc<dyn Store>, transports, seed| {
            with_channels(Engine::builder(store, countersign_testkit::fixtures::keyring()), transports)
                // What is compared is the same only if nothing fails over because a dropped send took its time.
                .policy(Policy::default().with_send_mode(scenario.sending).with_patience(Duration::from_secs(3_600)))
                .clock(Arc::new(clock.clone()))
                .entropy(Arc::new(SeededEntropy::new(seed)))
                .build()
                .unwrap()
        };
        let dropping = engine(Arc::new(WaitingStore(shared.clone())), waiting, 7);
        let other = engine(Arc::new(PlainStore(shared.clone())), plain, 8);
        let scenario = scenario.clone();
        let mut stage = Self { shared, clock, providers, dropping, other, scenario, current: None };
        for scene in stage.scenario.before.clone() {
            match scene {
                Scene::Call(call) => {
                    stage.perform(&stage.other, call).await;
                    stage.clock.advance(Duration::from_millis(1));
                    stage.current = stage.newest().await;
                }
                Scene::Pass(time) => {
                    stage.clock.advance(time);
                }
            }
        }
        stage
    }

    /// Makes the call and drops it at its `polls`th await, or where it ends; tells whether it ended.
    pub fn drop_call_after(&self, polls: usize) -> bool {
        let mut call = pin!(self.perform(&self.dropping, self.scenario.call));
        let mut context = Context::from_waker(Waker::noop());
        (0..polls).any(|_| matches!(call.as_mut().poll(&mut context), Poll::Ready(_)))
    }

    /// Lets another handle go on, until nothing is left to be done.
    pub async fn settle(&mut self) -> Settled {
        let mut told = Vec::new();
        if self.scenario.repeat {
            told.push(self.perform(&self.other, self.scenario.call).await);
        }
        // Each round is longer than a lease and than any wait between tries; all of them are shorter than a timeout.
        for _ in 0..10 {
            self.clock.advance(Duration::from_secs(31));
            self.other.run_due(Limit::MAX).await.unwrap();
            self.other.run_due(Limit::MAX).await.unwrap();
        }
        self.current = self.newest().await;
        told.push(self.perform(&self.other, Call::CheckRight).await);
        let now = self.other.now();
        let fate = |stored: &Verification| Fate {
            id: stored.id(),
            status: stored.status(now),
            failed_checks: stored.failed_checks(),
            current_step: stored.current_step(),
            attempts: stored.attempts().iter().map(|attempt| (attempt.step(), attempt.status())).collect(),
        };
        let verifications = self.stored().await.iter().map(fate).collect();
        Settled { verifications, told }
    }

    /// Every message that a provider got, with the codes of its tries.
    pub fn got(&self) -> HashMap<AttemptId, Vec<String>> {
        self.providers.iter().flat_map(|provider| provider.got()).collect()
    }

    async fn perform(&self, engine: &Engine, call: Call) -> Told {
        if call == Call::Start {
            let steps = self.scenario.plan.iter().map(|step| step_of(*step));
            return told(engine.start(WORKSPACE, request(steps).limits(attempts_allowed(3))).await.map(drop));
        }
        if call == Call::RunDue {
            return told(engine.run_due(Limit::MAX).await.map(drop));
        }
        let Some((id, latest)) = self.current else { return Told::Done };
        let stored = self.shared.store.load(id).await.unwrap().unwrap().verification;
        let report = |status| Report::by_reference(latest, status);
        match call {
            Call::Start | Call::RunDue => unreachable!("done above"),
            Call::CheckRight | Call::CheckWrong => {
                let (right, wrong) = codes_of(&stored);
                let code = if call == Call::CheckRight { right } else { wrong };
                match engine.check(WORKSPACE, id, &code).await {
                    Ok(reply) => Told::Found(reply.outcome),
                    Err(error) => told(Err(error)),
                }
            }
            Call::Resend(step) => told(engine.resend(WORKSPACE, id, step.map(StepIndex::new)).await.map(drop)),
            Call::Failover(step) => told(engine.failover(WORKSPACE, id, step.map(StepIndex::new)).await.map(drop)),
            Call::Cancel => told(engine.cancel(WORKSPACE, id).await.map(drop)),
            Call::ReportDelivered => told(engine.report(WORKSPACE, &report(ReportedStatus::Delivered)).await.map(drop)),
            Call::ReportFailed => {
                let failed = ReportedStatus::DeliveryFailed { detail: None };
                told(engine.report(WORKSPACE, &report(failed)).await.map(drop))
            }
        }
    }

    async fn newest(&self) -> Option<(VerificationId, AttemptId)> {
        let stored = self.stored().await;
        let newest = stored.first()?;
        let latest = newest.attempts().len() - 1;
        Some((newest.id(), newest.attempt_id(latest.try_into().unwrap())))
    }

    async fn stored(&self) -> Vec<Verification> {
        let query = Query { limit: Limit::MAX, ..Query::default() };
        self.shared.store.list(WORKSPACE, &query).await.unwrap().verifications
    }
}

fn told(result: Result<(), EngineError>) -> Told {
    match result {
        Ok(()) => Told::Done,
        Err(EngineError::Refused(_)) => Told::Refused,
        Err(other) => panic!("{other:?}"),
    }
}

fn step_of(number: u8) -> RequestedStep {
    match number {
        0 => channel(SMS),
        1 => whatsapp_step(),
        2 => channel(EMAIL),
        3 => channel(OTHER_SMS),
        _ => channel(IMPATIENT_EMAIL),
    }
}

fn with_channels(builder: EngineBuilder, [sms, whatsapp, email]: [Arc<dyn Transport>; 3]) -> EngineBuilder {
    let impatient = Channel::new(Platform::Email, email.clone()).with_delivery_timeout(Duration::from_secs(60));
    builder
        .channel(SMS, Channel::new(Platform::Sms, sms.clone()))
        .channel(OTHER_SMS, Channel::new(Platform::Sms, sms))
        .channel(WHATSAPP, Channel::new(Platform::WhatsApp, whatsapp))
        .channel(EMAIL, Channel::new(Platform::Email, email))
        .channel(IMPATIENT_EMAIL, impatient)
}
