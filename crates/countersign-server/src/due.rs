use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Purge as _};
use countersign::{DueReport, Engine, EngineError};
use countersign_http::Metrics;
use countersign_memory::MemoryStore;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Does what is due, again and again: messages that nobody sent, silences, expiry, and forgetting what ended long ago.
///
/// Any number of processes may do so over one store.
#[derive(Debug)]
pub(crate) struct Due {
    engine: Engine,
    metrics: Metrics,
    every: Duration,
    purge: Option<Purging>,
}

/// The memory store forgets nothing by itself; Redis does.
#[derive(Debug)]
struct Purging {
    store: Arc<MemoryStore>,
    keep: Duration,
    every: Duration,
    next: Instant,
}

/// How often the memory store is purged, unless it keeps for less.
const PURGE_EVERY: Duration = Duration::from_secs(10);
/// How many runs share the work when one of them did not end it: each has 32 messages under way at most.
const RUNS: usize = 4;

impl Due {
    /// Once in that time, and without a pause as long as there is more.
    pub(crate) const fn new(engine: Engine, metrics: Metrics, every: Duration) -> Self {
        Self { engine, metrics, every, purge: None }
    }

    /// Forgets verifications that ended so long ago, too.
    pub(crate) fn purging(mut self, store: Arc<MemoryStore>, keep: Duration) -> Self {
        let every = keep.clamp(Duration::from_secs(1), PURGE_EVERY);
        self.purge = Some(Purging { store, keep, every, next: Instant::now() + every });
        self
    }

    /// Goes on until the end, and then does once more what is due: a message that waits is part of what was accepted.
    pub(crate) async fn run(mut self, end: impl Future<Output = ()>) {
        let mut end = std::pin::pin!(end);
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut runs = 1;
        loop {
            tokio::select! {
                biased;
                () = &mut end => break,
                _ = ticks.tick(), if runs == 1 => {}
                () = std::future::ready(()), if runs > 1 => {}
            }
            runs = if self.round(runs).await { RUNS } else { 1 };
            self.purge_if_it_is_time().await;
        }
        while self.round(RUNS).await {}
    }

    /// Several runs at a time. Says whether there is more.
    async fn round(&self, runs: usize) -> bool {
        let mut running: JoinSet<Result<DueReport, EngineError>> = JoinSet::new();
        for _ in 0..runs {
            let engine = self.engine.clone();
            running.spawn(async move { engine.run_due(limit()).await });
        }
        let mut more = false;
        while let Some(run) = running.join_next().await {
            match run {
                Ok(Ok(report)) => {
                    self.metrics.note_due(&report);
                    // What failed stays due: it gets a pause.
                    more |= report.more && report.handled > 0;
                }
                Ok(Err(error)) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "what is due cannot be looked up")
                }
                Err(error) => tracing::error!(%error, "a run over what is due broke"),
            }
        }
        more
    }

    async fn purge_if_it_is_time(&mut self) {
        let Some(Purging { store, keep, every, next }) = &mut self.purge else { return };
        if next.elapsed() == Duration::ZERO {
            return;
        }
        *next = Instant::now() + *every;
        match store.purge_older_than(*keep, self.engine.now()).await {
            Ok(removed) => tracing::debug!(removed, left = store.len(), "purged"),
            Err(error) => tracing::warn!(%error, "ended verifications were not purged; the next run tries again"),
        }
    }
}

/// Most verifications of one run: as long as it lasts, the end has to wait.
fn limit() -> Limit {
    Limit::new(200).unwrap_or_default()
}
