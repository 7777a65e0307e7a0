//! Runs over what is due that are told to stop.

use std::future;
use std::sync::Arc;

use countersign::store::Limit;
use countersign::{Policy, SendMode};
use tokio::sync::Notify;

use crate::watched::{SMS, WatchedEngine, request};

async fn deferred(count: usize) -> WatchedEngine {
    let watched = WatchedEngine::with_policy(Policy::default().with_send_mode(SendMode::Deferred));
    for _ in 0..count {
        watched.start(request([SMS])).await;
    }
    watched
}

#[tokio::test]
async fn a_run_that_is_stopped_before_it_began_takes_nothing() {
    let watched = deferred(3).await;
    let report = watched.engine.run_due_until(Limit::MAX, future::ready(())).await.unwrap();
    assert_eq!((report.handled, report.more), (0, true));
    assert!(watched.sms.sent().is_empty());
}

#[tokio::test]
async fn a_run_that_is_stopped_finishes_what_it_took_and_leaves_the_rest_due() {
    let watched = deferred(100).await;
    let stop = Arc::new(Notify::new());
    let told = stop.clone();
    watched.sms.on_send(Box::new(move |_| told.notify_one()));
    let report = watched.engine.run_due_until(Limit::MAX, stop.notified()).await.unwrap();
    assert!((1..=32).contains(&report.handled) && report.more, "{report:?}");
    assert_eq!(watched.sms.sent().len(), report.handled, "each that was taken was sent");
    let rest = watched.engine.run_due(Limit::MAX).await.unwrap();
    assert_eq!((report.handled + rest.handled, rest.more), (100, false));
    assert_eq!(watched.sms.sent().len(), 100, "each is sent once");
}
