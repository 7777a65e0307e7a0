//! Messages that were stored and not sent, or sent and not noted.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::Limit;
use countersign::{
    AttemptStatus, Channel, CheckOutcome, Dispatch, Engine, FailureCause, Platform, Policy, Receipt, SendError,
    SendMode, StepIndex, Transport, VerificationStatus,
};
use countersign_testkit::fixtures::keyring;
use countersign_testkit::{FaultPlan, FaultTiming, SeededEntropy, StoreCall};

use crate::watched::{
    EMAIL, IMPATIENT_EMAIL, SMS, WORKSPACE, WatchedEngine, channel, request, statuses, whatsapp_step,
};

/// A provider that never answers: the process dies while it waits.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Transport for Silent {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_crash_between_storing_and_sending_is_healed_by_another_process() {
    let watched = WatchedEngine::new();
    let dying = Engine::builder(watched.store.clone(), keyring())
        .channel(SMS, Channel::new(Platform::Sms, Arc::new(Silent)))
        .clock(Arc::new(watched.clock.clone()))
        .entropy(Arc::new(SeededEntropy::new(9)))
        .build()
        .unwrap();
    {
        let mut start = Box::pin(dying.start(WORKSPACE, request([SMS])));
        let polled = start.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending), "it waits for the provider");
    }
    assert_eq!(watched.inner.len(), 1);

    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 0, "the lease still holds");
    watched.pass(Policy::default().send_lease());
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 1);
    let sent = watched.sms.sent();
    assert_eq!(sent.len(), 1);
    let id = sent[0].reference.verification();
    assert_eq!(watched.check(id, &watched.code(id)).await.unwrap().outcome, CheckOutcome::Verified);
}

#[tokio::test]
async fn a_send_whose_result_was_not_stored_is_made_again_with_the_same_reference_and_code() {
    let watched = WatchedEngine::new();
    watched.store.plan(Some(FaultPlan::once(0, FaultTiming::Before).only_for(StoreCall::Update)));
    let verification = watched.start(request([SMS])).await;
    assert_eq!(statuses(&verification), [AttemptStatus::Prepared], "nothing is told that is not stored");
    watched.pass(Duration::from_secs(30));
    watched.engine.run_due(Limit::MAX).await.unwrap();
    let sent = watched.sms.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].reference, sent[1].reference);
    assert_eq!(sent[0].code(), sent[1].code());
    assert_eq!(statuses(&watched.get(verification.id()).await), [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn unknown_outcomes_are_tried_again_with_growing_waits_and_then_fail_over() {
    let watched = WatchedEngine::new();
    for _ in 0..3 {
        watched.whatsapp.then_return(Err(SendError::Unknown { detail: None }));
    }
    let id = watched.start(request([whatsapp_step(), channel(SMS)])).await.id();
    for wait in [2, 4].map(Duration::from_secs) {
        let due = watched.get(id).await.next_timeout().unwrap();
        let waits = due.saturating_duration_since(watched.engine.now());
        assert!(waits <= wait && waits >= wait * 4 / 5, "{waits:?}");
        watched.pass(waits - Duration::from_millis(1));
        assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 0);
        watched.pass(Duration::from_millis(1));
        assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 1);
    }
    let tried = watched.whatsapp.sent_for(id);
    assert_eq!(tried.len(), 3);
    assert!(tried.iter().all(|message| message.reference == tried[0].reference && message.code() == tried[0].code()));
    let verification = watched.get(id).await;
    assert_eq!(statuses(&verification), [AttemptStatus::SendingFailed, AttemptStatus::Accepted]);
    assert_eq!(verification.attempts()[0].failure().unwrap().cause(), FailureCause::NotHandedOver);
    assert_eq!(verification.current_step(), StepIndex::new(1));
}

#[tokio::test]
async fn a_provider_that_names_its_wait_is_given_it() {
    let watched = WatchedEngine::new();
    let wait = Duration::from_secs(17);
    watched.sms.then_return(Err(SendError::NotSent { retry_after: Some(wait), detail: Some("429".to_owned()) }));
    let id = watched.start(request([SMS])).await.id();
    watched.pass(wait - Duration::from_millis(1));
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 0);
    watched.pass(Duration::from_millis(1));
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 1);
    assert_eq!(statuses(&watched.get(id).await), [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn a_provider_that_asks_for_more_than_the_patience_loses_the_message_to_the_next_step_at_once() {
    let watched = WatchedEngine::new();
    let retry_after = Some(Duration::from_secs(60));
    watched.whatsapp.then_return(Err(SendError::NotSent { retry_after, detail: Some("429".to_owned()) }));
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    assert_eq!(statuses(&verification), [AttemptStatus::SendingFailed, AttemptStatus::Accepted]);
    assert_eq!(watched.sms.sent().len(), 1);
}

#[tokio::test]
async fn the_message_of_a_provider_that_was_away_for_five_minutes_goes_out_when_it_is_back() {
    let watched = WatchedEngine::new();
    let away = || Err(SendError::NotSent { retry_after: None, detail: None });
    watched.sms.then_return(away());
    let id = watched.start(request([SMS])).await.id();
    for _ in 0..300 {
        watched.pass(Duration::from_secs(1));
        if watched.get(id).await.next_timeout().unwrap() <= watched.engine.now() {
            watched.sms.then_return(away());
        }
        watched.engine.run_due(Limit::MAX).await.unwrap();
    }
    assert_eq!(statuses(&watched.get(id).await), [AttemptStatus::Prepared]);
    for _ in 0..31 {
        watched.pass(Duration::from_secs(1));
        watched.engine.run_due(Limit::MAX).await.unwrap();
    }
    assert_eq!(statuses(&watched.get(id).await), [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn silence_fails_over_when_the_channel_has_a_delivery_timeout() {
    let watched = WatchedEngine::new();
    let id = watched.start(request([IMPATIENT_EMAIL, SMS])).await.id();
    watched.pass(Duration::from_secs(59));
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 0);
    watched.pass(Duration::from_secs(1));
    watched.engine.run_due(Limit::MAX).await.unwrap();
    let verification = watched.get(id).await;
    assert_eq!(verification.current_step(), StepIndex::new(1));
    assert_eq!(verification.attempts()[0].failure().unwrap().cause(), FailureCause::TimedOut);
    assert_eq!(statuses(&verification), [AttemptStatus::DeliveryFailed, AttemptStatus::Accepted]);
}

#[tokio::test]
async fn silence_is_no_failure_by_default() {
    let watched = WatchedEngine::new();
    let id = watched.start(request([EMAIL, SMS])).await.id();
    watched.pass(Duration::from_secs(599));
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 0);
    assert_eq!(watched.get(id).await.current_step(), StepIndex::FIRST);
}

#[tokio::test]
async fn nothing_is_sent_after_the_end_however_late_a_lease_runs_out() {
    let watched = WatchedEngine::with_policy(Policy::default().with_send_mode(SendMode::Deferred));
    let canceled = watched.start(request([SMS])).await.id();
    let expired = watched.start(request([SMS])).await.id();
    watched.engine.cancel(WORKSPACE, canceled).await.unwrap();
    watched.pass(Duration::from_secs(600));
    watched.engine.run_due(Limit::MAX).await.unwrap();
    assert!(watched.sms.sent().is_empty());
    assert_eq!(watched.get(expired).await.status(watched.engine.now()), VerificationStatus::Expired);
    assert_eq!(statuses(&watched.get(expired).await), [AttemptStatus::Prepared]);
}

#[tokio::test]
async fn a_process_without_the_channel_leaves_the_message_to_one_that_has_it() {
    let watched = WatchedEngine::with_policy(Policy::default().with_send_mode(SendMode::Deferred));
    let id = watched.start(request([SMS])).await.id();
    let poor = Engine::builder(watched.store.clone(), keyring())
        .channel(EMAIL, Channel::new(Platform::Email, watched.email.clone()))
        .clock(Arc::new(watched.clock.clone()))
        .build()
        .unwrap();
    poor.run_due(Limit::MAX).await.unwrap();
    assert_eq!(statuses(&watched.get(id).await), [AttemptStatus::Prepared]);
    watched.pass(Duration::from_secs(2));
    watched.engine.run_due(Limit::MAX).await.unwrap();
    assert_eq!(statuses(&watched.get(id).await), [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn many_runs_at_once_send_each_message_once() {
    let watched = WatchedEngine::with_policy(Policy::default().with_send_mode(SendMode::Deferred));
    for _ in 0..200 {
        watched.start(request([SMS])).await;
    }
    let mut runs = Vec::new();
    for _ in 0..8 {
        let engine = watched.other_engine(Policy::default());
        runs.push(tokio::spawn(async move { engine.run_due(Limit::MAX).await.unwrap() }));
    }
    let mut handled = 0;
    for run in runs {
        handled += run.await.unwrap().handled;
    }
    assert_eq!((handled, watched.sms.sent().len()), (200, 200));
}
