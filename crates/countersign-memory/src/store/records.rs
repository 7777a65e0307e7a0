use std::hash::BuildHasher;

use countersign::store::Version;
use countersign::{Verification, VerificationId};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// A record as the store keeps it. The parts of it that a check changes are here; the rest is behind its pointer.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) verification: Verification,
    pub(super) version: Version,
    /// Half of its id's hash: enough to tell other records apart, and to grow the table without looking behind pointers.
    hash: u32,
}

/// The records of a shard by id, in the table itself: among a million, every place looked at is waited for.
///
/// Growing it moves a few words for each record of one shard, and looks at none behind its pointer.
#[derive(Debug, Default)]
pub(super) struct Records {
    table: HashTable<Entry>,
    hasher: RandomState,
}

impl Records {
    pub(super) fn get(&self, id: VerificationId) -> Option<&Entry> {
        let hash = self.hash(id);
        self.table.find(widen(hash), |entry| entry.is_of(hash, id))
    }

    pub(super) fn get_mut(&mut self, id: VerificationId) -> Option<&mut Entry> {
        let hash = self.hash(id);
        self.table.find_mut(widen(hash), |entry| entry.is_of(hash, id))
    }

    /// Adds a record; the caller has seen that there is none of that id.
    pub(super) fn add(&mut self, verification: Verification, version: Version) {
        let hash = self.hash(verification.id());
        self.table.insert_unique(widen(hash), Entry { verification, version, hash }, |entry| widen(entry.hash));
    }

    pub(super) fn remove(&mut self, id: VerificationId) -> Option<Verification> {
        let hash = self.hash(id);
        let found = self.table.find_entry(widen(hash), |entry| entry.is_of(hash, id));
        let (entry, _) = found.ok()?.remove();
        Some(entry.verification)
    }

    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.table.iter()
    }

    fn hash(&self, id: VerificationId) -> u32 {
        // The upper half; which half does not matter, a good hash is good everywhere.
        (self.hasher.hash_one(id) >> 32) as u32
    }
}

impl Entry {
    fn is_of(&self, hash: u32, id: VerificationId) -> bool {
        self.hash == hash && self.verification.id() == id
    }
}

/// The table takes its buckets from the low bits and its tags from the high ones.
const fn widen(hash: u32) -> u64 {
    (hash as u64) << 32 | hash as u64
}
