use std::hash::BuildHasher;
use std::sync::Mutex;

use countersign::{IndexKeys, MessageId, VerificationId};
use foldhash::fast::RandomState;

use super::index::{self, Index};
use super::{SHARDS, lock, nth};

/// What finds records by their messages.
///
/// A message id does not tell the shard of its record, so these indexes stand apart, sharded by the message id's hash.
/// Whoever holds the lock of a record may take one of these, never the other way round.
#[derive(Debug)]
pub(super) struct Messages {
    shards: [Mutex<Index>; SHARDS],
    hasher: RandomState,
}

impl Messages {
    pub(super) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::default() }
    }

    /// Brings a record from the messages it had to those it has. Its shard must be locked.
    pub(super) fn shift(&self, id: VerificationId, was: Option<&IndexKeys<'_>>, is: Option<&IndexKeys<'_>>) {
        let was = || was.into_iter().flat_map(IndexKeys::messages);
        let is = || is.into_iter().flat_map(IndexKeys::messages);
        if was().eq(is()) {
            return;
        }
        for gone in was().filter(|message| !is().any(|kept| kept == *message)) {
            let rank = self.rank(gone);
            lock(self.shard(rank)).remove(&(rank, id));
        }
        // Also those it had, which changes nothing: two messages of one hash share an entry that was perhaps just
        // removed.
        for message in is() {
            let rank = self.rank(message);
            lock(self.shard(rank)).insert((rank, id));
        }
    }

    /// The ids of records that may have that message: those that have a message of its hash.
    pub(super) fn candidates(&self, message: &MessageId) -> Candidates<'_> {
        Candidates { messages: self, rank: self.rank(message), after: None }
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> Index {
        self.shards.iter().flat_map(|shard| lock(shard).clone()).collect()
    }

    #[cfg(test)]
    pub(super) fn rank_of(&self, message: &MessageId) -> u64 {
        self.rank(message)
    }

    fn rank(&self, message: &MessageId) -> u64 {
        self.hasher.hash_one(message)
    }

    fn shard(&self, rank: u64) -> &Mutex<Index> {
        nth(&self.shards, rank)
    }
}

/// Goes through candidates one by one and holds no lock between them, so that the caller may lock their records.
#[derive(Debug)]
pub(super) struct Candidates<'a> {
    messages: &'a Messages,
    rank: u64,
    after: Option<VerificationId>,
}

impl Iterator for Candidates<'_> {
    type Item = VerificationId;

    fn next(&mut self) -> Option<VerificationId> {
        let shard = lock(self.messages.shard(self.rank));
        let (_, id) = index::of_rank_after(&shard, self.rank, self.after).next()?;
        self.after = Some(id);
        Some(id)
    }
}
