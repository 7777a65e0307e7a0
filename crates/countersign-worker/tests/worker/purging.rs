//! A store that forgets nothing by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Durability, Limit, Page, Purge, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};
use countersign_memory::MemoryStore;
use countersign_worker::Worker;
use tokio::time::sleep;

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

/// An empty store that cannot be purged, and counts how often it was asked to.
#[derive(Debug, Default)]
struct Stubborn {
    calls: AtomicUsize,
    inner: MemoryStore,
}

#[async_trait]
impl Purge for Stubborn {
    async fn purge(&self, _: Timestamp, _: Limit) -> Result<usize, StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        Err(StoreError::Unavailable { reason: "it is away".to_owned(), source: None })
    }
}

#[async_trait]
impl Store for Stubborn {
    async fn insert(&self, verification: &Verification) -> Result<Version, StoreError> {
        self.inner.insert(verification).await
    }

    async fn update(&self, verification: &Verification, expected: Version) -> Result<Version, StoreError> {
        self.inner.update(verification, expected).await
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        self.inner.load(id).await
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        self.inner.delete(id).await
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        self.inner.find_by_message(message).await
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        self.inner.find_by_recipient(recipient, limit).await
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        self.inner.due(now, limit).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        self.inner.list(workspace, query).await
    }

    fn durability(&self) -> Durability {
        self.inner.durability()
    }
}

#[tokio::test(start_paused = true)]
async fn a_purge_that_fails_is_tried_again_ten_seconds_later_and_holds_up_no_message() {
    let world = VirtualEngine::new(Duration::ZERO);
    let stubborn = Arc::new(Stubborn::default());
    let worker = Worker::new(world.engine.clone()).purge(stubborn.clone(), KEEP).spawn();
    world.start(1).await;
    sleep(Duration::from_secs(35)).await;
    assert_eq!((stubborn.calls.load(Ordering::SeqCst), world.carrier.ended()), (4, 1));
    worker.shutdown().await;
}
