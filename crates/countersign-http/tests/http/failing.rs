//! When something behind the router fails: closed, told apart, and nothing is judged.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Limit, Page, Query, StoreError, Stored, Version};
use countersign::{
    Dispatch, MessageId, Receipt, RecipientKey, SendError, Store, Timestamp, Transport, Verification, VerificationId,
    WorkspaceId,
};
use countersign_http::RequestLimits;
use countersign_memory::MemoryStore;
use countersign_testkit::{FaultPlan, FaultTiming, FaultyStore};
use serde_json::json;

use crate::test_server::{OURS, Plan, Said, TestServer, all, one, start};

fn over(store: Arc<dyn Store>) -> TestServer {
    TestServer::with(Plan { store, ..Plan::default() })
}

#[tokio::test]
async fn a26_a_store_that_fails_at_any_point_of_a_check_judges_no_code() {
    let faulty = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
    let server = over(faulty.clone());
    // How many times a check asks the store when nothing fails.
    let record = server.started().await;
    let before = faulty.calls();
    assert_eq!(server.post(&one(&record), json!({ "code": server.code(&record) })).await.status, 200);
    let calls = faulty.calls() - before;
    assert!(calls >= 2, "a load and an update at least");
    for index in 0..calls {
        for when in [FaultTiming::Before, FaultTiming::After] {
            let record = server.started().await;
            faulty.plan(Some(FaultPlan::once(index, when)));
            let reply = server.post(&one(&record), json!({ "code": server.code(&record) })).await;
            reply.is(503, "StoreUnavailable");
            assert_eq!(reply.header("retry-after"), "1");
            faulty.plan(None);
        }
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_told_in_every_call_and_by_readiness() {
    let faulty = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
    let server = over(faulty.clone());
    let record = server.started().await;
    faulty.plan(Some(FaultPlan::starting_at(0, FaultTiming::Before)));
    let replies = [
        server.post(&all(OURS), start()).await,
        server.post(&one(&record), json!({ "code": server.code(&record) })).await,
        server.post(&format!("{}/resend", one(&record)), Said::Nothing).await,
        server.post(&format!("{}/failover", one(&record)), Said::Nothing).await,
        server.get(&one(&record)).await,
        server.get(&all(OURS)).await,
        server.get("/readyz").await,
    ];
    for reply in replies {
        reply.is(503, "StoreUnavailable");
        assert_eq!(reply.header("retry-after"), "1");
    }
    assert_eq!(server.get("/healthz").await.json(), json!({ "status": "ok" }));
}

/// Takes its time, or none of it back.
#[derive(Debug)]
enum Carrier {
    Slow(Duration),
    Panicking,
}

#[async_trait]
impl Transport for Carrier {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        match self {
            Self::Slow(time) => tokio::time::sleep(*time).await,
            Self::Panicking => panic!("a transport of the host's own"),
        }
        Ok(Receipt::ByReference { message_id: None })
    }
}

fn carried_by(carrier: Carrier, bounds: RequestLimits) -> TestServer {
    let config = move |config: countersign_http::Config| config.bounds(bounds);
    TestServer::with(Plan { carrier: Some(Arc::new(carrier)), config: Box::new(config), ..Plan::default() })
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_too_long_is_answered_and_goes_on_to_its_end() {
    let server = carried_by(Carrier::Slow(Duration::from_secs(45)), RequestLimits::default());
    let reply = server.post(&all(OURS), start()).await;
    reply.is(503, "TimedOut");
    assert_eq!(reply.header("retry-after"), "1");
    let attempt = |list: serde_json::Value| list["results"][0]["steps"][0]["attempts"][0]["status"].clone();
    assert_eq!(attempt(server.get(&all(OURS)).await.json()), "prepared");
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(attempt(server.get(&all(OURS)).await.json()), "accepted");
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_hangs_up_leaves_no_message_unsent() {
    let server = carried_by(Carrier::Slow(Duration::from_secs(5)), RequestLimits::default());
    let path = all(OURS);
    let call = server.post(&path, start());
    tokio::time::timeout(Duration::from_secs(1), call).await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let list = server.get(&all(OURS)).await.json();
    assert_eq!(list["results"][0]["steps"][0]["attempts"][0]["status"], "accepted");
}

#[tokio::test]
async fn a_transport_that_panics_leaves_its_message_to_another_try() {
    let server = carried_by(Carrier::Panicking, RequestLimits::default().with_max_concurrent_requests(1));
    for _ in 0..3 {
        let started = server.post(&all(OURS), start()).await;
        assert_eq!(started.status, 202);
        assert_eq!(started.json()["steps"][0]["attempts"][0]["status"], "prepared");
    }
}

/// A store of the host's own with a fault.
#[derive(Debug)]
struct Panicking;

#[async_trait]
#[allow(unused_variables, reason = "it looks at nothing")]
impl Store for Panicking {
    async fn insert(&self, verification: &Verification, draws: &Draws) -> Result<Version, StoreError> {
        panic!("insert")
    }

    async fn update(&self, next: &Verification, expected: Version, draws: &Draws) -> Result<Version, StoreError> {
        panic!("update")
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        panic!("load")
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        panic!("delete")
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        panic!("find by message")
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        panic!("find by recipient")
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        panic!("due")
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        panic!("list")
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[tokio::test]
async fn a_panic_behind_a_call_is_an_error_of_the_service_and_takes_nobody_along() {
    let bounds = RequestLimits::default().with_max_concurrent_requests(1);
    let config = move |config: countersign_http::Config| config.bounds(bounds);
    let server = TestServer::with(Plan { store: Arc::new(Panicking), config: Box::new(config), ..Plan::default() });
    for _ in 0..3 {
        server.post(&all(OURS), start()).await.is(500, "InternalError");
        server.get(&all(OURS)).await.is(500, "InternalError");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}
