//! Responses kept in this process, for requests that are repeated with their `Idempotency-Key`.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use countersign::idempotency::{Claim, ClaimId, IdempotencyError, IdempotencyKey, IdempotencyStore, StoredResponse};
use tokio::time::Instant;

/// Keeps responses in this process: for a service of one process, and for tests.
///
/// Each is kept for 24 hours unless set otherwise, up to a capacity: beyond it the oldest goes, and a repetition of its
/// request is carried out again.
pub struct MemoryIdempotencyStore {
    kept: Mutex<Kept>,
    capacity: usize,
    retention: Duration,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<IdempotencyKey, Entry>,
    /// Keys with a response, oldest first, each with the moment at which it was kept.
    answered: VecDeque<(Instant, IdempotencyKey)>,
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
    fn forget_before(&mut self, oldest: Option<Instant>, capacity: usize) {
        while let Some((at, key)) = self.answered.front() {
            if self.answered.len() <= capacity && oldest.is_none_or(|oldest| *at >= oldest) {
                break;
            }
            self.entries.remove(key);
            self.answered.pop_front();
        }
    }
}

#[async_trait]
impl IdempotencyStore for MemoryIdempotencyStore {
    async fn claim(&self, key: &IdempotencyKey, seal: [u8; 16], lease: Duration) -> Result<Claim, IdempotencyError> {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.forget_before(now.checked_sub(self.retention), self.capacity);
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
        kept.forget_before(now.checked_sub(self.retention), self.capacity);
        if let Some(Entry { state: State::Answered { .. }, .. }) = kept.entries.get(key) {
            return Ok(());
        }
        kept.entries.insert(key.clone(), Entry { seal, state: State::Answered { response } });
        kept.answered.push_back((now, key.clone()));
        kept.forget_before(None, self.capacity);
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
        write!(f, "MemoryIdempotencyStore({} responses)", self.kept().answered.len())
    }
}
