//! The table of errors: HTTP status, code, and when to come back.

use std::time::Duration;

use countersign::store::StoreError;
use countersign::{
    CodeLength, EngineError, EntropyError, InvalidPlan, KeyId, PlanFault, PlanFaultKind, Refusal, StepIndex,
    VerificationStatus,
};
use countersign_api::{
    CheckVerdict, ErrorBody, ErrorCode, ErrorResponse, InvalidRequest, Outcome, ToErrorCode as _, VerifyError,
};
use serde_json::json;

const SECOND: Option<Duration> = Some(Duration::from_secs(1));

fn unavailable() -> StoreError {
    StoreError::unavailable("no answer from 10.0.0.7")
}

fn no_steps() -> InvalidPlan {
    PlanFault { step: None, kind: PlanFaultKind::NoSteps }.into()
}

#[test]
fn every_error_of_the_engine_has_its_row() {
    let wait = Duration::from_secs(17);
    let table: [(EngineError, u16, &str, Option<Duration>); 17] = [
        (EngineError::InvalidPlan(no_steps()), 422, "InvalidPayload", None),
        (Refusal::WrongLength { expected: CodeLength::MIN }.into(), 422, "InvalidPayload", None),
        (Refusal::NoSuchStep { index: StepIndex::new(2), steps: 2 }.into(), 422, "InvalidPayload", None),
        (Refusal::MaxAttemptsReached.into(), 400, "MaxAttemptsReached", None),
        (ended(VerificationStatus::Verified), 400, "UnexpectedVerificationStatus", None),
        (ended(VerificationStatus::Expired), 400, "UnexpectedVerificationStatus", None),
        (ended(VerificationStatus::Canceled), 400, "UnexpectedVerificationStatus", None),
        (Refusal::NoNextStep.into(), 400, "NoNextStep", None),
        (EngineError::NotFound, 404, "NotFound", None),
        (Refusal::Cooldown { retry_after: wait }.into(), 429, "TooManyRequests", Some(wait)),
        (Refusal::MessageCap { retry_after: wait }.into(), 429, "TooManyRequests", Some(wait)),
        (unavailable().into(), 503, "StoreUnavailable", SECOND),
        (EngineError::Contended, 503, "Contended", SECOND),
        (StoreError::Full { capacity: 9 }.into(), 503, "StoreFull", SECOND),
        (EntropyError.into(), 503, "EntropyUnavailable", SECOND),
        (Refusal::KeyMissing(KeyId::new(77)).into(), 500, "InternalError", None),
        (StoreError::corrupt("byte 7").into(), 500, "InternalError", None),
    ];
    for (error, status, code, retry_after) in table {
        let refused = ErrorResponse::from(&error);
        assert_eq!((error.http_status(), error.error_code()), (status, refused.body.code.clone()));
        assert_eq!(
            (refused.status, refused.body.code.as_str(), refused.retry_after),
            (status, code, retry_after),
            "{error}"
        );
        assert!(!refused.body.message.contains("77") && !refused.body.message.contains("10.0.0.7"));
        let told: VerifyError = error.into();
        assert_eq!(
            (told.error_code(), told.retry_after(), told.refused()),
            (ErrorCode::from(code), retry_after, Some(&refused))
        );
    }
}

fn ended(status: VerificationStatus) -> EngineError {
    Refusal::UnexpectedStatus(status).into()
}

#[test]
fn the_body_is_flat_and_says_what_the_contract_says() {
    let body = |error: EngineError| json!(ErrorResponse::from(&error).body);
    assert_eq!(
        body(ended(VerificationStatus::Verified)),
        json!({
            "code": "UnexpectedVerificationStatus",
            "message": "Unexpected Verification Status: verification already verified",
        })
    );
    let mut invalid = InvalidRequest::single(".steps[0].channelId", "one");
    invalid.add(".steps[0].channelId", "two");
    invalid.add(".locale", "three");
    let details = json!({ ".steps[0].channelId": ["one", "two"], ".locale": ["three"] });
    assert_eq!(json!(ErrorResponse::from(&invalid).body)["details"], details);
    let problem = ErrorResponse::from(&EngineError::from(Refusal::WrongLength { expected: CodeLength::MIN })).body;
    assert_eq!(problem.faults().collect::<Vec<_>>(), [(".code", "the code has 6 digits: enter all of them")]);
}

#[test]
fn a_wrong_code_tells_how_many_are_left() {
    let wrong = CheckVerdict::Mismatch { failed: Some(2), remaining: Some(1) };
    let refused = wrong.into_result().unwrap_err();
    assert_eq!((refused.status, refused.body.code.as_str()), (400, "VerificationCodeMismatch"));
    assert_eq!(refused.body.details, Some(json!({ "failedAttempts": 2, "remainingAttempts": 1 })));
    assert_eq!((refused.body.failed_attempts(), refused.body.remaining_attempts()), (Some(2), Some(1)));
    let last = CheckVerdict::Exhausted.into_result().unwrap_err();
    assert_eq!(last, ErrorResponse::from(&EngineError::from(Refusal::MaxAttemptsReached)));
}

#[test]
fn what_may_have_happened_is_told() {
    let happened = |error: EngineError| VerifyError::from(error).outcome();
    for undone in [EngineError::NotFound, EngineError::Contended, StoreError::Full { capacity: 1 }.into()] {
        assert_eq!(happened(undone), Outcome::NotDone);
    }
    assert_eq!(happened(unavailable().into()), Outcome::Unknown);
    let unreachable = VerifyError::Unreachable { reason: "no connection".to_owned(), retry_after: SECOND };
    assert_eq!((unreachable.outcome(), unreachable.retry_after()), (Outcome::NotDone, SECOND));
    assert_eq!((unreachable.error_code(), unreachable.http_status()), (ErrorCode::StoreUnavailable, 503));
    let unknown = VerifyError::Unknown { reason: "no answer".to_owned(), request_id: None };
    assert_eq!((unknown.outcome(), unknown.retry_after()), (Outcome::Unknown, None));
    assert_eq!((unknown.error_code(), unknown.http_status()), (ErrorCode::TimedOut, 503));
}

#[test]
fn problems_of_other_services_are_kept_and_stay_out_of_logs() {
    let sent = json!({ "code": "Novel", "message": "not +31612345678", "details": { "why": [1] } });
    let problem: ErrorBody = serde_json::from_value(sent.clone()).unwrap();
    assert_eq!(json!(problem), sent);
    let error: VerifyError = ErrorResponse::from_response(418, problem).with_request_id(Some("req-1".into())).into();
    assert_eq!(error.to_string(), "the service refused: 418 Novel, request req-1");
    assert!(!format!("{error:?}").contains("612345678"));
}

#[test]
fn a_code_reads_back_from_the_wire_and_its_status_is_the_answers() {
    for code in ErrorCode::ALL {
        let read: ErrorCode = serde_json::from_value(json!(code)).unwrap();
        assert_eq!((&read, read.label()), (&code, code.as_str()));
        assert_eq!(ErrorResponse::new(code.clone(), "").status, code.status());
        assert!((400..600).contains(&code.status()), "{code}");
        // What may have been done is never safe to call a failure of nothing.
        assert!(code.status() < 500 || code.is_retryable() || !code.is_not_done(), "{code}");
    }
    let novel = ErrorCode::from("Novel");
    assert_eq!((novel.as_str(), novel.label(), novel.status()), ("Novel", "Other", 500));
    assert!(!novel.is_not_done() && !novel.is_retryable());
}
