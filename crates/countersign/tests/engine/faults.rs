//! A store that fails at every possible call, one after the other: never an answer that was not stored, never a free
//! guess, never a second success.

use std::time::Duration;

use countersign::store::{Limit, Query};
use countersign::{
    CheckOutcome, EngineError, Policy, Report, ReportedStatus, SendError, SubmittedCode, Verification, VerificationId,
    VerificationStatus,
};
use countersign_testkit::{FaultPlan, FaultTiming};

use crate::watched::{SMS, WORKSPACE, WatchedEngine, channel, request, whatsapp_step};

/// What the caller of one life was told.
#[derive(Debug, Default)]
struct Told {
    wrong_answers: u8,
    successes: usize,
    errors: usize,
}

impl Told {
    fn note<T>(&mut self, result: Result<T, EngineError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(EngineError::Unavailable(_)) => {
                self.errors += 1;
                None
            }
            // A change that was stored and not told makes the next call meet an ended verification.
            Err(EngineError::Refused(_)) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// An answer counts only if the store has it: every reply is compared with what is stored.
    async fn check(&mut self, watched: &WatchedEngine, id: VerificationId, code: &SubmittedCode) {
        let Some(reply) = self.note(watched.check(id, code).await) else { return };
        assert_eq!(watched.get(id).await, reply.verification, "answered and not stored");
        match reply.outcome {
            CheckOutcome::Verified => self.successes += 1,
            CheckOutcome::Mismatch { failed, .. } => {
                self.wrong_answers += 1;
                assert_eq!(failed, reply.verification.failed_checks());
            }
            CheckOutcome::Exhausted => self.wrong_answers += 1,
        }
    }
}

/// Everything that an engine does, once: with a fault somewhere in it.
async fn live(watched: &WatchedEngine) -> (Told, Option<VerificationId>) {
    let mut told = Told::default();
    let engine = &watched.engine;
    watched.whatsapp.then_return(Err(SendError::Unknown { detail: None }));
    let Some(started) = told.note(engine.start(WORKSPACE, request([whatsapp_step(), channel(SMS)])).await) else {
        assert!(watched.whatsapp.sent().is_empty(), "sent, and not known to be stored");
        return (told, None);
    };
    let id = started.id();
    let right = watched.code(id);
    let wrong = watched.wrong_code(&started);
    told.check(watched, id, &wrong).await;
    watched.pass(Duration::from_secs(31));
    told.note(engine.run_due(Limit::MAX).await);
    told.note(engine.resend(WORKSPACE, id, None).await);
    let report = Report::by_reference(started.attempt_id(0), ReportedStatus::Sent);
    told.note(engine.report(WORKSPACE, &report).await);
    told.note(engine.failover(WORKSPACE, id, None).await);
    told.note(engine.list(WORKSPACE, &Query::default()).await);
    told.note(engine.find_open(WORKSPACE, started.recipient(), Limit::MAX).await);
    told.note(engine.get(WORKSPACE, id).await);
    told.check(watched, id, &wrong).await;
    told.check(watched, id, &right).await;
    told.check(watched, id, &right).await;
    (told, Some(id))
}

fn assert_sound(told: &Told, stored: &Verification) {
    let max = stored.limits().max_attempts.get();
    assert!(told.wrong_answers <= stored.failed_checks(), "an answer that was not charged: {told:?}");
    assert!(stored.failed_checks() <= max);
    assert!(told.successes <= 1, "{told:?}");
    if told.successes == 1 {
        assert_eq!(stored.status(stored.updated_at()), VerificationStatus::Verified);
    }
}

#[tokio::test]
async fn a_failing_store_never_gives_a_free_guess_or_an_answer_that_was_not_stored() {
    let watched = WatchedEngine::with_policy(Policy::default());
    let (told, id) = live(&watched).await;
    assert_eq!((told.errors, told.successes, told.wrong_answers), (0, 1, 2), "the life without a fault");
    assert!(id.is_some());
    let calls = watched.store.calls();
    assert!(calls > 20, "{calls} calls");

    for call in 0..calls {
        for plan in [
            FaultPlan::once(call, FaultTiming::Before),
            FaultPlan::once(call, FaultTiming::After),
            FaultPlan::starting_at(call, FaultTiming::Before),
            FaultPlan::starting_at(call, FaultTiming::After),
        ] {
            let watched = WatchedEngine::with_policy(Policy::default());
            watched.store.plan(Some(plan));
            let (told, id) = live(&watched).await;
            let Some(id) = id else { continue };
            assert_sound(&told, &watched.get(id).await);
        }
    }
}

#[tokio::test]
async fn a_store_that_is_away_judges_no_code() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let (right, wrong) = (watched.code(verification.id()), watched.wrong_code(&verification));
    watched.store.plan(Some(FaultPlan::starting_at(0, FaultTiming::Before)));
    for code in [&wrong, &right] {
        let error = watched.check(verification.id(), code).await.unwrap_err();
        assert!(matches!(error, EngineError::Unavailable(_)));
        assert!(error.retry_after().is_some());
    }
    assert_eq!(watched.get(verification.id()).await, verification);
    watched.store.plan(None);
    assert_eq!(watched.check(verification.id(), &right).await.unwrap().outcome, CheckOutcome::Verified);
}

#[tokio::test]
async fn after_a_fault_anywhere_in_a_start_the_message_still_goes_out_once_the_store_is_back() {
    let watched = WatchedEngine::new();
    watched.start(request([SMS])).await;
    let calls = watched.store.calls();
    for call in 0..calls {
        for when in [FaultTiming::Before, FaultTiming::After] {
            let watched = WatchedEngine::new();
            watched.store.plan(Some(FaultPlan::once(call, when)));
            let started = watched.engine.start(WORKSPACE, request([SMS])).await;
            watched.store.plan(None);
            watched.pass(Duration::from_secs(31));
            watched.engine.run_due(Limit::MAX).await.unwrap();
            // A start that failed before anything was stored sends nothing; every other one sends.
            let stored = watched.inner.len();
            assert_eq!(stored, usize::from(call > 0 || when == FaultTiming::After), "call {call}, {when:?}");
            assert!(started.is_err() || stored == 1);
            let references: Vec<_> = watched.sms.sent().iter().map(|message| message.reference).collect();
            assert!(references.len() >= stored && references.iter().all(|reference| *reference == references[0]));
        }
    }
}
