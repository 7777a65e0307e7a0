//! A whole service over HTTP: what belongs together, started together, and ended in order.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use countersign::Engine;
use countersign_worker::{Worker, WorkerHandle};
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::router::router;

mod connections;

pub use connections::{Connections, serve};

/// Serves the Verify API over an engine: connections, calls, metrics, and the [`Worker`] that runs what is due.
///
/// It ends in order, all within the [grace](Connections::with_grace): it takes no new connection, answers the requests that
/// it accepted, finishes calls whose callers hung up, and stops the worker, which sends what these left to be sent. When
/// requests or calls take longer than three quarters of the grace, the worker stops beside them.
///
/// ```no_run
/// use countersign::Engine;
/// use countersign_http::{AccessKeys, Config, Server};
/// use tokio::net::TcpListener;
///
/// async fn run(engine: Engine, keys: AccessKeys) -> std::io::Result<()> {
///     let listener = TcpListener::bind("127.0.0.1:8080").await?;
///     let shutdown = async { drop(tokio::signal::ctrl_c().await) };
///     Server::new(engine, Config::new(keys)).serve(listener, shutdown).await
/// }
/// ```
#[derive(Debug)]
#[must_use = "a server does nothing until it serves"]
pub struct Server {
    router: Router,
    worker: Worker,
    connections: Connections,
    tracker: TaskTracker,
}

impl Server {
    /// Describes a server with the router of that configuration. From now on, its metrics count what happens in the engine,
    /// by whichever handle.
    pub fn new(engine: Engine, config: Config) -> Self {
        let (metrics, tracker) = (config.metrics.clone(), config.tracker.clone());
        let worker = Worker::new(engine.clone()).on_report(move |report| metrics.note_due(report));
        Self { router: router(engine, config), worker, connections: Connections::default(), tracker }
    }

    /// Sets the bounds on connections, and the grace: [`Connections::default`] unless given.
    pub const fn connections(mut self, connections: Connections) -> Self {
        self.connections = connections;
        self
    }

    /// Sets up the worker otherwise, as in `.worker(|worker| worker.purge(store, keep))`. Its own grace does not count: the
    /// server's does.
    pub fn worker(mut self, set_up: impl FnOnce(Worker) -> Worker) -> Self {
        self.worker = set_up(self.worker);
        self
    }

    /// Adds routes of the host's own.
    ///
    /// # Panics
    /// As [`Router::merge`] does: when a path is taken, or when the routes bring a fallback.
    pub fn merge(mut self, routes: impl Into<Router>) -> Self {
        self.router = self.router.merge(routes);
        self
    }

    /// Serves over HTTP/1.1 until `shutdown` ends, and then finishes what it accepted; see [`Server`] for the order.
    ///
    /// In front of it belongs a proxy that speaks TLS, and HTTP/2 where that is wanted.
    ///
    /// # Errors
    /// When the listener has no address. None after it began: a connection that fails is that connection's matter, and
    /// accepting goes on.
    ///
    /// # Cancel safety
    /// Dropping the future does not wait, and stops all the same: connections end after the request under way, and the
    /// worker within its own grace.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let Self { router, worker, connections, tracker } = self;
        listener.local_addr()?;
        let worker = StopOnDrop(Some(worker.spawn()));
        let open = connections::accept(listener, router, &connections, shutdown).await;
        let (grace, told) = (connections.grace(), Instant::now());
        let mut finished = pin!(async {
            open.shutdown().await;
            tracker.close();
            tracker.wait().await;
        });
        let in_order = timeout(grace / 4 * 3, &mut finished).await.is_ok();
        worker.shutdown_within(grace.saturating_sub(told.elapsed())).await;
        if !in_order && timeout(grace.saturating_sub(told.elapsed()), finished).await.is_err() {
            tracing::warn!("the grace was over before all requests had been answered");
        }
        Ok(())
    }
}

/// A worker that is told to stop when nothing waits for it any more.
struct StopOnDrop(Option<WorkerHandle>);

impl StopOnDrop {
    async fn shutdown_within(mut self, grace: Duration) {
        if let Some(worker) = self.0.take() {
            worker.shutdown_within(grace).await;
        }
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if let Some(worker) = self.0.take() {
            worker.stop();
        }
    }
}
