use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Limit, Order, Page, Purge, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};

use bound::Bound;
use index::Best;
use listed::Listed;
use messages::Messages;
use shard::{Shard, Shared};

mod bound;
mod index;
mod listed;
mod messages;
mod records;
mod shard;
#[cfg(test)]
mod tests;

/// A power of two. With 64, threads of a large machine seldom meet.
const SHARDS: usize = 64;

/// Most records that a purge removes under one lock, so that other calls for that shard do not wait for all of them.
const MAX_PURGED_AT_ONCE: usize = 256;

/// Keeps verifications in the memory of this process, where they end with it.
///
/// It has 64 shards, each behind a lock of its own. A record lives in the shard of its recipient's tag, with what finds it
/// by recipient, due time and end; what finds it by message or in a list is written under the same lock into indexes that
/// stand apart. Nothing scans: lists and the due queue look at the ends of indexes and take what they give, and
/// [`purge`](Purge::purge) what it removes, up to 256 records under one lock.
///
/// A live verification of one step takes about 700 bytes with all its index entries. What a purge frees is used
/// again by later records; what the tables took stays the store's as long as it lives.
pub struct MemoryStore {
    shards: [Mutex<Shard>; SHARDS],
    shared: Shared,
}

impl MemoryStore {
    /// An empty store that grows as far as memory goes.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity_limit(usize::MAX)
    }

    /// An empty store that holds at most so many records, open and ended ones alike.
    ///
    /// One more is refused with [`StoreError::Full`], and nothing is evicted for it: an open verification is never lost
    /// to a flood of new ones. [`purge`](Purge::purge) makes room. The memory is taken as records come, not beforehand.
    #[must_use]
    pub fn with_capacity_limit(max_records: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            shared: Shared { messages: Messages::new(), listed: Listed::new(), bound: Bound::new(max_records) },
        }
    }

    /// How many records there are, open and ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.bound.taken()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, tag: u16) -> MutexGuard<'_, Shard> {
        lock(nth(&self.shards, u64::from(tag)))
    }

    fn get(&self, id: VerificationId) -> Option<Stored> {
        self.shard(id.tag()).load(id)
    }

    fn page(&self, workspace: WorkspaceId, query: &Query) -> Page {
        let mut page = Page::default();
        let mut after = query.after;
        loop {
            // One more than the page takes: whether there is one decides whether there is a next page.
            let wanted = query.limit.get() - page.verifications.len() + 1;
            let ids = self.shared.listed.candidates(workspace, query, after, wanted);
            for id in &ids {
                let stored = self.get(*id).filter(|stored| stored.verification.workspace() == workspace);
                let Some(Stored { verification, .. }) = stored else { continue };
                if page.verifications.len() == query.limit.get() {
                    page.next = page.verifications.last().map(Verification::id);
                    return page;
                }
                page.verifications.push(verification);
            }
            if ids.len() < wanted {
                return page;
            }
            // Some of them went meanwhile: go on behind them.
            after = ids.last().copied();
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn insert(&self, verification: &Verification, _draws: &Draws) -> Result<Version, StoreError> {
        self.shard(verification.id().tag()).insert(&self.shared, verification)
    }

    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        _draws: &Draws,
    ) -> Result<Version, StoreError> {
        let (version, _old) = self.shard(verification.id().tag()).update(&self.shared, verification, expected)?;
        Ok(version)
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        Ok(self.get(id))
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        let removed = self.shard(id.tag()).remove(&self.shared, id);
        Ok(removed.is_some())
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        let has_it = |id: &VerificationId| {
            let stored = self.get(*id);
            stored.is_some_and(|stored| stored.verification.index_keys().messages().any(|key| key == message))
        };
        Ok(self.shared.messages.candidates(message).find(has_it))
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        Ok(self.shard(recipient.tag()).open_of(recipient, limit))
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let mut best = Best::new(Order::OldestFirst, limit.get());
        for shard in &self.shards {
            best.take(lock(shard).due_at(now));
        }
        Ok(best.into_ids())
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        Ok(self.page(workspace, query))
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[async_trait]
impl Purge for MemoryStore {
    /// Its work grows with what is removed, not with what is there. It waits for nothing but locks and cannot fail.
    async fn purge(&self, ended_before: Timestamp, limit: Limit) -> Result<usize, StoreError> {
        let mut removed = 0;
        for shard in &self.shards {
            while removed < limit.get() {
                let most = MAX_PURGED_AT_ONCE.min(limit.get() - removed);
                // The guard goes at the end of the statement, and the records after it: freeing them needs no lock.
                let batch = lock(shard).purge(&self.shared, ended_before, most);
                removed += batch.len();
                if batch.len() < most {
                    break;
                }
            }
        }
        Ok(removed)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("records", &self.len())
            .field("capacity", &self.shared.bound.capacity())
            .finish_non_exhaustive()
    }
}

/// Locks, also after somebody panicked under the lock: every write leaves what it guards consistent, and none of them
/// can panic halfway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The shard that a number falls to.
#[allow(clippy::indexing_slicing, reason = "the remainder is below the length")]
const fn nth<T>(shards: &[T; SHARDS], number: u64) -> &T {
    &shards[number as usize % SHARDS]
}
