use std::time::Duration;

use countersign::store::{Limit, Order, Query};
use countersign::{
    AttemptStatus, CheckOutcome, EngineError, Policy, Recipient, Refusal, SendError, SendMode, StartRequest, StepIndex,
    Store, VerificationStatus,
};

use crate::watched::{
    ELSEWHERE, EMAIL, OTHER_SMS, SMS, WORKSPACE, WatchedEngine, attempts_allowed, channel, limits, phone, request,
    statuses, whatsapp_step,
};

#[tokio::test]
async fn a_start_gives_back_a_verification_whose_first_message_was_handed_over() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    assert_eq!(verification.status(watched.engine.now()), VerificationStatus::Pending);
    assert_eq!(statuses(&verification), [AttemptStatus::Accepted]);
    assert!(verification.attempts()[0].message_id().is_some());
    assert_eq!(verification.locale().as_str(), "nl-NL");
    assert_eq!(watched.sms.sent().len(), 1);
    assert_eq!(watched.sms.sent()[0].reference, verification.attempt_id(0));
    assert_eq!(watched.get(verification.id()).await, verification);
}

#[tokio::test]
async fn a_deferred_start_is_sent_by_the_next_run_and_only_once() {
    let watched = WatchedEngine::with_policy(Policy::default().with_send_mode(SendMode::Deferred));
    let verification = watched.start(request([SMS])).await;
    assert_eq!(verification.status(watched.engine.now()), VerificationStatus::Accepted);
    assert!(watched.sms.sent().is_empty());
    let report = watched.engine.run_due(Limit::MAX).await.unwrap();
    assert_eq!((report.handled, report.taken, report.failed, report.more), (1, 0, 0, false));
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 0);
    assert_eq!(watched.sms.sent().len(), 1);
    assert_eq!(statuses(&watched.get(verification.id()).await), [AttemptStatus::Accepted]);
}

#[tokio::test]
async fn the_right_code_verifies_once_and_never_again() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let code = watched.code(verification.id());
    let reply = watched.check(verification.id(), &code).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Verified);
    assert_eq!(reply.verification.status(watched.engine.now()), VerificationStatus::Verified);
    assert_eq!(reply.verification.credited_attempt(), Some((0, watched.engine.now())));
    let again = watched.check(verification.id(), &code).await.unwrap_err();
    let EngineError::Refused(refusal) = again else { panic!("{again:?}") };
    assert_eq!(refusal, Refusal::UnexpectedStatus(VerificationStatus::Verified));
    assert_eq!(refusal.to_string(), "the verification is already verified: start a new one");
}

#[tokio::test]
async fn wrong_codes_count_down_and_the_last_one_fails_the_verification() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let (right, wrong) = (watched.code(verification.id()), watched.wrong_code(&verification));
    for (failed, remaining) in [(1, 2), (2, 1)] {
        let reply = watched.check(verification.id(), &wrong).await.unwrap();
        assert_eq!(reply.outcome, CheckOutcome::Mismatch { failed, remaining });
    }
    let last = watched.check(verification.id(), &wrong).await.unwrap();
    assert_eq!(last.outcome, CheckOutcome::Exhausted);
    for code in [&wrong, &right] {
        let refused = watched.check(verification.id(), code).await.unwrap_err();
        assert!(matches!(refused, EngineError::Refused(Refusal::MaxAttemptsReached)));
    }
    let resend = watched.engine.resend(WORKSPACE, verification.id(), None).await.unwrap_err();
    let failover = watched.engine.failover(WORKSPACE, verification.id(), None).await.unwrap_err();
    for refused in [resend, failover] {
        assert!(matches!(refused, EngineError::Refused(Refusal::MaxAttemptsReached)));
    }
    assert_eq!(watched.get(verification.id()).await.failed_checks(), 3);
}

#[tokio::test]
async fn a_message_that_the_provider_refuses_fails_over_before_the_start_returns() {
    let watched = WatchedEngine::new();
    watched.whatsapp.then_return(Err(SendError::Refused { detail: Some("no such template".to_owned()) }));
    let verification = watched.start(request([whatsapp_step(), channel(SMS)])).await;
    assert_eq!(verification.current_step(), StepIndex::new(1));
    assert_eq!(statuses(&verification), [AttemptStatus::SendingFailed, AttemptStatus::Accepted]);
    assert_eq!(verification.attempts()[0].failure().unwrap().detail(), Some("no such template"));
    let names = watched.observer.names_of(verification.id());
    assert_eq!(names, ["created", "undelivered", "failed_over", "sent"]);
    let reply = watched.check(verification.id(), &watched.code(verification.id())).await.unwrap();
    assert_eq!(reply.verification.credited_attempt().map(|(attempt, _)| attempt), Some(1));
}

#[tokio::test]
async fn a_refused_sms_does_not_fail_over_to_another_sms_by_itself_but_does_when_asked() {
    let watched = WatchedEngine::new();
    watched.sms.then_return(Err(SendError::Refused { detail: None }));
    let verification = watched.start(request([SMS, OTHER_SMS])).await;
    assert_eq!(verification.current_step(), StepIndex::FIRST);
    assert_eq!(statuses(&verification), [AttemptStatus::SendingFailed]);
    let verification = watched.engine.failover(WORKSPACE, verification.id(), None).await.unwrap();
    assert_eq!(statuses(&verification), [AttemptStatus::SendingFailed, AttemptStatus::Accepted]);
    assert_eq!(verification.current_step(), StepIndex::new(1));
}

#[tokio::test]
async fn every_message_of_a_verification_carries_the_same_code() {
    let watched = WatchedEngine::with_policy(Policy::default().with_resend_cooldown(Duration::ZERO));
    let id = watched.start(request([channel(SMS), whatsapp_step(), channel(EMAIL)])).await.id();
    watched.engine.resend(WORKSPACE, id, None).await.unwrap();
    watched.engine.failover(WORKSPACE, id, None).await.unwrap();
    watched.engine.failover(WORKSPACE, id, None).await.unwrap();
    let sent: Vec<_> =
        [&watched.sms, &watched.whatsapp, &watched.email].iter().flat_map(|provider| provider.sent_for(id)).collect();
    assert_eq!(sent.len(), 4);
    assert!(sent.iter().all(|message| message.code() == sent[0].code()));
}

#[tokio::test]
async fn a_resend_waits_for_the_cooldown_and_stops_at_the_cap() {
    let watched = WatchedEngine::with_policy(Policy::default().with_message_cap(2));
    let id = watched.start(request([SMS])).await.id();
    watched.pass(Duration::from_millis(29_001));
    let early = watched.engine.resend(WORKSPACE, id, None).await.unwrap_err();
    assert!(matches!(early, EngineError::Refused(Refusal::Cooldown { .. })));
    assert_eq!(early.retry_after(), Some(Duration::from_secs(1)));
    watched.pass(Duration::from_millis(999));
    watched.engine.resend(WORKSPACE, id, None).await.unwrap();
    watched.pass(Duration::from_secs(60));
    let capped = watched.engine.resend(WORKSPACE, id, None).await.unwrap_err();
    assert!(matches!(capped, EngineError::Refused(Refusal::MessageCap { .. })));
    assert_eq!(capped.retry_after(), Some(Duration::from_secs(510)));
    assert_eq!(watched.sms.sent().len(), 2);
}

#[tokio::test]
async fn a_second_start_for_the_same_person_leaves_the_first_valid() {
    let watched = WatchedEngine::new();
    let first = watched.start(request([SMS])).await;
    let first_code = watched.code(first.id());
    let second = watched.start(request([SMS])).await;
    assert_ne!(first.id(), second.id());
    let crossed = watched.check(second.id(), &first_code).await.unwrap();
    assert_eq!(crossed.outcome, CheckOutcome::Mismatch { failed: 1, remaining: 2 });
    assert_eq!(watched.check(first.id(), &first_code).await.unwrap().outcome, CheckOutcome::Verified);
    assert_eq!(watched.check(second.id(), &watched.code(second.id())).await.unwrap().outcome, CheckOutcome::Verified);
}

#[tokio::test]
async fn a_canceled_verification_takes_no_code_and_sends_nothing() {
    let watched = WatchedEngine::new();
    let id = watched.start(request([SMS])).await.id();
    let code = watched.code(id);
    let canceled = watched.engine.cancel(WORKSPACE, id).await.unwrap();
    assert_eq!(canceled.status(watched.engine.now()), VerificationStatus::Canceled);
    let status = |error: EngineError| match error {
        EngineError::Refused(Refusal::UnexpectedStatus(status)) => status,
        other => panic!("{other:?}"),
    };
    assert_eq!(status(watched.check(id, &code).await.unwrap_err()), VerificationStatus::Canceled);
    assert_eq!(status(watched.engine.cancel(WORKSPACE, id).await.unwrap_err()), VerificationStatus::Canceled);
    watched.pass(Duration::from_secs(60));
    assert_eq!(status(watched.engine.resend(WORKSPACE, id, None).await.unwrap_err()), VerificationStatus::Canceled);
    assert_eq!(watched.sms.sent().len(), 1);
}

#[tokio::test]
async fn a_verification_expires_by_time_alone_and_the_event_is_told_once() {
    let watched = WatchedEngine::new();
    let id = watched.start(request([SMS])).await.id();
    let code = watched.code(id);
    watched.pass(Duration::from_millis(600_000));
    let read = watched.engine.get(WORKSPACE, id).await.unwrap();
    assert_eq!(read.status(watched.engine.now()), VerificationStatus::Expired);
    let refused = watched.check(id, &code).await.unwrap_err();
    assert_eq!(refused.to_string(), "the verification is already expired: start a new one");
    for _ in 0..3 {
        watched.engine.run_due(Limit::MAX).await.unwrap();
    }
    let expired = watched.observer.names_of(id).into_iter().filter(|name| *name == "expired").count();
    assert_eq!(expired, 1);
    assert!(
        watched
            .inner
            .due(watched.engine.now().saturating_add(Duration::from_secs(86_400)), Limit::MAX)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn another_workspace_sees_nothing() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let (id, code) = (verification.id(), watched.code(verification.id()));
    let engine = &watched.engine;
    let errors = [
        engine.get(ELSEWHERE, id).await.unwrap_err(),
        engine.check(ELSEWHERE, id, &code).await.unwrap_err(),
        engine.resend(ELSEWHERE, id, None).await.unwrap_err(),
        engine.failover(ELSEWHERE, id, None).await.unwrap_err(),
        engine.cancel(ELSEWHERE, id).await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| matches!(error, EngineError::NotFound)), "{errors:?}");
    assert!(engine.list(ELSEWHERE, &Query::default()).await.unwrap().verifications.is_empty());
    let recipient = verification.recipient().clone();
    assert!(engine.find_open(ELSEWHERE, &recipient, Limit::MAX).await.unwrap().is_empty());
    assert_eq!(watched.get(id).await, verification);
}

#[tokio::test]
async fn open_verifications_are_found_by_their_exact_recipient_until_they_end() {
    let watched = WatchedEngine::new();
    let both = watched.start(request([SMS])).await;
    let by_phone = watched.start(StartRequest::new(phone()).step(SMS).limits(limits())).await;
    watched.pass(Duration::from_millis(1));
    let later = watched.start(StartRequest::new(phone()).step(SMS).limits(limits())).await;
    let recipient = Recipient::phone(phone());
    let find = async || {
        let found = watched.engine.find_open(WORKSPACE, &recipient, Limit::MAX).await.unwrap();
        found.iter().map(countersign::Verification::id).collect::<Vec<_>>()
    };
    assert_eq!(find().await, [later.id(), by_phone.id()]);
    let found = watched.engine.find_open(WORKSPACE, both.recipient(), Limit::MAX).await.unwrap();
    assert_eq!(found, [both]);
    watched.engine.cancel(WORKSPACE, later.id()).await.unwrap();
    assert_eq!(find().await, [by_phone.id()]);
    watched.pass(Duration::from_secs(600));
    assert!(find().await.is_empty(), "expired, though nobody has noticed");
}

#[tokio::test]
async fn lists_go_through_a_workspace_page_by_page() {
    let watched = WatchedEngine::new();
    let mut started = Vec::new();
    for _ in 0..25 {
        started.push(watched.start(request([SMS])).await.id());
        watched.pass(Duration::from_millis(1));
    }
    let mut query = Query { order: Order::OldestFirst, ..Query::default() };
    let mut seen = Vec::new();
    loop {
        let page = watched.engine.list(WORKSPACE, &query).await.unwrap();
        assert!(page.verifications.len() <= 10);
        seen.extend(page.verifications.iter().map(countersign::Verification::id));
        query.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(seen, started);
}

#[tokio::test]
async fn the_number_of_checks_is_what_the_start_asked_for() {
    for max in [1, 3, 10] {
        let watched = WatchedEngine::new();
        let verification = watched.start(request([SMS]).limits(attempts_allowed(max))).await;
        let wrong = watched.wrong_code(&verification);
        for _ in 1..max {
            let outcome = watched.check(verification.id(), &wrong).await.unwrap().outcome;
            assert!(matches!(outcome, CheckOutcome::Mismatch { .. }));
        }
        assert_eq!(watched.check(verification.id(), &wrong).await.unwrap().outcome, CheckOutcome::Exhausted);
    }
}
