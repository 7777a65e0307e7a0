//! A whole service over HTTP: its parts are started together and shut down in order.

use std::io;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use countersign::Engine;
use countersign_worker::{Worker, WorkerHandle};
use futures_util::future::{join, join_all};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::caller::TrustedProxies;
use crate::config::Config;
use crate::router::{Parts, complete};

mod connections;

pub use connections::{ConnectionLimits, serve};

/// Serves the Verify API over an engine: connections, calls, metrics, and the [`Worker`] that runs what is due.
///
/// Shutdown has an order, and all of it takes at most the [grace](ConnectionLimits::with_shutdown_grace): the server accepts no
/// more connections, answers the requests that it accepted, finishes calls whose clients disconnected, and stops the
/// worker, which sends the messages that those left behind. When requests or calls take longer than three quarters of
/// the grace, the server goes on waiting for them while the worker stops.
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
    routers: Parts,
    webhook_listener: Option<TcpListener>,
    metrics_listener: Option<TcpListener>,
    worker: Worker,
    connections: ConnectionLimits,
    proxies: TrustedProxies,
    tracker: TaskTracker,
}

impl Server {
    /// Returns a server with the router of that configuration. From now on its metrics count what happens in the engine
    /// through any of its handles.
    pub fn new(engine: Engine, config: Config) -> Self {
        let (metrics, tracker, proxies) = (config.metrics.clone(), config.tracker.clone(), config.proxies.clone());
        let worker = Worker::new(engine.clone()).on_report(move |report| metrics.record_due(report));
        let connections = ConnectionLimits::default();
        let routers = Parts::new(engine, config);
        Self { routers, webhook_listener: None, metrics_listener: None, worker, connections, proxies, tracker }
    }

    /// Serves the webhooks on that listener, and no longer on the one of [`serve`](Self::serve). Its connections are bounded
    /// by themselves: whatever happens to the API's, reports arrive.
    pub fn webhook_listener(mut self, listener: TcpListener) -> Self {
        self.webhook_listener = Some(listener);
        self
    }

    /// Serves `GET /metrics` on that listener, and no longer on the one of [`serve`](Self::serve). Its connections are
    /// bounded by themselves.
    pub fn metrics_listener(mut self, listener: TcpListener) -> Self {
        self.metrics_listener = Some(listener);
        self
    }

    /// Sets the bounds on connections of each listener, and the grace: [`ConnectionLimits::default`] unless given. Trusted proxies are those
    /// of the configuration.
    pub fn connections(mut self, connections: ConnectionLimits) -> Self {
        self.connections = connections;
        self
    }

    /// Configures the worker, as in `.worker(|worker| worker.purge(store, retention))`. The server's grace replaces the
    /// worker's own.
    pub fn worker(mut self, configure: impl FnOnce(Worker) -> Worker) -> Self {
        self.worker = configure(self.worker);
        self
    }

    /// Adds routes of the host's own.
    ///
    /// # Panics
    /// As [`Router::merge`] does: when a path is taken, or when the routes bring a fallback.
    pub fn merge_router(mut self, routes: impl Into<Router>) -> Self {
        let routes = routes.into();
        // Panics here and not only when it serves.
        drop(complete(self.routers.clone().merged()).merge(routes.clone()));
        self.routers.api = self.routers.api.merge(routes);
        self
    }

    /// Serves over HTTP/1.1 until `shutdown` ends, and then finishes what it accepted; see [`Server`] for the order.
    ///
    /// In front of it belongs a proxy that speaks TLS, and HTTP/2 where that is wanted.
    ///
    /// # Errors
    /// When a listener has no address. None after that: a connection that fails affects no other, and accepting goes on.
    ///
    /// # Cancel safety
    /// Dropping the future shuts down without waiting: each connection ends after the request under way, and the worker
    /// within its own grace.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let Self { routers, webhook_listener, metrics_listener, worker, connections, proxies, tracker } = self;
        let connections = connections.with_trusted_proxies(proxies);
        let listeners = listeners(routers, listener, webhook_listener, metrics_listener);
        listeners.iter().try_for_each(|(listener, _)| listener.local_addr().map(drop))?;
        let worker = StopOnDrop(Some(worker.spawn()));
        let ending = CancellationToken::new();
        let accepting = listeners.into_iter().map(|(listener, router)| {
            connections::accept(listener, router, &connections, ending.clone().cancelled_owned())
        });
        let end = async {
            shutdown.await;
            ending.cancel();
        };
        let ((), open) = join(end, join_all(accepting)).await;
        let (grace, began) = (connections.grace(), Instant::now());
        let mut finished = pin!(async {
            join_all(open.into_iter().map(GracefulShutdown::shutdown)).await;
            tracker.close();
            tracker.wait().await;
        });
        let in_order = timeout(grace / 4 * 3, &mut finished).await.is_ok();
        worker.shutdown_within(grace.saturating_sub(began.elapsed())).await;
        if !in_order && timeout(grace.saturating_sub(began.elapsed()), finished).await.is_err() {
            tracing::warn!("the grace was over before all requests had been answered");
        }
        Ok(())
    }
}

/// Every listener with what it serves.
fn listeners(
    routers: Parts,
    main: TcpListener,
    webhooks: Option<TcpListener>,
    metrics: Option<TcpListener>,
) -> Vec<(TcpListener, Router)> {
    let (mut on_main, mut apart) = (routers.api, Vec::new());
    for (listener, router) in [(webhooks, routers.webhooks), (metrics, routers.metrics)] {
        match listener {
            Some(listener) => apart.push((listener, complete(router))),
            None => on_main = on_main.merge(router),
        }
    }
    apart.push((main, complete(on_main)));
    apart
}

/// A worker that stops when the server's future is dropped.
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
