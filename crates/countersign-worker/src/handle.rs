use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A worker that was [spawned](crate::Worker::spawn).
///
/// Dropping the handle leaves the worker running for as long as its runtime does.
#[derive(Debug)]
pub struct WorkerHandle {
    stop: oneshot::Sender<Duration>,
    task: JoinHandle<()>,
    grace: Duration,
}

impl WorkerHandle {
    pub(crate) const fn new(stop: oneshot::Sender<Duration>, task: JoinHandle<()>, grace: Duration) -> Self {
        Self { stop, task, grace }
    }

    /// Shuts the worker down and waits for its end: at most its [grace](crate::Worker::grace).
    ///
    /// # Cancel safety
    /// The shutdown goes on when this future is dropped after its first poll.
    pub async fn shutdown(self) {
        let grace = self.grace;
        self.shutdown_within(grace).await;
    }

    /// Shuts the worker down within its [grace](crate::Worker::grace), without waiting for its end.
    pub fn stop(self) {
        // It may have ended with its runtime.
        let _ = self.stop.send(self.grace);
    }

    /// Shuts the worker down within `grace` in place of its own, and waits for its end: for a host whose grace covers more
    /// than the worker.
    ///
    /// # Cancel safety
    /// As [`shutdown`](Self::shutdown).
    pub async fn shutdown_within(self, grace: Duration) {
        // It may have ended with its runtime.
        let _ = self.stop.send(grace);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker panicked");
        }
    }
}
