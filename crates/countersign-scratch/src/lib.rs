//! A tiny store and a tiny transport.
use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use countersign::store::*;
use countersign::*;

#[derive(Debug, Default)]
pub struct TinyStore(Mutex<(u64, BTreeMap<VerificationId, Stored>)>);

#[async_trait]
impl Store for TinyStore {
    async fn insert(&self, verification: &Verification) -> Result<Version, StoreError> {
        let (count, records) = &mut *self.0.lock().unwrap();
        if records.contains_key(&verification.id()) {
            return Err(StoreError::AlreadyExists);
        }
        *count += 1;
        let version = Version::new(*count);
        records.insert(verification.id(), Stored { verification: verification.clone(), version });
        Ok(version)
    }

    async fn update(&self, verification: &Verification, expected: Version) -> Result<Version, StoreError> {
        let (count, records) = &mut *self.0.lock().unwrap();
        let stored = records.get_mut(&verification.id()).filter(|stored| stored.version == expected);
        let stored = stored.ok_or(StoreError::Conflict)?;
        *count += 1;
        *stored = Stored { verification: verification.clone(), version: Version::new(*count) };
        Ok(stored.version)
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        Ok(self.0.lock().unwrap().1.get(&id).cloned())
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        Ok(self.0.lock().unwrap().1.remove(&id).is_some())
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        let records = &self.0.lock().unwrap().1;
        let found = records.values().find(|it| it.verification.index_keys().messages().any(|named| named == message));
        Ok(found.map(|stored| stored.verification.id()))
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        let records = &self.0.lock().unwrap().1;
        let open = records.values().rev().map(|stored| &stored.verification);
        let open = open.filter(|record| record.index_keys().open_recipient == Some(recipient));
        Ok(open.take(limit.get()).cloned().collect())
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let records = &self.0.lock().unwrap().1;
        let due = records.iter().filter_map(|(id, stored)| Some((stored.verification.index_keys().due?, *id)));
        let mut due: Vec<_> = due.filter(|(at, _)| *at <= now).collect();
        due.sort_unstable();
        Ok(due.into_iter().take(limit.get()).map(|(_, id)| id).collect())
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        let records = &self.0.lock().unwrap().1;
        let all = records.values().map(|stored| &stored.verification);
        let all = all.filter(|record| record.workspace() == workspace && query.admits(record.id()));
        let mut verifications: Vec<_> = all.cloned().collect();
        if query.order == Order::NewestFirst {
            verifications.reverse();
        }
        let more = verifications.len() > query.limit.get();
        verifications.truncate(query.limit.get());
        let next = verifications.last().filter(|_| more).map(Verification::id);
        Ok(Page { verifications, next })
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[async_trait]
impl Purge for TinyStore {
    async fn purge(&self, ended_before: Timestamp, limit: Limit) -> Result<usize, StoreError> {
        let records = &mut self.0.lock().unwrap().1;
        let ended = records.values().map(|stored| &stored.verification);
        let ended = ended.filter(|record| record.ended_at().is_some_and(|at| at < ended_before));
        let ids: Vec<_> = ended.map(Verification::id).take(limit.get()).collect();
        Ok(ids.iter().filter(|id| records.remove(id).is_some()).count())
    }
}
