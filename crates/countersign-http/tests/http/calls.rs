//! The six calls, and cancel.

use std::time::Duration;

use axum::http::Method;
use countersign_testkit::fixtures::channel;
use serde_json::json;

use crate::test_server::{OURS, Said, TestServer, all, one, start};

#[tokio::test]
async fn a_start_is_accepted_and_shows_the_object_with_its_first_attempt() {
    let server = TestServer::new();
    let reply = server.post(&all(OURS), start()).await;
    assert_eq!(reply.status, 202);
    let record = reply.json();
    let keys: Vec<_> = record.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "codeLength",
        "createdAt",
        "currentStepIndex",
        "expiresAt",
        "failedAttempts",
        "id",
        "identifier",
        "locale",
        "maxAttempts",
        "status",
        "steps",
        "timeout",
        "updatedAt",
    ];
    assert_eq!(keys, expected);
    assert_eq!(record["status"], "pending");
    assert_eq!(record["locale"], "nl-NL");
    assert_eq!(
        (&record["maxAttempts"], &record["timeout"], &record["codeLength"]),
        (&json!(3), &json!(600), &json!(6))
    );
    assert_eq!(record["steps"][0]["channelId"], json!(channel(1)));
    assert_eq!(record["steps"][0]["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(record["steps"][1]["status"], "unused");
    assert_eq!(record["createdAt"].as_str().unwrap().len(), "2026-01-31T12:00:00.000Z".len());
}

#[tokio::test]
async fn a_right_code_verifies_once_and_a_wrong_one_says_how_many_are_left() {
    let server = TestServer::new();
    let record = server.started().await;
    let wrong = server.post(&one(&record), json!({ "code": server.wrong_code(&record) })).await;
    wrong.is(400, "VerificationCodeMismatch");
    assert_eq!(wrong.json()["details"], json!({ "failedAttempts": 1, "remainingAttempts": 2 }));
    let right = json!({ "code": server.code(&record) });
    let verified = server.post(&one(&record), right.clone()).await;
    assert_eq!((verified.status.as_u16(), &verified.json()["status"]), (200, &json!("verified")));
    assert_eq!(verified.json()["failedAttempts"], 1);
    assert_eq!(verified.json()["steps"][0]["attempts"][0]["verified"], true);
    let again = server.post(&one(&record), right).await;
    again.is(400, "UnexpectedVerificationStatus");
    assert_eq!(again.json()["message"], "Unexpected Verification Status: verification already verified");
}

#[tokio::test]
async fn the_last_wrong_code_and_everything_after_it_says_that_the_attempts_are_used_up() {
    let server = TestServer::new();
    let record = server.started().await;
    let wrong = json!({ "code": server.wrong_code(&record) });
    for _ in 0..2 {
        server.post(&one(&record), wrong.clone()).await.is(400, "VerificationCodeMismatch");
    }
    server.post(&one(&record), wrong.clone()).await.is(400, "MaxAttemptsReached");
    server.post(&one(&record), json!({ "code": server.code(&record) })).await.is(400, "MaxAttemptsReached");
    for call in ["resend", "failover"] {
        server.post(&format!("{}/{call}", one(&record)), Said::Nothing).await.is(400, "MaxAttemptsReached");
    }
    assert_eq!(server.get(&one(&record)).await.json()["status"], "failed");
}

#[tokio::test]
async fn a_resend_is_accepted_after_the_cooldown_and_says_before_how_long_to_wait() {
    let server = TestServer::new();
    let record = server.started().await;
    let resend = format!("{}/resend", one(&record));
    let early = server.post(&resend, Said::Nothing).await;
    early.is(429, "TooManyRequests");
    assert_eq!(early.header("retry-after"), "30");
    server.clock.advance(Duration::from_secs(30));
    for (body, attempts) in [(Said::Nothing, 2), (json!({}).into(), 3), (json!({ "stepIndex": 0 }).into(), 4)] {
        let again = server.post(&resend, body).await;
        assert_eq!(again.status, 202, "{again:?}");
        assert_eq!(again.json()["steps"][0]["attempts"].as_array().unwrap().len(), attempts);
        server.clock.advance(Duration::from_secs(30));
    }
    server.post(&resend, json!({ "stepIndex": 9 })).await.is(422, "InvalidPayload");
}

#[tokio::test]
async fn a_failover_takes_the_next_step_and_none_past_the_last() {
    let server = TestServer::new();
    let record = server.started().await;
    let failover = format!("{}/failover", one(&record));
    let moved = server.post(&failover, json!({ "stepIndex": null })).await;
    assert_eq!(moved.status, 202);
    assert_eq!(moved.json()["currentStepIndex"], 1);
    assert_eq!(moved.json()["steps"][1]["identifier"], "ann@example.com");
    server.post(&failover, Said::Nothing).await.is(400, "NoNextStep");
    server.post(&failover, json!({ "stepIndex": 1 })).await.is(400, "NoNextStep");
    assert_eq!(server.post(&failover, json!({ "stepIndex": 0 })).await.json()["currentStepIndex"], 0);
}

#[tokio::test]
async fn an_expired_verification_says_so_although_no_timer_ran() {
    let server = TestServer::new();
    let record = server.started().await;
    server.clock.advance(Duration::from_secs(600));
    assert_eq!(server.get(&one(&record)).await.json()["status"], "expired");
    let late = server.post(&one(&record), json!({ "code": server.code(&record) })).await;
    late.is(400, "UnexpectedVerificationStatus");
    assert_eq!(late.json()["message"], "Unexpected Verification Status: verification already expired");
}

#[tokio::test]
async fn delete_cancels_and_a_canceled_verification_takes_no_code() {
    let server = TestServer::new();
    let record = server.started().await;
    let canceled = server.call(Method::DELETE, &one(&record), Said::Nothing).await;
    assert_eq!((canceled.status.as_u16(), &canceled.json()["status"]), (200, &json!("canceled")));
    let late = server.post(&one(&record), json!({ "code": server.code(&record) })).await;
    late.is(400, "UnexpectedVerificationStatus");
    assert_eq!(late.json()["message"], "Unexpected Verification Status: verification already canceled");
    server.call(Method::DELETE, &one(&record), Said::Nothing).await.is(400, "UnexpectedVerificationStatus");
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_what_is_not_done_there_says_what_is() {
    let server = TestServer::new();
    let record = server.started().await;
    let unknown = "019b0000-0000-7000-8000-000000000000";
    server.get(&format!("{}/{unknown}", all(OURS))).await.is(404, "NotFound");
    server.get("/").await.is(404, "NotFound");
    server.get("/workspaces").await.is(404, "NotFound");
    let wrong_method = server.call(Method::PUT, &one(&record), json!({})).await;
    wrong_method.is(405, "MethodNotAllowed");
    let mut allowed: Vec<_> = wrong_method.header("allow").split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["DELETE", "GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn every_answer_is_private_and_has_a_name() {
    let server = TestServer::new();
    let record = server.started().await;
    let answers = [
        server.post(&all(OURS), start()).await,
        server.post(&all(OURS), "{").await,
        server.post(&one(&record), json!({ "code": server.wrong_code(&record) })).await,
        server.post(&one(&record), json!({ "code": server.code(&record) })).await,
        server.post(&one(&record), json!({ "code": "000000" })).await,
        server.post(&format!("{}/resend", one(&record)), Said::Nothing).await,
        server.get(&all(OURS)).await,
        server.get(&one(&record)).await,
        server.get("/nowhere").await,
        server.get("/healthz").await,
        server.get("/readyz").await,
        server.get("/metrics").await,
    ];
    for answer in &answers {
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
        assert_eq!(answer.header("x-request-id").len(), 24, "{answer:?}");
    }
    let mut names: Vec<_> = answers.iter().map(|answer| answer.header("x-request-id")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), answers.len(), "two requests have one name");
}
