use std::sync::Arc;
use std::time::Duration;

use countersign::Engine;
use countersign::store::Purge;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// The longest and the shortest time between two purges.
const MAX_INTERVAL: Duration = Duration::from_secs(10);
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// A store to purge of what ended longer ago than it keeps.
#[derive(Debug)]
pub(crate) struct Purging {
    store: Arc<dyn Purge>,
    keep: Duration,
}

impl Purging {
    pub(crate) const fn new(store: Arc<dyn Purge>, keep: Duration) -> Self {
        Self { store, keep }
    }

    /// Purges the store by the engine's clock at each interval until `stopping` is cancelled, which also ends a purge under
    /// way.
    pub(crate) async fn run(&self, engine: &Engine, stopping: &CancellationToken) {
        let mut ticks = interval(self.keep.clamp(MIN_INTERVAL, MAX_INTERVAL));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let purge = async {
            loop {
                ticks.tick().await;
                match self.store.purge_older_than(self.keep, engine.now()).await {
                    Ok(removed) => tracing::debug!(removed, "purged"),
                    Err(error) => tracing::warn!(%error, "the store cannot be purged: trying again later"),
                }
            }
        };
        stopping.run_until_cancelled(purge).await;
    }
}
