use std::sync::Arc;
use std::time::Duration;

use countersign::Timestamp;
use countersign::store::{Limit, Purge};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often a store is purged, unless it keeps for less.
const EVERY: Duration = Duration::from_secs(10);
/// How often it is purged at most.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// When a store is purged of what.
#[derive(Debug)]
pub(crate) struct Purging {
    store: Arc<dyn Purge>,
    keep: Duration,
    every: Duration,
    next: Option<Instant>,
}

impl Purging {
    pub(crate) fn new(store: Arc<dyn Purge>, keep: Duration) -> Self {
        Self { store, keep, every: keep.clamp(AT_MOST_EVERY, EVERY), next: None }
    }

    /// Purges the store if it is time, in steps, until nothing is left to remove or it is told to stop.
    pub(crate) async fn purge_if_due(&mut self, now: Timestamp, stop: &CancellationToken) {
        let current = Instant::now();
        if self.next.is_some_and(|next| current < next) {
            return;
        }
        self.next = Some(current + self.every);
        let ended_before = now.saturating_sub(self.keep);
        let mut removed = 0;
        while !stop.is_cancelled() {
            match self.store.purge(ended_before, Limit::MAX).await {
                Ok(count) => {
                    removed += count;
                    if count < Limit::MAX.get() {
                        break;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the store cannot be purged: trying again later");
                    break;
                }
            }
        }
        tracing::debug!(removed, "purged");
    }
}
