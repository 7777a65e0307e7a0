//! What goes wrong with one message or one record costs the others nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign::store::Limit;
use countersign::{AttemptStatus, CheckOutcome, Event, Observer, Policy, SendMode, Verification};
use countersign_testkit::{FaultPlan, FaultTiming, StoreCall};
use futures::executor::block_on;

use crate::watched::{SMS, WORKSPACE, WatchedEngine, request, statuses};

fn deferred() -> WatchedEngine {
    WatchedEngine::with_policy(Policy::default().with_send_mode(SendMode::Deferred))
}

/// A verification with two messages that are due at once.
async fn with_two_messages(watched: &WatchedEngine) -> Verification {
    let id = watched.start(request([SMS])).await.id();
    watched.pass(Policy::default().resend_cooldown());
    watched.engine.resend(WORKSPACE, id, None).await.unwrap()
}

#[tokio::test]
async fn a_transport_that_panics_costs_one_try_of_one_message() {
    let watched = deferred();
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(watched.start(request([SMS])).await.id());
    }
    let unlucky = ids[7];
    let panicked = AtomicBool::new(false);
    watched.sms.on_send(Box::new(move |dispatch| {
        let first = dispatch.verification().id() == unlucky && !panicked.swap(true, Ordering::Relaxed);
        assert!(!first, "a fault of the host's transport");
    }));
    let report = watched.engine.run_due(Limit::MAX).await.unwrap();
    assert_eq!((report.handled, report.failed), (20, 0), "the panic is a try with an unknown outcome");
    for id in &ids {
        let expected = if *id == unlucky { AttemptStatus::Prepared } else { AttemptStatus::Accepted };
        assert_eq!(statuses(&watched.get(*id).await), [expected]);
    }
    watched.pass(Duration::from_secs(30));
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 1, "only that message is tried again");
    assert_eq!(statuses(&watched.get(unlucky).await), [AttemptStatus::Accepted]);
    assert!(ids.iter().all(|id| watched.sms.sent_for(*id).len() == 1), "the provider got each message once");
}

#[derive(Debug)]
struct Panicking;

impl Observer for Panicking {
    fn observe(&self, _: &Event, _: &Verification) {
        panic!("a fault of the host's observer");
    }
}

#[tokio::test]
async fn an_observer_that_panics_costs_no_call_and_no_other_observer_anything() {
    let watched = deferred();
    let later = Arc::new(countersign_testkit::RecordingObserver::new());
    assert!(watched.engine.add_observer(Arc::new(Panicking)) && watched.engine.add_observer(later.clone()));
    let id = watched.start(request([SMS])).await.id();
    assert_eq!(watched.engine.run_due(Limit::MAX).await.unwrap().handled, 1);
    assert_eq!(watched.check(id, &watched.code(id)).await.unwrap().outcome, CheckOutcome::Verified);
    assert_eq!(later.names_of(id), watched.observer.names_of(id));
    assert!(later.names_of(id).contains(&"verified"));
}

#[tokio::test]
async fn after_an_error_of_the_store_nothing_more_of_the_record_is_sent() {
    let watched = deferred();
    let verification = with_two_messages(&watched).await;
    // The person enters the code of the first message while its result is being stored.
    let plan = FaultPlan::once(1, FaultTiming::Before).only_for(StoreCall::Update);
    watched.store.plan(Some(plan));
    watched.engine.run_due(Limit::MAX).await.unwrap();
    assert_eq!(watched.sms.sent().len(), 1, "what the record has become since is not known");
    let id = verification.id();
    assert_eq!(watched.check(id, &watched.code(id)).await.unwrap().outcome, CheckOutcome::Verified);
    watched.pass(Policy::default().send_lease());
    watched.engine.run_due(Limit::MAX).await.unwrap();
    assert_eq!(watched.sms.sent().len(), 1, "and nothing is sent after the end");
}

#[tokio::test]
async fn messages_that_are_sent_one_after_the_other_keep_their_leases() {
    let watched = Arc::new(deferred());
    let verification = with_two_messages(&watched).await;
    let (clock, other) = (watched.clock.clone(), watched.other_engine(Policy::default()));
    let inside = AtomicBool::new(false);
    watched.sms.on_send(Box::new(move |_| {
        // Each send takes 20 s of a lease of 30 s, and another process looks for due work all the time.
        if !inside.swap(true, Ordering::Relaxed) {
            for _ in 0..20 {
                clock.advance(Duration::from_secs(1));
                block_on(other.run_due(Limit::MAX)).unwrap();
            }
            inside.store(false, Ordering::Relaxed);
        }
    }));
    watched.engine.run_due(Limit::MAX).await.unwrap();
    let references: Vec<_> = watched.sms.sent().iter().map(|sent| sent.reference).collect();
    assert_eq!(references, [verification.attempt_id(0), verification.attempt_id(1)], "each message went out once");
}
