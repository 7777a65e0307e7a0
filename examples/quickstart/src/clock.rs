use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign::{Clock, SystemClock, Timestamp};

/// The system's clock, which `wait` and `expire` put forward so that nobody has to sit and wait.
#[derive(Debug, Default)]
pub(crate) struct DemoClock {
    ahead_millis: AtomicU64,
}

impl DemoClock {
    pub(crate) fn put_forward(&self, by: Duration) {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_millis.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().saturating_add(Duration::from_millis(self.ahead_millis.load(Ordering::Relaxed)))
    }
}
