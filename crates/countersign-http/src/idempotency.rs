//! Responses kept in this process, for requests that are repeated with their `Idempotency-Key`.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use countersign::WorkspaceId;
use countersign::idempotency::{Claim, ClaimId, IdempotencyError, IdempotencyKey, IdempotencyStore, StoredResponse};
use tokio::time::Instant;

/// Keeps responses in this process: for a service of one process, and for tests.
///
/// Each is kept for 24 hours unless set otherwise, up to a capacity: beyond it the oldest of the workspace that has the most
/// goes, and a repetition of its request is carried out again.
pub struct MemoryIdempotencyStore {
    kept: Mutex<Kept>,
    capacity: usize,
    retention: Duration,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<IdempotencyKey, Entry>,
    /// Keys with a response by workspace, oldest first, each with the moment at which it was kept.
    answered: HashMap<WorkspaceId, VecDeque<(Instant, IdempotencyKey)>>,
    /// How many those are.
    count: usize,
    /// How many claims there were.
    claims: u128,
}

struct Entry {
    seal: [u8; 16],
    state: State,
}

enum State {
    Running { claim: ClaimId, until: Instant },
    Answered { response: StoredResponse },
}

impl Default for MemoryIdempotencyStore {
    fn default() -> Self {
        Self::with_capacity(100_000)
    }
}

impl MemoryIdempotencyStore {
    /// A store for at most that many responses: 100,000 by default, about a kilobyte each.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { kept: Mutex::default(), capacity: capacity.max(1), retention: Duration::from_secs(24 * 60 * 60) }
    }

    /// The same store with that retention of responses: 24 hours by default.
    #[must_use]
    pub const fn with_retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change below is complete before anything could panic.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Forgets the workspace's responses from before that moment.
    fn forget_before(&mut self, workspace: WorkspaceId, oldest: Option<Instant>) {
        let Some(oldest) = oldest else { return };
        let front = |kept: &Self| Some(kept.answered.get(&workspace)?.front()?.0);
        while front(self).is_some_and(|at| at < oldest) {
            self.forget_oldest(workspace);
        }
    }

    /// Forgets until the capacity is kept: a workspace that keeps many loses its own and not those of others.
    fn make_room(&mut self, capacity: usize) {
        while self.count > capacity {
            let largest = self.answered.iter().max_by_key(|(_, keys)| keys.len()).map(|(workspace, _)| *workspace);
            let Some(largest) = largest else { return };
            self.forget_oldest(largest);
        }
    }

    fn forget_oldest(&mut self, workspace: WorkspaceId) {
        let Some(keys) = self.answered.get_mut(&workspace) else { return };
        if let Some((_, key)) = keys.pop_front() {
            self.entries.remove(&key);
            self.count = self.count.saturating_sub(1);
        }
        if keys.is_empty() {
            self.answered.remove(&workspace);
        }
    }
}

#[async_trait]
impl IdempotencyStore for MemoryIdempotencyStore {
    async fn claim(&self, key: &IdempotencyKey, seal: [u8; 16], lease: Duration) -> Result<Claim, IdempotencyError> {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.forget_before(key.workspace(), now.checked_sub(self.retention));
        match kept.entries.get(key) {
            Some(Entry { seal, state: State::Answered { response } }) => {
                Ok(Claim::Taken { seal: *seal, response: Some(response.clone()) })
            }
            Some(Entry { seal, state: State::Running { until, .. } }) if *until > now => {
                Ok(Claim::Taken { seal: *seal, response: None })
            }
            Some(Entry { state: State::Running { .. }, .. }) | None => {
                kept.claims += 1;
                let claim = ClaimId::new(kept.claims.to_be_bytes());
                let state = State::Running { claim, until: now + lease };
                kept.entries.insert(key.clone(), Entry { seal, state });
                Ok(Claim::Mine(claim))
            }
        }
    }

    async fn keep(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        response: StoredResponse,
    ) -> Result<(), IdempotencyError> {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.forget_before(key.workspace(), now.checked_sub(self.retention));
        if let Some(Entry { state: State::Answered { .. }, .. }) = kept.entries.get(key) {
            return Ok(());
        }
        kept.entries.insert(key.clone(), Entry { seal, state: State::Answered { response } });
        kept.answered.entry(key.workspace()).or_default().push_back((now, key.clone()));
        kept.count += 1;
        kept.make_room(self.capacity);
        Ok(())
    }

    async fn release(&self, key: &IdempotencyKey, claim: ClaimId) -> Result<(), IdempotencyError> {
        let mut kept = self.kept();
        if let Some(Entry { state: State::Running { claim: current, .. }, .. }) = kept.entries.get(key)
            && *current == claim
        {
            kept.entries.remove(key);
        }
        Ok(())
    }
}

impl fmt::Debug for MemoryIdempotencyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryIdempotencyStore({} responses)", self.kept().count)
    }
}
