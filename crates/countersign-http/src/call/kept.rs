//! How much this process lets workspaces keep for repetitions of their requests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign::WorkspaceId;
use countersign_api::ErrorResponse;
use tokio::time::Instant;

use super::refusals;
use crate::bounds::RequestLimits;

/// Bytes of answers that were kept, for each workspace and in all.
///
/// What is counted goes by itself, evenly over the time that answers are kept for. A level of half the bound that goes at
/// that pace never lets more than the bound be kept within the time. It counts what this process kept, because a store does
/// not report how much it has.
#[derive(Debug)]
pub(crate) struct KeptBytes {
    all: Pace,
    each: Pace,
    levels: Mutex<Levels>,
}

/// How high a level may be, and how long it takes to go from there.
#[derive(Debug, Clone, Copy)]
struct Pace {
    most: u64,
    within: Duration,
}

#[derive(Debug, Default)]
struct Levels {
    all: Level,
    /// Of workspaces that have access keys: as many as the host configured.
    each: HashMap<WorkspaceId, Level>,
}

/// A number of bytes at a moment; none before the first.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    bytes: u64,
    at: Option<Instant>,
}

impl KeptBytes {
    pub(crate) fn new(bounds: &RequestLimits, is_alone: bool) -> Self {
        let pace =
            |bytes: usize| Pace { most: u64::try_from(bytes / 2).unwrap_or(u64::MAX), within: bounds.kept_within };
        let (all, each) = (pace(bounds.kept), pace(bounds.kept_of_one(is_alone)));
        Self { all, each, levels: Mutex::default() }
    }

    /// Whether one more answer may be kept.
    ///
    /// # Errors
    /// The bound that is reached: 429 for that of the workspace, 503 for that of all.
    pub(super) fn admit(&self, workspace: WorkspaceId) -> Result<(), ErrorResponse> {
        let (now, levels) = (Instant::now(), self.levels());
        let level = levels.each.get(&workspace).copied().unwrap_or_default();
        if let Some(wait) = self.each.wait(level, now) {
            return Err(refusals::workspace_keeps_too_much(wait));
        }
        self.all.wait(levels.all, now).map_or(Ok(()), |wait| Err(refusals::too_much_kept(wait)))
    }

    /// Counts an answer that was kept.
    pub(super) fn add(&self, workspace: WorkspaceId, bytes: usize) {
        let (now, bytes) = (Instant::now(), u64::try_from(bytes).unwrap_or(u64::MAX));
        let mut levels = self.levels();
        levels.all = self.all.after(levels.all, now, bytes);
        let each = levels.each.entry(workspace).or_default();
        *each = self.each.after(*each, now, bytes);
    }

    fn levels(&self) -> MutexGuard<'_, Levels> {
        // Every change is complete before anything could panic.
        self.levels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    /// How long it takes until the level is below the bound; none when it is.
    fn wait(self, level: Level, now: Instant) -> Option<Duration> {
        let above = (self.left(level, now) + 1).checked_sub(self.most).filter(|above| *above > 0)?;
        let nanos = self.within.as_nanos().saturating_mul(u128::from(above)) / u128::from(self.most.max(1));
        Some(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)).min(self.within))
    }

    fn after(self, level: Level, now: Instant, bytes: u64) -> Level {
        Level { bytes: self.left(level, now).saturating_add(bytes), at: Some(now) }
    }

    /// What is left of a level.
    fn left(self, level: Level, now: Instant) -> u64 {
        let Some(at) = level.at else { return 0 };
        let elapsed = now.saturating_duration_since(at).as_nanos();
        let gone = u128::from(self.most).saturating_mul(elapsed) / self.within.as_nanos().max(1);
        level.bytes.saturating_sub(u64::try_from(gone).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests;
