use std::hash::BuildHasher;
use std::sync::Mutex;

use countersign::store::{Order, Query};
use countersign::{VerificationId, WorkspaceId};
use foldhash::fast::RandomState;

use super::index::{self, Best, Index, Span};
use super::lock;

/// What lists workspaces.
///
/// These indexes stand apart and are few, because a list looks into each of them: among a million records every look is a
/// walk through cold memory. Starts meet at them for the time of one entry. Whoever holds the lock of a record may take one
/// of these, never the other way round; so a list may name a record that is just going or coming, and looks at it again.
#[derive(Debug)]
pub(super) struct Listed {
    shards: [Mutex<Index>; FEW],
    hasher: RandomState,
}

const FEW: usize = 8;

impl Listed {
    pub(super) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::default() }
    }

    /// Brings a record from the workspace it was of to the one it is of. Its shard must be locked.
    pub(super) fn shift(&self, id: VerificationId, workspaces: (Option<WorkspaceId>, Option<WorkspaceId>)) {
        if workspaces.0 != workspaces.1
            && let Some(shard) = self.shards.get(usize::from(id.tag()) % FEW)
        {
            index::shift(&mut lock(shard), id, workspaces, |workspace| self.rank(workspace));
        }
    }

    /// The next ids of a list, at most so many. Some may be gone, or another workspace's.
    pub(super) fn candidates(
        &self,
        workspace: WorkspaceId,
        query: &Query,
        after: Option<VerificationId>,
        most: usize,
    ) -> Vec<VerificationId> {
        let (rank, span) = (self.rank(workspace), Span::of(query, after));
        let mut best = Best::new(query.order, most);
        for shard in &self.shards {
            let shard = lock(shard);
            let oldest_first = index::within(&shard, rank, span);
            match query.order {
                Order::NewestFirst => best.take(oldest_first.rev()),
                Order::OldestFirst => best.take(oldest_first),
            }
        }
        best.into_ids()
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> Index {
        self.shards.iter().flat_map(|shard| lock(shard).clone()).collect()
    }

    pub(super) fn rank(&self, workspace: WorkspaceId) -> u64 {
        self.hasher.hash_one(workspace)
    }
}
