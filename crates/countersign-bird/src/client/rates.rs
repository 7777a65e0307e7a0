//! How many calls a second leave this process: over Bird's own bounds it answers 429 and does nothing.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign::WorkspaceId;
use governor::clock::Clock as _;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::{sleep, timeout};

use super::request::Verb;

/// So many workspaces are remembered before those are forgotten that nobody calls just now.
const MOST_WORKSPACES: usize = 4096;

/// The bounds of each workspace.
pub(crate) struct Rates {
    get: Quota,
    post: Quota,
    lanes: Mutex<HashMap<WorkspaceId, Arc<Lanes>>>,
}

struct Lanes {
    get: Lane,
    post: Lane,
}

/// One bound, and who waits for it.
struct Lane {
    limiter: DefaultDirectRateLimiter,
    interval: Duration,
    /// Held by who is next, so that the others neither overtake nor wake in vain.
    turn: tokio::sync::Mutex<()>,
    waiting: AtomicU32,
}

impl Rates {
    pub(crate) fn new(get: NonZeroU32, post: NonZeroU32) -> Self {
        Self { get: quota(get), post: quota(post), lanes: Mutex::default() }
    }

    /// Waits for leave to call, at most so long; if that would be too short, says at once how long it would take.
    pub(crate) async fn enter(&self, workspace: WorkspaceId, verb: Verb, most: Duration) -> Result<(), Duration> {
        let lanes = self.lanes(workspace);
        let lane = match verb {
            Verb::Get => &lanes.get,
            Verb::Post => &lanes.post,
        };
        lane.enter(most).await
    }

    fn lanes(&self, workspace: WorkspaceId) -> Arc<Lanes> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= MOST_WORKSPACES && !lanes.contains_key(&workspace) {
            lanes.retain(|_, lanes| Arc::strong_count(lanes) > 1);
        }
        let new = || Arc::new(Lanes { get: Lane::new(self.get), post: Lane::new(self.post) });
        lanes.entry(workspace).or_insert_with(new).clone()
    }
}

/// A tenth may come at once and the rest evenly, so that no second has more than the bound.
fn quota(per_second: NonZeroU32) -> Quota {
    let burst = NonZeroU32::new(per_second.get() / 10).unwrap_or(NonZeroU32::MIN);
    let steady = NonZeroU32::new(per_second.get() - burst.get()).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(steady).allow_burst(burst)
}

impl Lane {
    fn new(quota: Quota) -> Self {
        let limiter = RateLimiter::direct(quota);
        Self { limiter, interval: quota.replenish_interval(), turn: tokio::sync::Mutex::default(), waiting: 0.into() }
    }

    async fn enter(&self, most: Duration) -> Result<(), Duration> {
        if self.waiting.load(Ordering::Relaxed) == 0 && self.limiter.check().is_ok() {
            return Ok(());
        }
        let place = Place::take(&self.waiting);
        let wait = self.interval.saturating_mul(place.number);
        if wait > most {
            return Err(wait);
        }
        timeout(most, self.wait()).await.map_err(|_| self.interval)
    }

    async fn wait(&self) {
        let _turn = self.turn.lock().await;
        while let Err(too_soon) = self.limiter.check() {
            sleep(too_soon.wait_time_from(self.limiter.clock().now())).await;
        }
    }
}

/// A place among those who wait, given up when dropped.
struct Place<'a> {
    waiting: &'a AtomicU32,
    /// From 1.
    number: u32,
}

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicU32) -> Self {
        let number = waiting.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        Self { waiting, number }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
