use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign::{Clock, Timestamp};

use crate::fixtures::EPOCH;

/// A clock that stands still until a test moves it.
///
/// A clone is another handle to the same clock: give one to the engine and keep another.
#[derive(Debug, Clone)]
pub struct SteppedClock(Arc<AtomicU64>);

impl SteppedClock {
    /// Builds a clock that shows that time.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicU64::new(now.as_millis())))
    }

    /// Moves it on, and returns the new time; less than a millisecond is dropped.
    pub fn advance(&self, by: Duration) -> Timestamp {
        let step = |millis| Some(Timestamp::from_millis(millis).saturating_add(by).as_millis());
        // The closure always gives a time, so both outcomes hold the one before.
        let before = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step).unwrap_or_else(|before| before);
        Timestamp::from_millis(before).saturating_add(by)
    }

    /// Sets the time, which may be earlier: clocks of machines do step back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::SeqCst);
    }
}

impl Default for SteppedClock {
    /// Builds a clock that shows [`EPOCH`].
    fn default() -> Self {
        Self::new(EPOCH)
    }
}

impl Clock for SteppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
