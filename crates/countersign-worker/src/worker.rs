use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Purge};
use countersign::{DueReport, Engine};
use tokio::sync::oneshot;

use crate::handle::WorkerHandle;
use crate::purging::Purging;
use crate::rounds::Rounds;

/// Runs what is due over an engine until shutdown.
///
/// Configure it with its setters, then [`spawn`](Self::spawn) or [`run`](Self::run) it. See the
/// [crate's documentation](crate) for its bounds and its shutdown.
#[derive(Debug)]
#[must_use = "a worker does nothing until it is spawned or run"]
pub struct Worker {
    engine: Engine,
    interval: Duration,
    batch: Limit,
    parallel_runs: NonZeroUsize,
    grace: Duration,
    hooks: Hooks,
    purging: Option<Purging>,
}

/// What is called with each report.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Arc<Hook>>);

type Hook = dyn Fn(&DueReport) + Send + Sync;

/// The shortest pause between two runs.
const MIN_INTERVAL: Duration = Duration::from_millis(1);

impl Worker {
    /// Returns a worker over `engine` with the defaults of the [table](crate#bounds).
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            interval: Duration::from_secs(1),
            batch: Limit::new(200).unwrap_or_default(),
            parallel_runs: const { NonZeroUsize::new(4).unwrap() },
            grace: Duration::from_secs(10),
            hooks: Hooks::default(),
            purging: None,
        }
    }

    /// Sets the pause between two runs: 1 s by default, at least 1 ms. While there is more to do, runs follow each other
    /// without one.
    ///
    /// A deferred message waits for half of it on average.
    pub const fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets how many verifications one run takes at most: 200 by default.
    pub const fn batch(mut self, batch: Limit) -> Self {
        self.batch = batch;
        self
    }

    /// Sets how many runs share the work when one of them did not end it: 4 by default. Each has up to 32 messages under
    /// way.
    pub const fn parallel_runs(mut self, runs: NonZeroUsize) -> Self {
        self.parallel_runs = runs;
        self
    }

    /// Sets how long the worker may take to stop: 10 s by default. It should be longer than a transport's own timeout, so
    /// that what is under way can be finished.
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Purges a store of verifications that ended longer than `keep` ago, every 10 s, or as often as `keep` says if that
    /// is less, but not more than once a second.
    ///
    /// For stores that forget nothing by themselves, such as `countersign_memory::MemoryStore`; give it the store that the
    /// engine has.
    pub fn purge(mut self, store: Arc<dyn Purge>, keep: Duration) -> Self {
        self.purging = Some(Purging::new(store, keep));
        self
    }

    /// Calls `hook` with the report of each run, behind the hooks added before: for metrics and alerts.
    ///
    /// It is called in line and must be quick. One that panics is logged, and the worker goes on.
    pub fn on_report(mut self, hook: impl Fn(&DueReport) + Send + Sync + 'static) -> Self {
        self.hooks.0.push(Arc::new(hook));
        self
    }

    /// Starts the worker in a task of its own.
    ///
    /// # Panics
    /// Outside of a tokio runtime with time enabled.
    pub fn spawn(self) -> WorkerHandle {
        let (told, stop) = oneshot::channel();
        let grace = self.grace;
        let task = tokio::spawn(self.run_until(async {
            match stop.await {
                Ok(grace) => grace,
                // Its handle was dropped: it goes on with the runtime.
                Err(_) => std::future::pending().await,
            }
        }));
        WorkerHandle::new(told, task, grace)
    }

    /// Runs until `shutdown` ends, and then stops within the [grace](Self::grace).
    ///
    /// # Cancel safety
    /// Dropping the future stops the worker at once. Nothing that was stored is lost: a message that was being sent is sent
    /// again after its lease, with the same code and reference, by the next worker of any process.
    ///
    /// # Panics
    /// Outside of a tokio runtime with time enabled.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let grace = self.grace;
        self.run_until(async {
            shutdown.await;
            grace
        })
        .await;
    }

    async fn run_until(self, stop: impl Future<Output = Duration> + Send) {
        let Self { engine, interval, batch, parallel_runs, grace: _, hooks, purging } = self;
        let rounds = Rounds { engine, batch, parallel_runs, hooks };
        rounds.run(interval.max(MIN_INTERVAL), purging, stop).await;
    }
}

impl Hooks {
    pub(crate) fn call(&self, report: &DueReport) {
        for hook in &self.0 {
            hook(report);
        }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hooks({})", self.0.len())
    }
}
