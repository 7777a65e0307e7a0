//! What is made of the service's answers.

use std::time::Duration;

use countersign::{StartRequest, StepStatus, VerificationStatus};
use countersign_api::{
    CheckRequest, CheckVerdict, ErrorCode, ListQuery, Outcome, RecordId, StepBody, ToErrorCode as _, Verifier as _,
    VerifyError,
};
use countersign_testkit::bird::{BirdCloud, ScriptedAnswer};
use countersign_testkit::fixtures::{at, channel, phone, workspace};
use serde_json::{Value, json};

use crate::stage::{client, hosted};

fn recorded() -> Value {
    serde_json::from_str(include_str!("../fixtures/verify/verification.json")).unwrap()
}

fn recorded_id() -> RecordId {
    "123e4567-e89b-12d3-a456-426614174000".parse().unwrap()
}

fn code() -> CheckRequest {
    CheckRequest::parse("123456").unwrap()
}

fn start() -> StartRequest {
    StartRequest::new(phone()).step(channel(1))
}

#[tokio::test]
async fn the_documented_answer_is_read_whole() {
    let bird = BirdCloud::start(1);
    bird.script_verify(ScriptedAnswer::Json(202, recorded())).script_verify(ScriptedAnswer::Json(200, recorded()));
    let record = hosted(&bird).start(bird.workspace_id(), start()).await.unwrap();
    assert_eq!(json!(record), recorded());
    assert_eq!(record.steps[0].status, StepStatus::Unused);
    assert_eq!(hosted(&bird).get(bird.workspace_id(), recorded_id()).await.unwrap(), record);
}

#[tokio::test]
async fn calls_go_where_the_contract_says_with_the_key() {
    let bird = BirdCloud::start(2);
    let (hosted, here, id) = (hosted(&bird), bird.workspace_id(), recorded_id());
    for _ in 0..6 {
        bird.script_verify(ScriptedAnswer::Status(404));
    }
    let _ = hosted.start(here, start()).await;
    let _ = hosted.check(here, id, code()).await;
    let _ = hosted.resend(here, id, StepBody::default()).await;
    let _ = hosted.failover(here, id, countersign::StepIndex::new(1).into()).await;
    let _ = hosted.get(here, id).await;
    let query = ListQuery { start_at: Some(at(0)), ..ListQuery::default() };
    let _ = hosted.list(here, &query).await;
    let requests = bird.requests();
    assert!(requests.iter().all(|request| request.authorized));
    let asked: Vec<_> = requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    let base = format!("/workspaces/{here}/verify");
    assert_eq!(
        asked,
        [
            format!("POST {base}"),
            format!("POST {base}/{id}"),
            format!("POST {base}/{id}/resend"),
            format!("POST {base}/{id}/failover"),
            format!("GET {base}/{id}"),
            format!("GET {base}?startAt=2026-01-01T00%3A00%3A00.000Z"),
        ]
    );
}

#[tokio::test]
async fn unknown_words_and_codes_are_kept() {
    let bird = BirdCloud::start(3);
    let mut odd = recorded();
    odd["status"] = json!("paused");
    odd["novel"] = json!([1]);
    bird.script_verify(ScriptedAnswer::Json(200, odd));
    let record = hosted(&bird).get(bird.workspace_id(), recorded_id()).await.unwrap();
    assert_eq!((record.status.as_str(), record.status.known()), ("paused", None));

    let details = json!({ "why": "because" });
    bird.script_verify(ScriptedAnswer::Json(
        409,
        json!({ "code": "Novel", "message": "no +31612345678", "details": details }),
    ));
    let error = hosted(&bird).get(bird.workspace_id(), recorded_id()).await.unwrap_err();
    let refused = error.refused().unwrap();
    assert_eq!((refused.status, &refused.body.details), (409, &Some(details)));
    assert_eq!((error.error_code(), error.http_status()), (ErrorCode::Other("Novel".into()), 409));
    assert!(refused.request_id.is_some() && error.to_string().contains(refused.request_id.as_deref().unwrap()));
    assert!(!format!("{error:?} {error}").contains("612345678"));
}

#[tokio::test]
async fn a_wrong_code_tells_how_many_are_left() {
    let bird = BirdCloud::start(4);
    let body = json!({
        "code": "VerificationCodeMismatch", "message": "no", "details": { "failedAttempts": 1, "remainingAttempts": 2 },
    });
    bird.script_verify(ScriptedAnswer::Json(400, body));
    let verdict = hosted(&bird).check(bird.workspace_id(), recorded_id(), code()).await.unwrap();
    assert_eq!(verdict, CheckVerdict::Mismatch { failed: Some(1), remaining: Some(2) });
    let body = json!({ "code": "VerificationCodeMismatch", "message": "no" });
    bird.script_verify(ScriptedAnswer::Json(400, body));
    let verdict = hosted(&bird).check(bird.workspace_id(), recorded_id(), code()).await.unwrap();
    assert_eq!(verdict, CheckVerdict::Mismatch { failed: None, remaining: None });
    bird.script_verify(ScriptedAnswer::Json(400, json!({ "code": "MaxAttemptsReached", "message": "no" })));
    let verdict = hosted(&bird).check(bird.workspace_id(), recorded_id(), code()).await.unwrap();
    assert_eq!(verdict, CheckVerdict::Exhausted);
}

#[tokio::test]
async fn a_success_that_does_not_say_verified_of_this_verification_lets_nobody_in() {
    let bird = BirdCloud::start(5);
    let (here, id) = (bird.workspace_id(), recorded_id());
    let mut verified = recorded();
    verified["status"] = json!("verified");
    let mut anothers = verified.clone();
    anothers["id"] = json!("123e4567-e89b-12d3-a456-426614174001");
    for body in [recorded(), anothers, json!({}), json!({ "status": "verified" }), json!("verified"), json!(null)] {
        bird.script_verify(ScriptedAnswer::Json(200, body.clone()));
        let error = hosted(&bird).check(here, id, code()).await.unwrap_err();
        assert!(matches!(&error, VerifyError::Unknown { request_id: Some(_), .. }), "{body}: {error}");
    }
    bird.script_verify(ScriptedAnswer::Json(200, verified));
    let record = hosted(&bird).check(here, id, code()).await.unwrap().verified().unwrap();
    assert!(record.is_verified() && record.status == VerificationStatus::Verified);
}

#[tokio::test]
async fn refusals_without_a_body_have_the_contracts_codes() {
    let bird = BirdCloud::start(6);
    bird.errors_without_body();
    let here = bird.workspace_id();
    for (status, code) in [
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (413, "PayloadTooLarge"),
        (429, "TooManyRequests"),
    ] {
        bird.script_verify(ScriptedAnswer::Status(status));
        let error = hosted(&bird).resend(here, recorded_id(), StepBody::default()).await.unwrap_err();
        assert_eq!(
            (error.refused().unwrap().status, error.error_code(), error.outcome()),
            (status, ErrorCode::from(code), Outcome::NotDone)
        );
    }
    let stranger = countersign_bird::HostedVerify::new(client(bird.url(), "wrong-key").build().unwrap());
    assert_eq!(stranger.get(here, recorded_id()).await.unwrap_err().error_code(), ErrorCode::Unauthorized);
    assert_eq!(hosted(&bird).get(workspace(7), recorded_id()).await.unwrap_err().error_code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_bird_asks_to_wait_is_told() {
    let bird = BirdCloud::start(7);
    bird.script_verify(ScriptedAnswer::RetryAfter(429, 17));
    let error = hosted(&bird).resend(bird.workspace_id(), recorded_id(), StepBody::default()).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
    assert_eq!(bird.requests().len(), 1);
}

#[test]
fn the_key_is_in_nothing_that_is_shown() {
    let hosted = countersign_bird::HostedVerify::new(client("http://127.0.0.1:9", "AK_secret").build().unwrap());
    assert!(!format!("{hosted:?}").contains("AK_secret"));
}
