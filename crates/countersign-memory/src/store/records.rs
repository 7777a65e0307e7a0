use std::hash::BuildHasher;
use std::mem;

use countersign::store::Version;
use countersign::{Verification, VerificationId};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// A record as the store keeps it. The parts of it that a check changes are here; the rest is behind its pointers.
///
/// It fills a cache line, so among a million of them one costs one miss and not two.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Entry {
    pub(super) verification: Verification,
    pub(super) version: Version,
}

/// The records of a shard by id.
///
/// Entries live in blocks that never move, and the table holds only their places. So growing the table moves 8 bytes a
/// record without looking at it: the longest pause of an insert among a million records stays far below a millisecond,
/// and half-empty tables cost little.
#[derive(Debug, Default)]
pub(super) struct Records {
    table: HashTable<Place>,
    blocks: Vec<Vec<Option<Entry>>>,
    free: Vec<u32>,
    hasher: RandomState,
}

/// Where an entry is, and half of its id's hash: enough to grow the table by, and to tell other records apart.
#[derive(Debug, Clone, Copy)]
struct Place {
    hash: u32,
    slot: u32,
}

const BLOCK: usize = 128;

impl Records {
    pub(super) fn get(&self, id: VerificationId) -> Option<&Entry> {
        let hash = self.hash(id);
        let place = self.table.find(widen(hash), |place| self.is_at(*place, hash, id))?;
        entry(&self.blocks, place.slot)
    }

    pub(super) fn get_mut(&mut self, id: VerificationId) -> Option<&mut Entry> {
        let hash = self.hash(id);
        let slot = self.table.find(widen(hash), |place| self.is_at(*place, hash, id))?.slot;
        slot_mut(&mut self.blocks, slot)?.as_mut()
    }

    /// Adds a record; the caller has seen that there is none of that id. False, and nothing changed, after 2³² records.
    pub(super) fn add(&mut self, entry: Entry) -> bool {
        let hash = self.hash(entry.verification.id());
        let Some(slot) = self.put(entry) else { return false };
        self.table.insert_unique(widen(hash), Place { hash, slot }, |place| widen(place.hash));
        true
    }

    pub(super) fn remove(&mut self, id: VerificationId) -> Option<Verification> {
        let hash = self.hash(id);
        let blocks = &self.blocks;
        let found = self.table.find_entry(widen(hash), |place| place.hash == hash && is_of(blocks, place.slot, id));
        let (Place { slot, .. }, _) = found.ok()?.remove();
        let entry = mem::take(slot_mut(&mut self.blocks, slot)?)?;
        self.free.push(slot);
        Some(entry.verification)
    }

    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.table.iter().filter_map(|place| entry(&self.blocks, place.slot))
    }

    /// How many slots are in use, and how many there are that are neither in use nor free: none, if all is well.
    #[cfg(test)]
    pub(super) fn slots(&self) -> (usize, usize) {
        let used = self.blocks.iter().flatten().filter(|slot| slot.is_some()).count();
        let all: usize = self.blocks.iter().map(Vec::len).sum();
        (used, all - used - self.free.len())
    }

    fn put(&mut self, entry: Entry) -> Option<u32> {
        if let Some(slot) = self.free.pop() {
            *slot_mut(&mut self.blocks, slot)? = Some(entry);
            return Some(slot);
        }
        if self.blocks.last().is_none_or(|block| block.len() == BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        let before = self.blocks.len().saturating_sub(1) * BLOCK;
        let block = self.blocks.last_mut()?;
        let slot = u32::try_from(before + block.len()).ok()?;
        block.push(Some(entry));
        Some(slot)
    }

    fn is_at(&self, place: Place, hash: u32, id: VerificationId) -> bool {
        place.hash == hash && is_of(&self.blocks, place.slot, id)
    }

    fn hash(&self, id: VerificationId) -> u32 {
        // The upper half; which half does not matter, a good hash is good everywhere.
        (self.hasher.hash_one(id) >> 32) as u32
    }
}

/// The table takes its buckets from the low bits and its tags from the high ones.
const fn widen(hash: u32) -> u64 {
    ((hash as u64) << 32) | hash as u64
}

fn entry(blocks: &[Vec<Option<Entry>>], slot: u32) -> Option<&Entry> {
    let slot = slot as usize;
    blocks.get(slot / BLOCK)?.get(slot % BLOCK)?.as_ref()
}

fn slot_mut(blocks: &mut [Vec<Option<Entry>>], slot: u32) -> Option<&mut Option<Entry>> {
    let slot = slot as usize;
    blocks.get_mut(slot / BLOCK)?.get_mut(slot % BLOCK)
}

fn is_of(blocks: &[Vec<Option<Entry>>], slot: u32, id: VerificationId) -> bool {
    entry(blocks, slot).is_some_and(|entry| entry.verification.id() == id)
}
