use std::future;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};

use super::Engine;
use super::commit::Settled;
use crate::error::EngineError;
use crate::id::VerificationId;
use crate::store::Limit;

/// What a run over due verifications did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DueReport {
    /// Verifications that were due and now are not.
    pub handled: usize,
    /// Verifications that somebody else handled first.
    pub taken: usize,
    /// Verifications that could not be handled; the log says why. They stay due.
    pub failed: usize,
    /// Whether there may be more that is due: as many were due as were asked for, or the run was stopped before it took
    /// all of them.
    pub more: bool,
    /// How long the one that waited longest of those handled had been due: what messages and ends are late by.
    pub lag: Duration,
}

/// What came of one due verification.
enum Outcome {
    /// It had been due for that long.
    Handled(Duration),
    Taken,
    Failed,
}

/// How many sends of one run are under way at a time, so that one slow provider does not hold up the others.
const CONCURRENCY: usize = 32;

impl Engine {
    /// Does what is due, for at most so many verifications: sends messages that nobody sent, ends silences, notes
    /// expiry. Call it in a loop, about once a second; in several processes if you like.
    ///
    /// Who sends first claims the attempt in the store, so that two runs do not send one message, as long as a send
    /// takes no longer than the policy's lease. Each run takes what it was given in an order of its own, so that several at
    /// once share the work instead of reaching for the same.
    ///
    /// # Errors
    /// Those of the store when it cannot even say what is due.
    ///
    /// # Cancel safety
    /// A dropped run leaves what it has not done to the next one, of any process. The messages that it was sending, at most
    /// 32, are due again when their leases end, and may go out twice; each of them is a send with an unknown outcome.
    /// To stop between messages, use [`run_due_until`](Self::run_due_until).
    pub async fn run_due(&self, limit: Limit) -> Result<DueReport, EngineError> {
        self.run_due_until(limit, future::pending()).await
    }

    /// Does what is due as [`run_due`](Self::run_due) does, and takes no further verification once `stop` has ended; those
    /// it has taken by then, 32 at most, it finishes. What it leaves stays due.
    ///
    /// # Errors
    /// As [`run_due`](Self::run_due).
    ///
    /// # Cancel safety
    /// As [`run_due`](Self::run_due).
    pub async fn run_due_until(
        &self,
        limit: Limit,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<DueReport, EngineError> {
        let mut ids = self.0.store.due(self.now(), limit).await?;
        let mut report = DueReport { more: ids.len() >= limit.get(), ..DueReport::default() };
        if ids.len() > CONCURRENCY {
            let mut order = [0; 8];
            self.0.entropy.fill(&mut order)?;
            ids.sort_by_cached_key(|id| {
                let mut place = DefaultHasher::new();
                (order, id).hash(&mut place);
                place.finish()
            });
        }
        let due = ids.len();
        let taken = futures_util::stream::iter(ids.into_iter().map(|id| self.handle_due_alone(id))).take_until(stop);
        let mut outcomes = pin!(taken.buffer_unordered(CONCURRENCY));
        while let Some(outcome) = outcomes.next().await {
            match outcome {
                Outcome::Handled(lag) => {
                    report.handled += 1;
                    report.lag = report.lag.max(lag);
                }
                Outcome::Taken => report.taken += 1,
                Outcome::Failed => report.failed += 1,
            }
        }
        report.more |= report.handled + report.taken + report.failed < due;
        Ok(report)
    }

    /// Handles one record and logs why it could not be handled. A panic on the way, of a store or a key ring of the host's,
    /// costs this record and no other of the run.
    async fn handle_due_alone(&self, id: VerificationId) -> Outcome {
        match AssertUnwindSafe(self.handle_due(id)).catch_unwind().await {
            Ok(Ok(Some(lag))) => Outcome::Handled(lag),
            Ok(Ok(None)) => Outcome::Taken,
            Ok(Err(error)) => {
                tracing::warn!(verification = %id, error = &error as &dyn std::error::Error, "a due verification could not be handled");
                Outcome::Failed
            }
            Err(_) => {
                tracing::error!(verification = %id, "the handling of a due verification panicked");
                Outcome::Failed
            }
        }
    }

    /// Gives how long it had been due, unless somebody else was faster.
    async fn handle_due(&self, id: VerificationId) -> Result<Option<Duration>, EngineError> {
        let Some(stored) = self.0.store.load(id).await? else { return Ok(None) };
        let due = stored.verification.next_timeout();
        let lag = due.map_or(Duration::ZERO, |due| self.now().saturating_duration_since(due));
        let settled = self.commit_fact(stored, |verification, now| verification.handle_timeout(now)).await?;
        let Settled::Changed(transition, version) = settled else { return Ok(None) };
        self.carry_out(transition, version).await;
        Ok(Some(lag))
    }
}
