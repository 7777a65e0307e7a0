//! Virtual time: what is due on the way happens at its own moment.

use std::time::Duration;

use countersign::store::Limit;
use countersign::{DueReport, Timestamp};

use super::TestEngine;

impl TestEngine {
    /// Moves the clock on, and does what is due on the way, each at its own millisecond: first what is due now, then
    /// messages, retries, delivery timeouts and ends in the order of their times, up to and including the time it ends at.
    /// Returns what all runs together did.
    ///
    /// Advancing by [`Duration::ZERO`] does what is due now. Less than a millisecond is dropped. Where a run fails, because
    /// the store does, the next one comes when something else is due, and with the next call.
    pub async fn advance(&self, by: Duration) -> DueReport {
        let end = self.now().saturating_add(by);
        let mut total = DueReport::default();
        let mut done = None;
        while let Some(due) = self.next_due(done, end).await {
            // What was due before now is done now.
            self.clock.set(due.max(self.now()));
            self.run_due_into(&mut total).await;
            done = Some(self.now());
        }
        self.clock.set(end);
        total
    }

    /// The next moment at which something is due, after what was done already.
    async fn next_due(&self, done: Option<Timestamp>, end: Timestamp) -> Option<Timestamp> {
        let ids = self.behind.due(end, Limit::MAX).await.expect("the store behind the faults answers");
        let mut next: Option<Timestamp> = None;
        for id in ids {
            let stored = self.behind.load(id).await.expect("the store behind the faults answers");
            let due = stored.and_then(|stored| stored.verification.next_timeout());
            let Some(due) = due.filter(|due| done.is_none_or(|done| *due > done) && *due <= end) else { continue };
            next = Some(next.map_or(due, |next| next.min(due)));
        }
        next
    }

    /// Runs until nothing more happens at this moment.
    async fn run_due_into(&self, total: &mut DueReport) {
        loop {
            let Ok(report) = self.engine.run_due(Limit::MAX).await else {
                total.failed += 1;
                return;
            };
            total.handled += report.handled;
            total.taken += report.taken;
            total.failed += report.failed;
            total.lag = total.lag.max(report.lag);
            if report.handled == 0 {
                return;
            }
        }
    }
}
