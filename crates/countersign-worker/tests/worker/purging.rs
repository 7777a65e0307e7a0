//! A store that forgets nothing by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Limit, Page, Purge, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};
use countersign_worker::Worker;
use tokio::time::{Instant, sleep};

use crate::virtual_engine::VirtualEngine;

const KEEP: Duration = Duration::from_secs(120);

#[tokio::test(start_paused = true)]
async fn what_ended_is_kept_for_as_long_as_told_and_then_forgotten() {
    let world = VirtualEngine::new(Duration::ZERO);
    let worker = Worker::new(world.engine.clone()).purge(world.memory.clone(), KEEP).spawn();
    // More than one step of a purge takes.
    let ended = world.start(2500).await;
    sleep(Duration::from_secs(2)).await;
    for verification in &ended {
        world.engine.cancel(verification.workspace(), verification.id()).await.unwrap();
    }
    world.start(1).await;
    sleep(KEEP - Duration::from_secs(10)).await;
    assert_eq!(world.memory.len(), 2501);
    sleep(Duration::from_secs(22)).await;
    assert_eq!(world.memory.len(), 1, "what is open stays");
    worker.shutdown().await;
}

/// A store that is away: it answers after a while that it cannot be reached, and counts how often it was purged.
#[derive(Debug)]
struct Away {
    answers_after: Duration,
    purged: AtomicUsize,
}

impl Away {
    async fn fail<T>(&self) -> Result<T, StoreError> {
        sleep(self.answers_after).await;
        Err(StoreError::Unavailable { reason: "it is away".to_owned(), source: None })
    }
}

#[async_trait]
impl Store for Away {
    async fn insert(&self, _: &Verification, _: &Draws) -> Result<Version, StoreError> {
        self.fail().await
    }

    async fn update(&self, _: &Verification, _: Version, _: &Draws) -> Result<Version, StoreError> {
        self.fail().await
    }

    async fn load(&self, _: VerificationId) -> Result<Option<Stored>, StoreError> {
        self.fail().await
    }

    async fn delete(&self, _: VerificationId) -> Result<bool, StoreError> {
        self.fail().await
    }

    async fn find_by_message(&self, _: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        self.fail().await
    }

    async fn find_by_recipient(&self, _: RecipientKey, _: Limit) -> Result<Vec<Verification>, StoreError> {
        self.fail().await
    }

    async fn due(&self, _: Timestamp, _: Limit) -> Result<Vec<VerificationId>, StoreError> {
        self.fail().await
    }

    async fn list(&self, _: WorkspaceId, _: &Query) -> Result<Page, StoreError> {
        self.fail().await
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[async_trait]
impl Purge for Away {
    async fn purge(&self, _: Timestamp, _: Limit) -> Result<usize, StoreError> {
        self.purged.fetch_add(1, Ordering::SeqCst);
        self.fail().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_purge_that_fails_is_tried_again_ten_seconds_later() {
    let world = VirtualEngine::new(Duration::ZERO);
    let away = Arc::new(Away { answers_after: Duration::ZERO, purged: AtomicUsize::new(0) });
    let worker = Worker::new(world.engine.clone()).purge(away.clone(), KEEP).spawn();
    sleep(Duration::from_secs(35)).await;
    assert_eq!(away.purged.load(Ordering::SeqCst), 4);
    worker.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_purge_holds_up_neither_a_message_nor_the_end() {
    let world = VirtualEngine::new(Duration::ZERO);
    let away = Arc::new(Away { answers_after: Duration::from_secs(3600), purged: AtomicUsize::new(0) });
    let worker = Worker::new(world.engine.clone()).purge(away, KEEP).spawn();
    sleep(Duration::from_millis(1500)).await;
    world.start(1).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(world.carrier.ended(), 1);
    let told = Instant::now();
    worker.shutdown().await;
    assert_eq!(told.elapsed().as_secs(), 0);
}
