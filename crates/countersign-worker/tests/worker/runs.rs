//! What a worker does, and how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::VerificationStatus;
use countersign::store::Limit;
use countersign_testkit::{FaultPlan, FaultTiming, StoreCall};
use countersign_worker::Worker;
use tokio::time::{Instant, sleep};

use crate::virtual_engine::VirtualEngine;

const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn what_is_due_is_done_within_the_interval_without_anything_from_the_host() {
    let world = VirtualEngine::new(Duration::ZERO);
    let worker = Worker::new(world.engine.clone()).interval(Duration::from_secs(5)).spawn();
    sleep(Duration::from_secs(1)).await;
    let started = world.start(1).await;
    assert_eq!(world.carrier.began(), 0);
    sleep(Duration::from_secs(4) + MOMENT).await;
    assert_eq!(world.carrier.ended(), 1);
    sleep(Duration::from_secs(3600)).await;
    let expired = world.engine.get(started[0].workspace(), started[0].id()).await.unwrap();
    assert_eq!(expired.status(world.engine.now()), VerificationStatus::Expired);
    assert!(expired.next_timeout().is_none(), "its end is stored");
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn while_there_is_more_runs_follow_each_other_without_a_pause_and_share_the_work() {
    let world = VirtualEngine::new(Duration::from_secs(1));
    world.start(800).await;
    let began = Instant::now();
    let worker = Worker::new(world.engine.clone()).interval(Duration::from_secs(600)).spawn();
    while world.carrier.ended() < 800 {
        sleep(MOMENT).await;
    }
    // One run sends 32 messages a second, which is 25 s for all of them; four at a time help it.
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(world.carrier.began(), 800, "each is sent once");
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn every_hook_is_told_of_every_run_and_one_that_panics_does_not_end_the_worker() {
    let world = VirtualEngine::new(Duration::ZERO);
    world.start(5).await;
    let handled = Arc::new(AtomicUsize::new(0));
    let count = handled.clone();
    let worker = Worker::new(world.engine.clone())
        .batch(Limit::new(2).unwrap())
        .on_report(move |report| {
            count.fetch_add(report.handled, Ordering::SeqCst);
        })
        .on_report(|report| assert_eq!(report.handled, 0, "a bug in a hook"))
        .spawn();
    sleep(Duration::from_secs(10)).await;
    assert_eq!(handled.load(Ordering::SeqCst), 5);
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_asked_again_after_a_pause_and_not_at_once() {
    let world = VirtualEngine::new(Duration::ZERO);
    world.start(500).await;
    let before = world.store.calls();
    world.store.plan(Some(FaultPlan::starting_at(0, FaultTiming::Before)));
    let worker = Worker::new(world.engine.clone()).spawn();
    sleep(Duration::from_secs(10)).await;
    assert!((10..=11).contains(&(world.store.calls() - before)), "{}", world.store.calls() - before);

    world.store.plan(Some(FaultPlan::starting_at(0, FaultTiming::Before).only_for(StoreCall::Update)));
    let before = world.store.calls();
    sleep(Duration::from_secs(10)).await;
    let loads_and_updates = 2 * 200;
    assert!(world.store.calls() - before <= 11 * (1 + loads_and_updates), "what failed gets a pause");

    world.store.plan(None);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(world.carrier.ended(), 500);
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn workers_of_several_processes_share_what_is_due() {
    let world = VirtualEngine::new(Duration::from_secs(1));
    world.start(300).await;
    let workers = [Worker::new(world.another()).spawn(), Worker::new(world.another()).spawn()];
    sleep(Duration::from_secs(20)).await;
    assert_eq!((world.carrier.began(), world.carrier.ended()), (300, 300));
    for worker in workers {
        worker.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_interval_of_zero_is_taken_for_the_shortest_one() {
    let world = VirtualEngine::new(Duration::ZERO);
    let worker = Worker::new(world.engine.clone()).interval(Duration::ZERO).spawn();
    world.start(1).await;
    sleep(2 * MOMENT).await;
    assert_eq!(world.carrier.ended(), 1);
    worker.shutdown().await;
}
