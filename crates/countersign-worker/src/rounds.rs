//! The loop: when to run, how many runs at a time, and how it ends.

use std::num::NonZeroUsize;
use std::pin::pin;
use std::time::Duration;

use countersign::store::Limit;
use countersign::{Engine, EngineError};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::purging::Purging;
use crate::worker::Hooks;

#[derive(Debug)]
pub(crate) struct Rounds {
    pub(crate) engine: Engine,
    pub(crate) batch: Limit,
    pub(crate) parallel_runs: NonZeroUsize,
    pub(crate) hooks: Hooks,
}

impl Rounds {
    /// Runs until `stop` returns a grace, and stops within it.
    pub(crate) async fn run(
        &self,
        every: Duration,
        purging: Option<Purging>,
        stop: impl Future<Output = Duration> + Send,
    ) {
        let stopping = CancellationToken::new();
        let mut work = pin!(async {
            let purge = async {
                if let Some(purging) = &purging {
                    purging.run(&self.engine, &stopping).await;
                }
            };
            tokio::join!(self.work(every, &stopping), purge);
        });
        let grace = tokio::select! {
            biased;
            grace = stop => grace,
            () = &mut work => return,
        };
        stopping.cancel();
        // Half of the grace is for taking more, the other half for finishing it.
        let half = sleep(grace / 2);
        let ending = async {
            work.await;
            self.last_round(half).await;
        };
        if timeout(grace, ending).await.is_err() {
            tracing::warn!(
                "the worker's grace was over before all sends had ended: they are made again after their lease"
            );
        }
    }

    /// Makes rounds until `stopping` is cancelled; then finishes what it took.
    async fn work(&self, every: Duration, stopping: &CancellationToken) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut more = false;
        loop {
            if !more {
                tokio::select! {
                    biased;
                    () = stopping.cancelled() => return,
                    _ = ticks.tick() => {}
                }
            }
            if stopping.is_cancelled() {
                return;
            }
            let runs = if more { self.parallel_runs } else { NonZeroUsize::MIN };
            more = self.round(runs, stopping).await;
        }
    }

    /// Makes one round over what is still due, and takes nothing more once `time` has ended.
    async fn last_round(&self, time: impl Future<Output = ()>) {
        let stopping = CancellationToken::new();
        let mut round = pin!(self.round(self.parallel_runs, &stopping));
        let more = tokio::select! {
            biased;
            more = &mut round => more,
            () = time => {
                stopping.cancel();
                round.await
            }
        };
        if more {
            tracing::info!("the worker stopped while more was due: the next one takes it");
        }
    }

    /// Makes that many runs at a time. Returns whether the next round should follow without a pause: not when everything
    /// that was taken failed, which stays due.
    async fn round(&self, runs: NonZeroUsize, stopping: &CancellationToken) -> bool {
        let mut running: JoinSet<Result<bool, EngineError>> = JoinSet::new();
        for _ in 0..runs.get() {
            let (engine, hooks, batch) = (self.engine.clone(), self.hooks.clone(), self.batch);
            let stop = stopping.clone().cancelled_owned();
            running.spawn(async move {
                let report = engine.run_due_until(batch, stop).await?;
                hooks.call(&report);
                Ok(report.more && report.handled > 0)
            });
        }
        let mut more = false;
        while let Some(run) = running.join_next().await {
            match run {
                Ok(Ok(its)) => more |= its,
                Ok(Err(error)) => tracing::warn!(%error, "due work cannot be looked up"),
                Err(error) => tracing::error!(%error, "a run over what is due broke off"),
            }
        }
        more
    }
}
