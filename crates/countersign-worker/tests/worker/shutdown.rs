//! How a worker ends.

use std::time::Duration;

use countersign::store::Limit;
use countersign_worker::Worker;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use crate::virtual_engine::VirtualEngine;

const GRACE: Duration = Duration::from_secs(10);

#[tokio::test(start_paused = true)]
async fn what_was_accepted_and_not_sent_yet_is_sent_by_the_last_round() {
    let world = VirtualEngine::new(Duration::from_secs(1));
    let worker = Worker::new(world.engine.clone()).interval(Duration::from_secs(600)).spawn();
    sleep(Duration::from_secs(1)).await;
    world.start(40).await;
    worker.shutdown().await;
    assert_eq!((world.carrier.began(), world.carrier.ended()), (40, 40));
}

#[tokio::test(start_paused = true)]
async fn the_end_comes_within_its_grace_although_thousands_are_due_and_cuts_no_send_off() {
    let world = VirtualEngine::new(Duration::from_secs(1));
    world.start(20_000).await;
    let worker = Worker::new(world.engine.clone()).grace(GRACE).spawn();
    sleep(Duration::from_millis(1500)).await;
    let told = Instant::now();
    worker.shutdown().await;
    assert!(told.elapsed() < GRACE, "{:?}", told.elapsed());
    assert!(world.carrier.began() < 2000, "{} were sent", world.carrier.began());
    assert_eq!(world.carrier.began(), world.carrier.ended(), "what was taken is finished");
    // The rest is left to the next worker.
    sleep(Duration::from_secs(60)).await;
    let sent = world.carrier.ended();
    let report = world.another().run_due(Limit::new(1).unwrap()).await.unwrap();
    assert_eq!((world.carrier.ended(), report.more), (sent + 1, true));
}

#[tokio::test(start_paused = true)]
async fn a_run_under_way_takes_nothing_more_once_the_worker_is_told_to_stop() {
    let world = VirtualEngine::new(Duration::from_secs(4));
    world.start(1000).await;
    let worker = Worker::new(world.engine.clone()).batch(Limit::MAX).spawn();
    sleep(Duration::from_secs(1)).await;
    let taken = world.carrier.began();
    assert_eq!(taken, 32);
    // Half of this grace is over when the run has finished: there is no last round.
    worker.shutdown_within(Duration::from_secs(6)).await;
    assert_eq!((world.carrier.began(), world.carrier.ended()), (taken, taken));
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_never_answers_holds_the_end_up_for_no_longer_than_the_grace() {
    let world = VirtualEngine::new(Duration::from_secs(86_400));
    world.start(3).await;
    let worker = Worker::new(world.engine.clone()).grace(GRACE).spawn();
    sleep(Duration::from_secs(1)).await;
    let told = Instant::now();
    worker.shutdown().await;
    assert_eq!(told.elapsed().as_secs(), GRACE.as_secs());
    // The lease of the send that was cut off ends, and another process makes it again.
    sleep(Duration::from_secs(60)).await;
    let another = world.another();
    let _ = timeout(Duration::from_secs(1), another.run_due(Limit::MAX)).await;
    assert_eq!(world.carrier.began(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_run_in_place_ends_when_its_shutdown_does() {
    let world = VirtualEngine::new(Duration::ZERO);
    let (told, shutdown) = oneshot::channel::<()>();
    let run = tokio::spawn(Worker::new(world.engine.clone()).run(async { drop(shutdown.await) }));
    world.start(1).await;
    sleep(Duration::from_secs(2)).await;
    assert!(!run.is_finished());
    drop(told);
    run.await.unwrap();
    assert_eq!(world.carrier.ended(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_handle_was_dropped_goes_on() {
    let world = VirtualEngine::new(Duration::ZERO);
    drop(Worker::new(world.engine.clone()).spawn());
    sleep(Duration::from_secs(60)).await;
    world.start(1).await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(world.carrier.ended(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_dropped_loses_nothing_that_was_stored() {
    let world = VirtualEngine::new(Duration::from_secs(5));
    world.start(3).await;
    let cut_off = timeout(Duration::from_secs(1), Worker::new(world.engine.clone()).run(std::future::pending())).await;
    assert!(cut_off.is_err());
    sleep(Duration::from_secs(10)).await;
    assert_eq!((world.carrier.began(), world.carrier.ended()), (3, 0), "no task of it is left");
    let next = Worker::new(world.another()).spawn();
    sleep(Duration::from_secs(60)).await;
    assert_eq!((world.carrier.began(), world.carrier.ended()), (6, 3));
    next.shutdown().await;
}
