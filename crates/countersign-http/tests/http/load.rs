//! More calls than there are places: turned away at once, not queued.

use std::sync::Arc;

use countersign::Transport;
use countersign_http::RequestLimits;
use tokio::sync::Semaphore;

use crate::test_server::{Gate, OURS, Plan, TestServer, all, start};

#[tokio::test]
async fn a_call_without_a_place_is_turned_away_at_once_and_a_place_comes_back_with_the_end_of_its_call() {
    let gate = Arc::new(Semaphore::new(0));
    let config =
        |config: countersign_http::Config| config.bounds(RequestLimits::default().with_max_concurrent_requests(2));
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
