//! An engine behind the trait.

use std::time::Duration;

use countersign::{EmailAddress, StartRequest, StepIndex, VerificationStatus};
use countersign_api::{CheckRequest, CheckVerdict, ErrorCode, RecordId, StepBody, VerifyError};
use countersign_testkit::fixtures::{channel, phone};
use serde_json::json;

use crate::service::{ELSEWHERE, Service, WORKSPACE, request};

fn refused(error: &VerifyError) -> (u16, &str) {
    let refused = error.refused().unwrap();
    (refused.status, refused.body.code.as_str())
}

#[tokio::test]
async fn the_right_code_gives_a_verified_record_once() {
    let service = Service::new();
    let record = service.started().await;
    assert_eq!(record.status, VerificationStatus::Pending);
    assert_eq!(record.steps[0].attempts.len(), 1);
    let code = service.code(&record);
    let verified = service.check(record.id, &code).await.unwrap().verified().unwrap();
    assert!(verified.is_verified() && verified.steps[0].attempts[0].verified);
    assert_eq!(verified.steps[0].attempts[0].verified_at, Some(verified.updated_at));
    assert_eq!(service.verifier.get(WORKSPACE, record.id).await.unwrap(), verified);
    let again = service.check(record.id, &code).await.unwrap_err();
    assert_eq!(refused(&again), (400, "UnexpectedVerificationStatus"));
    assert!(again.refused().unwrap().body.message.ends_with("already verified"));
}

#[tokio::test]
async fn wrong_codes_are_charged_and_count_down_to_the_end() {
    let service = Service::new();
    let record = service.started().await;
    let wrong = service.wrong_code(&record);
    for (failed, remaining) in [(1, 2), (2, 1)] {
        let verdict = service.check(record.id, &wrong).await.unwrap();
        assert_eq!(verdict, CheckVerdict::Mismatch { failed: Some(failed), remaining: Some(remaining) });
        let refused = verdict.into_result().unwrap_err();
        let details = json!({ "failedAttempts": failed, "remainingAttempts": remaining });
        assert_eq!((refused.status, refused.body.code.as_str()), (400, "VerificationCodeMismatch"));
        assert_eq!(refused.body.details, Some(details));
    }
    for code in [wrong, service.code(&record)] {
        let verdict = service.check(record.id, &code).await.unwrap();
        assert_eq!((&verdict, verdict.is_verified()), (&CheckVerdict::Exhausted, false));
        assert_eq!(verdict.into_result().unwrap_err().body.code, ErrorCode::MaxAttemptsReached);
    }
    let resend = service.verifier.resend(WORKSPACE, record.id, StepBody::default()).await.unwrap_err();
    assert_eq!(refused(&resend), (400, "MaxAttemptsReached"));
    let last = service.verifier.get(WORKSPACE, record.id).await.unwrap();
    assert_eq!((last.status, last.failed_attempts), (VerificationStatus::Failed.into(), 3));
}

#[tokio::test]
async fn messages_go_out_again_and_over_to_the_next_step() {
    let service = Service::new();
    let id = service.started().await.id;
    let verifier = &service.verifier;
    let early = verifier.resend(WORKSPACE, id, StepBody::default()).await.unwrap_err();
    assert_eq!(refused(&early), (429, "TooManyRequests"));
    assert_eq!(early.retry_after(), Some(Duration::from_secs(30)));
    service.clock.advance(Duration::from_secs(30));
    let resent = verifier.resend(WORKSPACE, id, StepBody::default()).await.unwrap();
    assert_eq!((resent.current_step_index, resent.steps[0].attempts.len()), (0, 2));
    let moved = verifier.failover(WORKSPACE, id, StepBody::default()).await.unwrap();
    assert_eq!((moved.current_step_index, moved.steps[1].attempts.len()), (1, 1));
    let past = verifier.failover(WORKSPACE, id, StepBody::default()).await.unwrap_err();
    assert_eq!(refused(&past), (400, "NoNextStep"));
    let nowhere = verifier.resend(WORKSPACE, id, StepIndex::new(5).into()).await.unwrap_err();
    let faults: Vec<_> = nowhere.refused().unwrap().body.faults().collect();
    assert_eq!(faults, [(".stepIndex", "the plan has steps 0 to 1, not 5")]);
}

#[tokio::test]
async fn an_expired_one_says_so_though_no_timer_ran() {
    let service = Service::new();
    let record = service.started().await;
    service.clock.advance(Duration::from_secs(600));
    let read = service.verifier.get(WORKSPACE, record.id).await.unwrap();
    assert_eq!(read.status, VerificationStatus::Expired);
    let error = service.check(record.id, &service.code(&record)).await.unwrap_err();
    assert_eq!(refused(&error), (400, "UnexpectedVerificationStatus"));
}

#[tokio::test]
async fn a_code_of_another_length_is_malformed_and_not_charged() {
    let service = Service::new();
    let id = service.started().await.id;
    let error = service.check(id, "1234567").await.unwrap_err();
    assert_eq!(refused(&error), (422, "InvalidPayload"));
    assert_eq!(service.verifier.get(WORKSPACE, id).await.unwrap().failed_attempts, 0);
}

#[tokio::test]
async fn a_plan_that_cannot_reach_the_person_is_refused_by_path() {
    let service = Service::new();
    let email: EmailAddress = "ann@example.com".parse().unwrap();
    let request = StartRequest::new(email).step(channel(1)).step(channel(9));
    let error = service.verifier.start(WORKSPACE, request).await.unwrap_err();
    assert_eq!(refused(&error), (422, "InvalidPayload"));
    let paths: Vec<_> = error.refused().unwrap().body.faults().map(|(path, _)| path).collect();
    assert_eq!(paths, [".steps[1].channelId"]);
    let error = service.verifier.start(WORKSPACE, StartRequest::new(phone()).step(channel(2))).await.unwrap_err();
    let paths: Vec<_> = error.refused().unwrap().body.faults().map(|(path, _)| path).collect();
    assert_eq!(paths, [".steps[0].template"]);
}

#[tokio::test]
async fn anothers_verification_looks_like_none() {
    let service = Service::new();
    let record = service.started().await;
    let code = || CheckRequest::parse(&service.code(&record)).unwrap();
    let unknown: RecordId = "123e4567-e89b-12d3-a456-426614174000".parse().unwrap();
    for (workspace, id) in [(ELSEWHERE, record.id), (WORKSPACE, unknown)] {
        let verifier = &service.verifier;
        let errors = [
            verifier.get(workspace, id).await.unwrap_err(),
            verifier.check(workspace, id, code()).await.unwrap_err(),
            verifier.resend(workspace, id, StepBody::default()).await.unwrap_err(),
            verifier.failover(workspace, id, StepBody::default()).await.unwrap_err(),
        ];
        for error in &errors {
            assert_eq!(error, &errors[0]);
            assert_eq!(refused(error), (404, "NotFound"));
        }
    }
    assert_eq!(service.verifier.list(ELSEWHERE, &Default::default()).await.unwrap(), Default::default());
}

#[tokio::test]
async fn a_second_start_is_a_second_verification() {
    let service = Service::new();
    let first = service.started().await;
    let second = service.verifier.start(WORKSPACE, request()).await.unwrap();
    assert_ne!(first.id, second.id);
    assert!(service.check(first.id, &service.code(&first)).await.unwrap().is_verified());
    assert!(service.check(second.id, &service.code(&second)).await.unwrap().is_verified());
}
