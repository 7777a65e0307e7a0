use std::time::Duration;

use countersign::{
    AttemptId, AttemptStatus, CheckOutcome, MessageId, Report, ReportedStatus, SendError, StepIndex, VerificationStatus,
};

use crate::watched::{ELSEWHERE, SMS, WORKSPACE, WatchedEngine, channel, request, statuses, whatsapp_step};

fn failed() -> ReportedStatus {
    ReportedStatus::DeliveryFailed { detail: Some("unknown_subscriber".to_owned()) }
}

#[tokio::test]
async fn an_undelivered_whatsapp_sends_the_sms_by_itself() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    let report = Report::by_reference(verification.attempt_id(0), failed());
    assert!(watched.engine.report(WORKSPACE, &report).await.unwrap().is_some());
    let verification = watched.get(verification.id()).await;
    assert_eq!(verification.current_step(), StepIndex::new(1));
    assert_eq!(statuses(&verification), [AttemptStatus::DeliveryFailed, AttemptStatus::Accepted]);
    assert_eq!(watched.sms.sent().len(), 1);
}

#[tokio::test]
async fn a_report_that_names_the_providers_id_finds_its_message() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let message = verification.attempts()[0].message_id().unwrap().clone();
    let report = Report::by_message_id(message, ReportedStatus::Delivered);
    assert!(watched.engine.report(WORKSPACE, &report).await.unwrap().is_some());
    assert!(watched.engine.report(WORKSPACE, &report).await.unwrap().is_none(), "told again, it changes nothing");
    assert_eq!(statuses(&watched.get(verification.id()).await), [AttemptStatus::Delivered]);
    assert_eq!(watched.observer.names_of(verification.id()), ["created", "sent", "delivered"]);
}

#[tokio::test]
async fn reports_on_what_nobody_knows_are_harmless() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let stranger: AttemptId = "01890a5d-ac96-774b-bcce-b302099a8057.0".parse().unwrap();
    for report in [
        Report::by_reference(stranger, failed()),
        Report::by_reference(verification.attempt_id(9), failed()),
        Report::by_message_id(MessageId::new("never heard of").unwrap(), failed()),
    ] {
        assert!(watched.engine.report(WORKSPACE, &report).await.unwrap().is_none());
    }
    let own = Report::by_reference(verification.attempt_id(0), failed());
    assert!(
        watched.engine.report(ELSEWHERE, &own).await.unwrap().is_none(),
        "another workspace speaks for its own messages only"
    );
    assert_eq!(watched.get(verification.id()).await, verification);
}

#[tokio::test]
async fn a_late_failure_after_delivery_changes_nothing() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    let on = |status| Report::by_reference(verification.attempt_id(0), status);
    assert!(watched.engine.report(WORKSPACE, &on(ReportedStatus::Delivered)).await.unwrap().is_some());
    let delivered = watched.get(verification.id()).await;
    for late in [failed(), ReportedStatus::Sent, ReportedStatus::Accepted] {
        assert!(watched.engine.report(WORKSPACE, &on(late)).await.unwrap().is_none());
    }
    assert_eq!(watched.get(verification.id()).await, delivered);
    assert!(watched.sms.sent().is_empty());
}

#[tokio::test]
async fn a_report_after_the_end_changes_nothing_and_sends_nothing() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    let reply = watched.check(verification.id(), &watched.code(verification.id())).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Verified);
    let report = Report::by_reference(verification.attempt_id(0), failed());
    assert!(watched.engine.report(WORKSPACE, &report).await.unwrap().is_none());
    assert_eq!(watched.get(verification.id()).await, reply.verification);
    assert!(watched.sms.sent().is_empty());
}

#[tokio::test]
async fn a_report_that_overtakes_the_answer_to_its_send_is_kept() {
    let watched = WatchedEngine::new();
    let other = watched.other_engine(countersign::Policy::default());
    // The provider reports delivery before it answers the send.
    watched.whatsapp.on_send(Box::new(move |dispatch| {
        let report = Report::by_reference(dispatch.reference(), ReportedStatus::Delivered);
        assert!(futures::executor::block_on(other.report(WORKSPACE, &report)).unwrap().is_some());
    }));
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    assert_eq!(statuses(&verification), [AttemptStatus::Delivered]);
    assert_eq!(watched.get(verification.id()).await.status(watched.engine.now()), VerificationStatus::Pending);
}

#[tokio::test]
async fn a_person_may_type_the_code_before_the_provider_has_answered() {
    let watched = WatchedEngine::new();
    let other = watched.other_engine(countersign::Policy::default());
    watched.sms.on_send(Box::new(move |dispatch| {
        let code = dispatch.code().expose().parse().unwrap();
        let id = dispatch.reference().verification();
        let reply = futures::executor::block_on(other.check(WORKSPACE, id, &code)).unwrap();
        assert_eq!(reply.outcome, CheckOutcome::Verified);
    }));
    let verification = watched.start(request([SMS])).await;
    assert_eq!(verification.status(watched.engine.now()), VerificationStatus::Verified);
    assert_eq!(statuses(&verification), [AttemptStatus::Accepted], "the books are completed");
}

#[tokio::test]
async fn a_refusal_after_the_end_fails_nothing_over() {
    let watched = WatchedEngine::new();
    let other = watched.other_engine(countersign::Policy::default());
    watched.whatsapp.then_return(Err(SendError::Refused { detail: None }));
    watched.whatsapp.on_send(Box::new(move |dispatch| {
        let id = dispatch.reference().verification();
        futures::executor::block_on(other.cancel(WORKSPACE, id)).unwrap();
    }));
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    assert!(watched.sms.sent().is_empty());
    let stored = watched.get(verification.id()).await;
    assert_eq!(stored.status(watched.engine.now()), VerificationStatus::Canceled);
    assert_eq!(stored.current_step(), StepIndex::FIRST);
}

#[tokio::test]
async fn a_clock_that_steps_back_neither_revives_nor_rewinds() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let started_at = watched.engine.now();
    watched.pass(Duration::from_secs(300));
    let wrong = watched.wrong_code(&verification);
    let _ = watched.check(verification.id(), &wrong).await.unwrap();
    let before = watched.get(verification.id()).await;
    watched.clock.set(started_at);
    let reply = watched.check(verification.id(), &wrong).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Mismatch { failed: 2, remaining: 1 });
    assert!(reply.verification.updated_at() >= before.updated_at());
    assert_eq!(reply.verification.expires_at(), verification.expires_at());
}
