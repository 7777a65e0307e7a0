//! `Idempotency-Key`: a request that comes again is answered as the first time, and not carried out again.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use countersign::idempotency::{Claim, ClaimId, IdempotencyError, IdempotencyKey, IdempotencyStore, StoredResponse};
use countersign_http::{MemoryIdempotencyStore, RequestLimits};
use countersign_testkit::fixtures::channel;
use serde_json::json;

use crate::test_server::{OURS, Reply, Said, THEIR_KEY, THEIRS, TestServer, all, one, request, start};

async fn with_key(server: &TestServer, key: &str, path: &str, body: impl Into<Said>) -> Reply {
    let mut request = request(Method::POST, path, body);
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    server.send(request).await
}

#[tokio::test]
async fn a_start_that_comes_again_is_answered_the_same_and_sends_nothing_more() {
    let server = TestServer::new();
    let first = with_key(&server, "order-17", &all(OURS), start()).await;
    let again = with_key(&server, "order-17", &all(OURS), start()).await;
    assert_eq!((first.status, first.bytes.clone()), (again.status, again.bytes.clone()));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_ne!(first.header("x-request-id"), again.header("x-request-id"));
    assert_eq!(server.transport.sent().len(), 1);
}

#[tokio::test]
async fn a_wrong_code_that_comes_again_is_charged_once() {
    let server = TestServer::new();
    let record = server.started().await;
    let wrong = json!({ "code": server.wrong_code(&record) });
    for _ in 0..5 {
        let reply = with_key(&server, "try-1", &one(&record), wrong.clone()).await;
        reply.is(400, "VerificationCodeMismatch");
        assert_eq!(reply.json()["details"]["failedAttempts"], 1);
    }
    assert_eq!(server.get(&one(&record)).await.json()["failedAttempts"], 1);
}

#[tokio::test]
async fn a_key_with_another_body_or_path_is_a_conflict_and_does_nothing() {
    let server = TestServer::new();
    let record = server.started().await;
    let code = server.code(&record);
    with_key(&server, "k", &one(&record), json!({ "code": server.wrong_code(&record) })).await;
    with_key(&server, "k", &one(&record), json!({ "code": code })).await.is(409, "IdempotencyKeyReused");
    with_key(&server, "k", &all(OURS), start()).await.is(409, "IdempotencyKeyReused");
    assert_eq!(server.get(&one(&record)).await.json()["status"], "pending");
    assert_eq!(with_key(&server, "another", &one(&record), json!({ "code": code })).await.status, 200);
}

#[tokio::test]
async fn workspaces_have_keys_of_their_own() {
    let server = TestServer::new();
    with_key(&server, "k", &all(OURS), start()).await;
    let mut theirs = request(Method::POST, &all(THEIRS), start());
    theirs.headers_mut().insert("idempotency-key", "k".parse().unwrap());
    theirs.headers_mut().insert("authorization", format!("AccessKey {THEIR_KEY}").parse().unwrap());
    let reply = server.send(theirs).await;
    assert_eq!((reply.status.as_u16(), reply.header("idempotency-replayed")), (202, ""));
}

#[tokio::test]
async fn a_workspace_keeps_so_many_bytes_of_answers_and_others_notice_nothing_when_it_has_them() {
    let server = TestServer::configured(|config| {
        config.bounds(RequestLimits::default().with_max_kept_bytes_per_workspace(20_000))
    });
    let mut first = None;
    let mut kept = 0;
    let refused = loop {
        let reply = with_key(&server, &format!("key-{kept}"), &all(OURS), start()).await;
        if reply.status != 202 {
            break reply;
        }
        kept += 1;
        first.get_or_insert(reply);
    };
    // Half at once: an answer is about a kilobyte.
    assert!((5..=15).contains(&kept), "{kept}");
    refused.is(429, "TooManyRequests");
    assert!(refused.json()["message"].as_str().unwrap().contains("this workspace has too many answers kept"));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    assert_eq!(server.transport.sent().len(), kept, "nothing was done");
    let again = with_key(&server, "key-0", &all(OURS), start()).await;
    assert_eq!((&again.bytes, again.header("idempotency-replayed")), (&first.unwrap().bytes, "true"));
    assert_eq!(server.post(&all(OURS), start()).await.status, 202, "without a key it goes on");
    let mut theirs = request(Method::POST, &all(THEIRS), start());
    theirs.headers_mut().insert("idempotency-key", "k".parse().unwrap());
    theirs.headers_mut().insert("authorization", format!("AccessKey {THEIR_KEY}").parse().unwrap());
    assert_eq!(server.send(theirs).await.status, 202);
}

#[tokio::test]
async fn what_was_not_decided_is_not_kept() {
    let server = TestServer::new();
    let record = server.started().await;
    let resend = format!("{}/resend", one(&record));
    with_key(&server, "again", &resend, Said::Nothing).await.is(429, "TooManyRequests");
    server.clock.advance(Duration::from_secs(30));
    assert_eq!(with_key(&server, "again", &resend, Said::Nothing).await.status, 202);
}

#[tokio::test]
async fn of_racing_requests_with_one_key_one_is_carried_out() {
    let server = TestServer::new();
    let calls = (0..50).map(|_| {
        let server = server.clone();
        tokio::spawn(async move { with_key(&server, "race", &all(OURS), start()).await })
    });
    let replies: Vec<_> = futures_util::future::join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(server.transport.sent().len(), 1);
    for reply in &replies {
        assert!(reply.status == 202 || reply.problem() == (409, "IdempotencyKeyInUse".to_owned()), "{reply:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let server = TestServer::new();
    for key in ["", "two words", "caf\u{e9}", &"k".repeat(256)] {
        let mut request = request(Method::POST, &all(OURS), start());
        request.headers_mut().insert("idempotency-key", axum::http::HeaderValue::from_bytes(key.as_bytes()).unwrap());
        assert_eq!(server.send(request).await.paths(), [".Idempotency-Key"], "{key}");
    }
    let mut twice = request(Method::POST, &all(OURS), start());
    twice.headers_mut().append("idempotency-key", "a".parse().unwrap());
    twice.headers_mut().append("idempotency-key", "a".parse().unwrap());
    assert_eq!(server.send(twice).await.paths(), [".Idempotency-Key"]);
    assert!(server.transport.sent().is_empty());
    assert_eq!(with_key(&server, &"k".repeat(255), &all(OURS), start()).await.status, 202);
}

/// Knows nothing of anybody.
#[derive(Debug)]
struct Away;

#[async_trait::async_trait]
impl IdempotencyStore for Away {
    async fn claim(&self, _: &IdempotencyKey, _: [u8; 16], _: Duration) -> Result<Claim, IdempotencyError> {
        Err(IdempotencyError::new("away"))
    }

    async fn keep(&self, _: &IdempotencyKey, _: [u8; 16], _: StoredResponse) -> Result<(), IdempotencyError> {
        Err(IdempotencyError::new("away"))
    }

    async fn release(&self, _: &IdempotencyKey, _: ClaimId) -> Result<(), IdempotencyError> {
        Err(IdempotencyError::new("away"))
    }
}

/// Answers every claim with bytes that are no response of this crate.
#[derive(Debug)]
struct Unreadable;

#[async_trait::async_trait]
impl IdempotencyStore for Unreadable {
    async fn claim(&self, _: &IdempotencyKey, seal: [u8; 16], _: Duration) -> Result<Claim, IdempotencyError> {
        Ok(Claim::Taken { seal, response: Some(StoredResponse::new(vec![7])) })
    }

    async fn keep(&self, _: &IdempotencyKey, _: [u8; 16], _: StoredResponse) -> Result<(), IdempotencyError> {
        Ok(())
    }

    async fn release(&self, _: &IdempotencyKey, _: ClaimId) -> Result<(), IdempotencyError> {
        Ok(())
    }
}

mod memory {
    use countersign_http::MemoryIdempotencyStore;

    countersign_testkit::idempotency_conformance!(|| async { MemoryIdempotencyStore::default() });
}

#[tokio::test]
async fn a_request_is_not_carried_out_when_the_store_fails_or_is_unreadable() {
    let stores: [Arc<dyn IdempotencyStore>; 2] = [Arc::new(Away), Arc::new(Unreadable)];
    for store in stores {
        let server = TestServer::configured(|config| config.idempotency(store));
        with_key(&server, "k", &all(OURS), start()).await.is(503, "StoreUnavailable");
        assert!(server.transport.sent().is_empty());
        assert_eq!(server.post(&all(OURS), start()).await.status, 202, "without a key it is not asked");
    }
}

#[tokio::test(start_paused = true)]
async fn responses_are_kept_for_their_retention_and_the_oldest_goes_beyond_the_capacity() {
    let kept = MemoryIdempotencyStore::with_capacity(2).with_retention(Duration::from_secs(60));
    let key = |name: &str| IdempotencyKey::new(OURS, name).unwrap();
    let response = StoredResponse::new(b"{}".to_vec());
    let claim = async |name: &str| kept.claim(&key(name), [7; 16], Duration::from_secs(5)).await.unwrap();
    for name in ["a", "b", "c"] {
        assert!(matches!(claim(name).await, Claim::Mine(_)));
        kept.keep(&key(name), [7; 16], response.clone()).await.unwrap();
    }
    assert_eq!(claim("b").await, Claim::Taken { seal: [7; 16], response: Some(response.clone()) });
    assert_eq!(claim("c").await, Claim::Taken { seal: [7; 16], response: Some(response) });
    assert!(matches!(claim("a").await, Claim::Mine(_)), "the oldest of three is gone");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(matches!(claim("b").await, Claim::Mine(_)), "its retention is over");
}

#[test]
fn stored_responses_and_keys_do_not_show_their_content() {
    let kept = StoredResponse::new(channel(1).to_string().into_bytes());
    assert!(!format!("{kept:?}").contains(&channel(1).to_string()[..8]));
    assert!(!format!("{:?}", IdempotencyKey::new(OURS, "very-own-key")).contains("very-own-key"));
}

#[tokio::test]
async fn a_workspace_that_keeps_more_than_the_capacity_loses_its_own_answers_and_no_others() {
    let store = MemoryIdempotencyStore::with_capacity(10);
    let key = |workspace, number: usize| IdempotencyKey::new(workspace, &format!("key-{number}")).unwrap();
    let is_kept = async |key: &IdempotencyKey| match store.claim(key, [1; 16], Duration::ZERO).await.unwrap() {
        Claim::Taken { response: Some(_), .. } => true,
        Claim::Taken { response: None, .. } | Claim::Mine(_) => false,
    };
    store.keep(&key(THEIRS, 0), [1; 16], StoredResponse::new(vec![1])).await.unwrap();
    for number in 0..100 {
        store.keep(&key(OURS, number), [1; 16], StoredResponse::new(vec![1])).await.unwrap();
    }
    assert!(is_kept(&key(THEIRS, 0)).await);
    assert!(is_kept(&key(OURS, 91)).await && !is_kept(&key(OURS, 90)).await);
}
