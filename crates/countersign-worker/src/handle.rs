use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A worker that was [spawned](crate::Worker::spawn).
///
/// Dropping the handle leaves the worker running for as long as its runtime does.
#[derive(Debug)]
pub struct WorkerHandle {
    told: oneshot::Sender<Duration>,
    task: JoinHandle<()>,
    grace: Duration,
}

impl WorkerHandle {
    pub(crate) const fn new(told: oneshot::Sender<Duration>, task: JoinHandle<()>, grace: Duration) -> Self {
        Self { told, task, grace }
    }

    /// Tells the worker to stop, and waits until it has: at most its [grace](crate::Worker::grace).
    ///
    /// # Cancel safety
    /// The worker stops all the same when this future is dropped after it was polled.
    pub async fn shutdown(self) {
        let grace = self.grace;
        self.shutdown_within(grace).await;
    }

    /// Tells the worker to stop within its [grace](crate::Worker::grace), and does not wait for it.
    pub fn stop(self) {
        // It may have ended with its runtime.
        let _ = self.told.send(self.grace);
    }

    /// Tells the worker to stop within `grace` in place of its own, and waits until it has: for a host whose grace is for
    /// more than the worker.
    ///
    /// # Cancel safety
    /// As [`shutdown`](Self::shutdown).
    pub async fn shutdown_within(self, grace: Duration) {
        // It may have ended with its runtime.
        let _ = self.told.send(grace);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker had broken off");
        }
    }
}
