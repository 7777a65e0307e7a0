use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Found, Limit, Order, Page, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};

use super::bug::Bug;
use super::forgetful::forgetting;
use super::shelf::Shelf;

/// A store that keeps the contract but for one planted bug, or none.
#[derive(Debug)]
pub(crate) struct BuggyStore {
    bug: Option<Bug>,
    shelf: Arc<Mutex<Shelf>>,
    /// One write at a time, over all its pauses.
    pub(super) writing: tokio::sync::Mutex<()>,
}

impl BuggyStore {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, shelf: Arc::new(Mutex::new(Shelf::new(bug))), writing: tokio::sync::Mutex::default() }
    }

    pub(super) const fn bug(&self) -> Option<Bug> {
        self.bug
    }

    pub(super) fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    pub(super) fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, verification: &Verification, version: Version) -> Version {
        if self.has(Bug::KeysAreWrittenBeforeTheRecord) {
            self.shelf().put_keys(verification);
            pause().await;
            self.shelf().put_record(verification, version);
        } else if self.has(Bug::KeysAreWrittenAfterTheRecord) {
            self.shelf().put_record(verification, version);
            pause().await;
            self.shelf().put_keys(verification);
        } else if self.has(Bug::KeysAreWrittenAfterTheAnswer) {
            self.shelf().put_record(verification, version);
            let (shelf, verification) = (Arc::clone(&self.shelf), verification.clone());
            tokio::spawn(async move {
                pause().await;
                shelf.lock().unwrap_or_else(PoisonError::into_inner).put_keys(&verification);
            });
        } else {
            let mut shelf = self.shelf();
            shelf.put_record(verification, version);
            shelf.put_keys(verification);
        }
        version
    }
}

impl BuggyStore {
    /// What a conflict says that it found.
    fn told_of_a_conflict(&self, tried: &Verification) -> Found {
        match self.shelf().records.get(&tried.id()).cloned() {
            Some(_) if self.has(Bug::ConflictsFindNothing) => Found::Gone,
            Some((_, version)) if self.has(Bug::ConflictsFindWhatWasTried) => {
                Found::Record(Box::new(Stored { verification: tried.clone(), version }))
            }
            Some((verification, version)) => Found::Record(Box::new(Stored { verification, version })),
            None => Found::Gone,
        }
    }
}

pub(super) async fn pause() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[async_trait]
impl Store for BuggyStore {
    async fn insert(&self, verification: &Verification, _: &Draws) -> Result<Version, StoreError> {
        let racy = self.has(Bug::InsertLooksAndThenWrites);
        let _alone = if racy { None } else { Some(self.writing.lock().await) };
        let exists = self.shelf().records.contains_key(&verification.id());
        if racy {
            pause().await;
        }
        if exists && !self.has(Bug::InsertOverwrites) {
            if self.has(Bug::RefusedInsertLeavesItsMessages) {
                self.shelf().keep_messages(verification);
            }
            return Err(StoreError::AlreadyExists);
        }
        let version = self.shelf().next_version(None);
        Ok(self.write(verification, version).await)
    }

    async fn update(&self, verification: &Verification, expected: Version, _: &Draws) -> Result<Version, StoreError> {
        let id = verification.id();
        let racy = self.has(Bug::UpdateLooksAndThenWrites);
        let _alone = if racy { None } else { Some(self.writing.lock().await) };
        let current = self.shelf().records.get(&id).map(|(_, version)| *version);
        if racy {
            pause().await;
        }
        let known = self.shelf().first.contains_key(&id);
        let wins = match current {
            Some(current) => current == expected || self.has(Bug::UpdateIgnoresTheVersion),
            None => self.has(Bug::UpdateInserts) || (self.has(Bug::UpdateInsertsWhatWasDeleted) && known),
        };
        if !wins {
            if self.has(Bug::RefusedUpdateLeavesItsMessages) && current.is_some() {
                self.shelf().keep_messages(verification);
            }
            if self.has(Bug::RefusedUpdateGivesANewVersion) {
                let mut shelf = self.shelf();
                let next = shelf.next_version(current);
                shelf.records.entry(id).and_modify(|(_, version)| *version = next);
            }
            if self.has(Bug::ConflictsThatHappened) && current.is_some() {
                let next = self.shelf().next_version(current);
                self.write(verification, next).await;
            }
            return Err(StoreError::Conflict { found: self.told_of_a_conflict(verification) });
        }
        let version = if self.has(Bug::UpdateKeepsTheVersion) { expected } else { self.shelf().next_version(current) };
        Ok(self.write(verification, version).await)
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        let shelf = self.shelf();
        let same_time = |shelf: &Shelf| {
            let mut others = shelf.records.values();
            others.find(|(record, _)| record.created_at() == id.created_at()).cloned()
        };
        let found = match shelf.records.get(&id).cloned() {
            None if self.has(Bug::LoadGivesARecordOfTheSameTime) => same_time(&shelf),
            found => found,
        };
        Ok(found.map(|(mut verification, mut version)| {
            if self.has(Bug::LoadGivesTheFirstState) {
                verification = shelf.first.get(&id).cloned().unwrap_or(verification);
            }
            if self.has(Bug::LoadGivesAnOldVersion) {
                version = Version::new(version.get() - 1);
            }
            Stored { verification: forgetting(self.bug, &verification), version }
        }))
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        let racy = self.has(Bug::DeleteLooksAndThenRemoves);
        let _alone = if racy { None } else { Some(self.writing.lock().await) };
        let existed = self.shelf().records.contains_key(&id);
        if racy {
            pause().await;
        }
        if self.has(Bug::KeysAreWrittenBeforeTheRecord) {
            self.shelf().remove_keys(id);
            pause().await;
        } else if self.has(Bug::KeysAreWrittenAfterTheRecord) {
            self.shelf().records.remove(&id);
            pause().await;
        }
        self.shelf().remove(id);
        Ok((existed || self.has(Bug::DeleteAlwaysSaysTrue)) && !self.has(Bug::DeleteNeverSaysTrue))
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        Ok(self.shelf().by_message(message))
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        let shelf = self.shelf();
        let mut ids = shelf.by_recipient(recipient);
        if !self.has(Bug::RecipientsOldestFirst) {
            ids.reverse();
        }
        let ended = |id: &VerificationId| shelf.records.get(id).is_some_and(|(it, _)| it.ended_at().is_some());
        if self.has(Bug::EndedRecordsCountAgainstTheLimit) {
            ids.truncate(limit.get());
            ids.retain(|id| !ended(id));
        }
        if !self.has(Bug::RecipientsIgnoreTheLimit) {
            ids.truncate(limit.get());
        }
        let records = ids.iter().filter_map(|id| shelf.records.get(id));
        Ok(records.map(|(record, _)| self.found(Bug::LookupsForgetTheSalt, record)).collect())
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let mut shelf = self.shelf();
        let mut due = shelf.due_at(now);
        if self.has(Bug::DueById) {
            due.sort_unstable();
        }
        if !self.has(Bug::DueIgnoresTheLimit) {
            due.truncate(limit.get());
        }
        if self.has(Bug::DueIsTakenAway) {
            shelf.due.retain(|id, _| !due.contains(id));
        }
        Ok(due)
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        let mut shelf = self.shelf();
        let mut listed = shelf.listed(workspace, query);
        let oldest_first = match query.order {
            Order::OldestFirst => true,
            Order::NewestFirst => false,
        };
        if !self.has(Bug::ListByInsertion) {
            listed.sort_unstable();
        }
        if !oldest_first || self.has(Bug::ListIgnoresTheOrder) {
            listed.reverse();
        }
        if self.has(Bug::CursorByPlace) {
            let place = query.after.and_then(|after| shelf.places.get(&(after, oldest_first)).copied());
            listed.drain(..place.unwrap_or(0).min(listed.len()));
        }
        let limit = match self.bug {
            Some(Bug::ListIgnoresTheLimit) => usize::MAX,
            Some(Bug::ListStopsAtAHundred) => query.limit.get().min(100),
            Some(_) | None => query.limit.get(),
        };
        let full = listed.len() == limit;
        let more = listed.len() > limit || (full && self.has(Bug::LastFullPageHasACursor));
        listed.truncate(limit);
        let next = listed.last().copied().filter(|_| more && !self.has(Bug::NoCursorAtAll));
        if let Some(next) = next {
            let before = query.after.and_then(|after| shelf.places.get(&(after, oldest_first)).copied());
            shelf.places.insert((next, oldest_first), before.unwrap_or(0) + listed.len());
        }
        let record = |id: &VerificationId| {
            let first = shelf.first.get(id).filter(|_| self.has(Bug::ListKeepsTheFirstState));
            first.or_else(|| shelf.records.get(id).map(|(record, _)| record))
        };
        let verifications = listed.iter().filter_map(record);
        Ok(Page { verifications: verifications.map(|it| self.found(Bug::ListsForgetTheSalt, it)).collect(), next })
    }

    fn durability(&self) -> Durability {
        if self.has(Bug::DurabilityDependsOnTheRecords) && !self.shelf().records.is_empty() {
            return Durability::Local;
        }
        Durability::Memory
    }
}

impl BuggyStore {
    fn found(&self, forgets: Bug, record: &Verification) -> Verification {
        if self.has(forgets) { forgetting(self.bug, record) } else { record.clone() }
    }
}
