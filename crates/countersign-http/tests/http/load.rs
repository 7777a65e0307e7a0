//! More calls than there are places, in all or for a workspace: turned away at once, not queued.

use std::sync::Arc;

use axum::http::Method;
use countersign::Transport;
use countersign_http::{AccessKeyHash, AccessKeys, Config, RequestLimits};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::test_server::{Gate, OURS, Plan, Reply, Said, THEIR_KEY, THEIRS, TestServer, all, one, request, start};

/// A service whose carrier lets no message go.
fn stuck(config: impl FnOnce(Config) -> Config + 'static) -> (TestServer, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let carrier: Arc<dyn Transport> = Arc::new(Gate(gate.clone()));
    (TestServer::with(Plan { carrier: Some(carrier), config: Box::new(config), ..Plan::default() }), gate)
}

/// Starts of ours that go on until the gate opens.
async fn many_starts(server: &TestServer, count: usize) -> Vec<JoinHandle<Reply>> {
    let start = || {
        let server = server.clone();
        tokio::spawn(async move { server.post(&all(OURS), start()).await })
    };
    let starts: Vec<_> = (0..count).map(|_| start()).collect();
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    starts
}

fn under_way(starts: &[JoinHandle<Reply>]) -> usize {
    starts.iter().filter(|start| !start.is_finished()).count()
}

async fn theirs(server: &TestServer, method: Method, path: &str, body: impl Into<Said>) -> Reply {
    let mut request = request(method, path, body);
    request.headers_mut().insert("authorization", format!("AccessKey {THEIR_KEY}").parse().unwrap());
    server.send(request).await
}

/// Asserts that it was turned away for the bound of its own workspace.
fn is_of_its_own(reply: &Reply, of_what: &str) {
    reply.is(503, "Overloaded");
    assert_eq!(reply.header("retry-after"), "1");
    let expected = format!("this workspace has too many {of_what} under way: nothing was done, ask again soon");
    assert_eq!(reply.json()["message"], expected);
}

/// The id of one of theirs, whose message is not sent yet.
async fn one_of_theirs(server: &TestServer, gate: &Semaphore) -> Value {
    gate.add_permits(1);
    let started = theirs(server, Method::POST, &all(THEIRS), start()).await;
    assert_eq!(started.status, 202);
    started.json()
}

#[tokio::test]
async fn starts_at_a_slow_provider_fill_the_places_of_their_workspace_and_another_checks_and_starts() {
    let (server, gate) = stuck(|config| config);
    let record = one_of_theirs(&server, &gate).await;
    let starts = many_starts(&server, 1_024).await;
    // Three quarters of a quarter.
    assert_eq!(under_way(&starts), 192);
    is_of_its_own(&server.post(&all(OURS), start()).await, "calls that send messages");
    assert_eq!(server.get(&all(OURS)).await.status, 200, "what sends nothing goes on in the same workspace");
    let path = format!("{}/{}", all(THEIRS), record["id"].as_str().unwrap());
    let checked = theirs(&server, Method::POST, &path, json!({ "code": "000000" })).await;
    assert!([200, 400].contains(&checked.status.as_u16()), "{checked:?}");
    let their_starts: Vec<_> = (0..64)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move { theirs(&server, Method::POST, &all(THEIRS), start()).await })
        })
        .collect();
    gate.add_permits(192 + 64);
    for started in their_starts {
        assert_eq!(started.await.unwrap().status, 202);
    }
    let mut statuses: Vec<_> = Vec::new();
    for start in starts {
        statuses.push(start.await.unwrap().status.as_u16());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 192);
    assert!(statuses.iter().all(|status| [202, 503].contains(status)));
    assert_eq!(theirs(&server, Method::GET, &all(THEIRS), Said::Nothing).await.status, 200);
}

#[tokio::test]
async fn the_share_of_a_workspace_is_as_configured_and_at_least_sixteen_by_default() {
    let places = |bounds: RequestLimits| async move {
        let (server, gate) = stuck(move |config| config.bounds(bounds));
        let starts = many_starts(&server, 100).await;
        let places = under_way(&starts);
        gate.add_permits(100);
        places
    };
    assert_eq!(places(RequestLimits::default().with_max_concurrent_requests(40)).await, 12);
    assert_eq!(places(RequestLimits::default().with_max_concurrent_requests_per_workspace(8)).await, 6);
    assert_eq!(places(RequestLimits::default().with_max_concurrent_requests_per_workspace(1)).await, 1);
}

#[tokio::test]
async fn a_workspace_that_is_alone_has_all_places_and_keeps_a_quarter_for_calls_that_send_nothing() {
    let (server, gate) = stuck(|_| {
        let keys = AccessKeys::new().with_key(OURS, AccessKeyHash::new(crate::test_server::OUR_KEY).unwrap());
        Config::new(keys).bounds(RequestLimits::default().with_max_concurrent_requests(100))
    });
    gate.add_permits(1);
    let record = server.started().await;
    let starts = many_starts(&server, 200).await;
    assert_eq!(under_way(&starts), 75);
    assert_eq!(server.get(&one(&record)).await.status, 200);
    gate.add_permits(75);
    for start in starts {
        start.await.unwrap();
    }
}

#[tokio::test]
async fn a_call_without_a_place_is_turned_away_at_once_and_a_place_comes_back_with_the_end_of_its_call() {
    let gate = Arc::new(Semaphore::new(0));
    let config = |config: Config| config.bounds(RequestLimits::default().with_max_concurrent_requests(2));
    let carrier: Arc<dyn Transport> = Arc::new(Gate(gate.clone()));
    let server = TestServer::with(Plan { carrier: Some(carrier), config: Box::new(config), ..Plan::default() });
    let calls: Vec<_> = (0..2)
        .map(|_| {
            let server = server.clone();
            tokio::spawn(async move { server.post(&all(OURS), start()).await })
        })
        .collect();
    while server.metrics.encode().contains("calls_in_flight 0") || server.metrics.encode().contains("calls_in_flight 1")
    {
        tokio::task::yield_now().await;
    }
    let third = server.get(&all(OURS)).await;
    third.is(503, "Overloaded");
    assert_eq!(third.header("retry-after"), "1");
    assert!(server.metrics.encode().contains("countersign_calls_shed_total 1\n"));
    // Who asks whether the process lives needs no place.
    assert_eq!(server.get("/healthz").await.status, 200);
    assert_eq!(server.get("/metrics").await.status, 200);
    gate.add_permits(2);
    for call in calls {
        assert_eq!(call.await.unwrap().status, 202);
    }
    assert_eq!(server.get(&all(OURS)).await.status, 200);
    assert!(server.metrics.encode().contains("calls_in_flight 0\n"));
}
