use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Found, Limit, Order, Page, Purge, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};

/// The reference model of a [`Store`]: one lock, one map, and a look at every record for every question.
///
/// Other stores are compared with it. It is slow on purpose: it has no index that could differ from its records.
#[derive(Debug, Default)]
pub struct NaiveStore(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    records: BTreeMap<VerificationId, (Verification, Version)>,
    /// Counts all writes of all records, so that no record ever gets a version again, not even after a delete.
    writes: u64,
}

impl Shelf {
    fn put(&mut self, verification: &Verification) -> Version {
        self.writes += 1;
        let version = Version::new(self.writes);
        self.records.insert(verification.id(), (verification.clone(), version));
        version
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = &Verification> {
        self.records.values().map(|(verification, _)| verification)
    }
}

impl NaiveStore {
    /// Builds an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for NaiveStore {
    async fn insert(&self, verification: &Verification, _draws: &Draws) -> Result<Version, StoreError> {
        let mut shelf = self.shelf();
        if shelf.records.contains_key(&verification.id()) {
            return Err(StoreError::AlreadyExists);
        }
        Ok(shelf.put(verification))
    }

    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        _draws: &Draws,
    ) -> Result<Version, StoreError> {
        let mut shelf = self.shelf();
        match shelf.records.get(&verification.id()) {
            Some((_, version)) if *version == expected => Ok(shelf.put(verification)),
            Some((verification, version)) => {
                let stored = Stored { verification: verification.clone(), version: *version };
                Err(StoreError::Conflict { found: Found::Record(Box::new(stored)) })
            }
            None => Err(StoreError::Conflict { found: Found::Gone }),
        }
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        let shelf = self.shelf();
        let found = shelf.records.get(&id).cloned();
        Ok(found.map(|(verification, version)| Stored { verification, version }))
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        Ok(self.shelf().records.remove(&id).is_some())
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        let shelf = self.shelf();
        let named = |record: &&Verification| record.index_keys().messages().any(|named| named == message);
        Ok(shelf.all().find(named).map(Verification::id))
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        let shelf = self.shelf();
        let open = shelf.all().rev().filter(|record| record.index_keys().open_recipient == Some(recipient));
        Ok(open.take(limit.get()).cloned().collect())
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let shelf = self.shelf();
        let due_times = shelf.all().filter_map(|record| Some((record.index_keys().due?, record.id())));
        let mut due: Vec<_> = due_times.filter(|(at, _)| *at <= now).collect();
        due.sort_unstable();
        Ok(due.into_iter().take(limit.get()).map(|(_, id)| id).collect())
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        let shelf = self.shelf();
        let admitted = |record: &&Verification| record.workspace() == workspace && query.matches_id(record.id());
        let mut verifications: Vec<_> = shelf.all().filter(admitted).cloned().collect();
        match query.order {
            Order::OldestFirst => {}
            Order::NewestFirst => verifications.reverse(),
        }
        let more = verifications.len() > query.limit.get();
        verifications.truncate(query.limit.get());
        let next = verifications.last().map(Verification::id).filter(|_| more);
        Ok(Page { verifications, next })
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[async_trait]
impl Purge for NaiveStore {
    async fn purge(&self, ended_before: Timestamp, limit: Limit) -> Result<usize, StoreError> {
        let mut shelf = self.shelf();
        let ended = shelf.all().filter(|record| record.ended_at().is_some_and(|ended_at| ended_at < ended_before));
        let ids: Vec<_> = ended.map(Verification::id).take(limit.get()).collect();
        ids.iter().for_each(|id| drop(shelf.records.remove(id)));
        Ok(ids.len())
    }
}
