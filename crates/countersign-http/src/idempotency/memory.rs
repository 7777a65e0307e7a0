use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::{Claim, IdempotencyKey, IdempotencyStore, IdempotencyStoreError, StoredResponse};

/// Answers kept in this process: for one process, and for tests.
///
/// Each is kept for a day. There is a bound on how many: beyond it the oldest answer goes, and a request that comes again
/// after that is carried out again.
pub struct MemoryIdempotencyStore {
    kept: Mutex<Kept>,
    capacity: usize,
    keep_for: Duration,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<IdempotencyKey, Entry>,
    /// Answered keys, oldest first, each with the moment its answer was kept.
    answered: VecDeque<(Instant, IdempotencyKey)>,
}

struct Entry {
    seal: [u8; 16],
    state: State,
}

enum State {
    Running { until: Instant },
    Answered { at: Instant, answer: StoredResponse },
}

impl Default for MemoryIdempotencyStore {
    fn default() -> Self {
        Self::with_capacity(100_000)
    }
}

impl MemoryIdempotencyStore {
    /// At most so many answers: 100,000 by default, a kilobyte each.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { kept: Mutex::default(), capacity: capacity.max(1), keep_for: Duration::from_secs(24 * 60 * 60) }
    }

    /// The same, keeping each answer so long: a day by default.
    #[must_use]
    pub const fn keeping_for(mut self, time: Duration) -> Self {
        self.keep_for = time;
        self
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change below is whole before anything could panic.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget_before(&mut self, oldest: Option<Instant>, capacity: usize) {
        while let Some((at, key)) = self.answered.front() {
            if self.answered.len() <= capacity && oldest.is_none_or(|oldest| *at >= oldest) {
                break;
            }
            // A key that was answered anew has a later place in the queue.
            if let Some(Entry { state: State::Answered { at: kept_at, .. }, .. }) = self.entries.get(key)
                && kept_at == at
            {
                self.entries.remove(key);
            }
            self.answered.pop_front();
        }
    }
}

#[async_trait]
impl IdempotencyStore for MemoryIdempotencyStore {
    async fn claim(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        lease: Duration,
    ) -> Result<Claim, IdempotencyStoreError> {
        let now = Instant::now();
        let mut kept = self.kept();
        kept.forget_before(now.checked_sub(self.keep_for), self.capacity);
        match kept.entries.get(key) {
            Some(Entry { seal, state: State::Answered { answer, .. } }) => {
                Ok(Claim::Taken { seal: *seal, answer: Some(answer.clone()) })
            }
            Some(Entry { seal, state: State::Running { until } }) if *until > now => {
                Ok(Claim::Taken { seal: *seal, answer: None })
            }
            Some(Entry { state: State::Running { .. }, .. }) | None => {
                let state = State::Running { until: now + lease };
                kept.entries.insert(key.clone(), Entry { seal, state });
                Ok(Claim::Mine)
            }
        }
    }

    async fn keep(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        answer: StoredResponse,
    ) -> Result<(), IdempotencyStoreError> {
        let at = Instant::now();
        let mut kept = self.kept();
        kept.entries.insert(key.clone(), Entry { seal, state: State::Answered { at, answer } });
        kept.answered.push_back((at, key.clone()));
        kept.forget_before(None, self.capacity);
        Ok(())
    }

    async fn release(&self, key: &IdempotencyKey) -> Result<(), IdempotencyStoreError> {
        let mut kept = self.kept();
        if let Some(Entry { state: State::Running { .. }, .. }) = kept.entries.get(key) {
            kept.entries.remove(key);
        }
        Ok(())
    }
}

impl fmt::Debug for MemoryIdempotencyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryIdempotencyStore({} answers)", self.kept().answered.len())
    }
}
