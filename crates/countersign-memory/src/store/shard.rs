use std::mem;

use countersign::store::{Found, Limit, StoreError, Stored, Version};
use countersign::{RecipientKey, Timestamp, Verification, VerificationId};

use super::bound::Bound;
use super::index::{self, Index, Key};
use super::listed::Listed;
use super::messages::Messages;
use super::records::Records;

/// The records of some recipients, and all their index entries but those by workspace and by message.
///
/// Every method leaves it consistent, and nothing in one can panic halfway: a lock that a panic elsewhere poisoned
/// still guards a sound shard.
#[derive(Debug, Default)]
// A lock must not share a cache line with its neighbour's.
#[repr(align(128))]
pub(super) struct Shard {
    pub(super) records: Records,
    /// One count for all records of the shard, never turned back: so also a record that comes again after it was
    /// deleted gets versions it never had.
    last_version: u64,
    pub(super) due: Index,
    pub(super) open: Index,
    pub(super) ended: Index,
}

/// What the shards share, and what a write needs besides its shard.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) messages: Messages,
    pub(super) listed: Listed,
    pub(super) bound: Bound,
}

impl Shard {
    pub(super) fn insert(&mut self, shared: &Shared, verification: &Verification) -> Result<Version, StoreError> {
        let id = verification.id();
        if self.records.get(id).is_some() {
            return Err(StoreError::AlreadyExists);
        }
        shared.bound.reserve()?;
        let version = self.next_version();
        self.records.add(verification.clone(), version);
        self.reindex(shared, id, None, Some(verification));
        Ok(version)
    }

    /// Gives the new version, and the old record to be dropped after the lock.
    pub(super) fn update(
        &mut self,
        shared: &Shared,
        next: &Verification,
        expected: Version,
    ) -> Result<(Version, Verification), StoreError> {
        let id = next.id();
        let Some(entry) = self.records.get_mut(id) else {
            return Err(StoreError::Conflict { found: Found::Gone });
        };
        if entry.version != expected {
            let stored = Stored { verification: entry.verification.clone(), version: entry.version };
            return Err(StoreError::Conflict { found: Found::Record(Box::new(stored)) });
        }
        self.last_version += 1;
        entry.version = Version::new(self.last_version);
        let version = entry.version;
        let was = mem::replace(&mut entry.verification, next.clone());
        if !was.has_same_index_keys(next) {
            self.reindex(shared, id, Some(&was), Some(next));
        }
        Ok((version, was))
    }

    pub(super) fn remove(&mut self, shared: &Shared, id: VerificationId) -> Option<Verification> {
        let was = self.records.remove(id)?;
        self.reindex(shared, id, Some(&was), None);
        shared.bound.release(1);
        Some(was)
    }

    pub(super) fn load(&self, id: VerificationId) -> Option<Stored> {
        let entry = self.records.get(id)?;
        Some(Stored { verification: entry.verification.clone(), version: entry.version })
    }

    pub(super) fn open_of(&self, recipient: RecipientKey, limit: Limit) -> Vec<Verification> {
        index::of_rank(&self.open, rank_of_recipient(recipient))
            .rev()
            .filter_map(|(_, id)| self.records.get(id))
            .map(|entry| &entry.verification)
            .filter(|verification| verification.index_keys().open_recipient == Some(recipient))
            .take(limit.get())
            .cloned()
            .collect()
    }

    /// What is due, earliest first.
    pub(super) fn due_at(&self, now: Timestamp) -> impl Iterator<Item = Key> {
        self.due.iter().copied().take_while(move |(due, _)| *due <= now.as_millis())
    }

    /// Removes at most so many of those that ended before that time, and gives them to be dropped after the lock.
    pub(super) fn purge(&mut self, shared: &Shared, ended_before: Timestamp, most: usize) -> Vec<Verification> {
        let mut removed = Vec::new();
        while removed.len() < most
            && let Some((ended_at, id)) = self.ended.first().copied()
            && ended_at < ended_before.as_millis()
            && let Some(verification) = self.remove(shared, id)
        {
            removed.push(verification);
        }
        removed
    }

    fn next_version(&mut self) -> Version {
        self.last_version += 1;
        Version::new(self.last_version)
    }

    /// Brings every index from what a record was to what it is; an index by which both are found alike is left alone.
    fn reindex(&mut self, shared: &Shared, id: VerificationId, was: Option<&Verification>, is: Option<&Verification>) {
        let workspaces = (was.map(Verification::workspace), is.map(Verification::workspace));
        shared.listed.shift(id, workspaces);

        let (was, is) = (was.map(Verification::index_keys), is.map(Verification::index_keys));
        let (was, is) = (was.as_ref(), is.as_ref());
        let due = (was.and_then(|keys| keys.due), is.and_then(|keys| keys.due));
        index::shift(&mut self.due, id, due, Timestamp::as_millis);
        let ended = (was.and_then(|keys| keys.ended_at), is.and_then(|keys| keys.ended_at));
        index::shift(&mut self.ended, id, ended, Timestamp::as_millis);
        let open = (was.and_then(|keys| keys.open_recipient), is.and_then(|keys| keys.open_recipient));
        index::shift(&mut self.open, id, open, rank_of_recipient);
        shared.messages.shift(id, was, is);
    }
}

/// The part of a recipient's key that its tag leaves, which is a keyed hash already.
pub(super) fn rank_of_recipient(recipient: RecipientKey) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = *recipient.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}
