use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tower::Service as _;

use crate::caller::{Source, TrustedProxies};
use crate::shares::{NoPlace, Shares};

/// Bounds on connections, before a request is a request, and on the end of what was accepted.
#[derive(Debug, Clone)]
#[must_use]
pub struct ConnectionLimits {
    open: usize,
    /// None for the share by default.
    open_of_one: Option<usize>,
    proxies: TrustedProxies,
    head_time: Duration,
    grace: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        let (open_of_one, proxies) = (None, TrustedProxies::new());
        Self { open: 10_000, open_of_one, proxies, head_time: Duration::from_secs(30), grace: Duration::from_secs(30) }
    }
}

impl ConnectionLimits {
    /// Most connections at a time: 10,000 by default. One more is answered with 503 and closed.
    ///
    /// Each takes some 20 KB as long as it is open, most of it hyper's buffers.
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.open = connections;
        self
    }

    /// Most connections at a time from one source, an IPv4 address or an IPv6 /64: an eighth of
    /// [all](Self::with_max_connections) by default, and at least 16. One more is answered with 503 and closed.
    pub const fn with_max_connections_per_source(mut self, connections: usize) -> Self {
        self.open_of_one = Some(connections);
        self
    }

    /// Proxies whose connections are bounded only together with all others, because each speaks for many clients: none by
    /// default. A [`Server`](crate::Server) takes those of its [`Config`](crate::Config).
    pub fn with_trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Longest time for the head of a request, and between two requests of a connection: 30 s by default. Then the
    /// connection is closed, so that whoever sends a byte now and then holds nothing for long.
    pub const fn with_header_timeout(mut self, time: Duration) -> Self {
        self.head_time = time;
        self
    }

    /// Longest time for what was accepted to end in, after the shutdown began: 30 s by default.
    pub const fn with_shutdown_grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    pub(super) const fn grace(&self) -> Duration {
        self.grace
    }

    fn places(&self) -> Arc<Shares<Source>> {
        let share = (self.open / PART_OF_ONE).max(LEAST_OF_ONE);
        Shares::new(self.open, self.open_of_one.unwrap_or(share))
    }
}

/// The part of all connections that one source may have open, unless set otherwise.
const PART_OF_ONE: usize = 8;
/// What it may have open in any case.
const LEAST_OF_ONE: usize = 16;

/// What one connection too many reads.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n\
    cache-control: no-store\r\nconnection: close\r\ncontent-length: 88\r\n\r\n\
    {\"code\":\"Overloaded\",\"message\":\"too many connections: nothing was done, ask again soon\"}";
/// What one connection too many of a source reads.
const TOO_MANY_OF_ONE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n\
    cache-control: no-store\r\nconnection: close\r\ncontent-length: 110\r\n\r\n\
    {\"code\":\"Overloaded\",\"message\":\"too many connections from this address: nothing was done, close some of them\"}";

/// Serves a router over HTTP/1.1 until `shutdown` ends, and then answers the requests that it accepted, within the
/// [grace](ConnectionLimits::with_shutdown_grace): no new connection is taken, and idle ones are closed.
///
/// It serves the router and nothing else: see [`router`](crate::router) for what belongs beside it, and
/// [`Server`](crate::Server) for all of it at once. In front of it belongs a proxy that speaks TLS, and HTTP/2 where that is
/// wanted.
///
/// # Errors
/// When the listener has no address. None after it began: a connection that fails is that connection's matter, and
/// accepting goes on.
///
/// # Cancel safety
/// Dropping the future does not wait: connections end after the request under way.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    connections: ConnectionLimits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.local_addr()?;
    let open = accept(listener, app, &connections, shutdown).await;
    if timeout(connections.grace, open.shutdown()).await.is_err() {
        tracing::warn!("the grace was over before all requests had been answered");
    }
    Ok(())
}

/// Accepts connections until `shutdown` ends; returns those that are open then.
pub(super) async fn accept(
    listener: TcpListener,
    app: Router,
    connections: &ConnectionLimits,
    shutdown: impl Future<Output = ()>,
) -> GracefulShutdown {
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(connections.head_time);
    let places = connections.places();
    let ending = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // No file descriptors, for instance: others end soon.
                tracing::warn!(%error, "no connection could be accepted");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let place = match places.take(connections.proxies.source_of_connection(peer.ip())) {
            Ok(place) => place,
            Err(full) => {
                tokio::spawn(turn_away(stream, full));
                continue;
            }
        };
        // Small answers wait for nothing.
        let _ = stream.set_nodelay(true);
        let app = app.clone();
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            app.clone().call(request)
        });
        let connection = ending.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    ending
}

async fn turn_away(mut stream: TcpStream, full: NoPlace) {
    let answer = match full {
        NoPlace::InAll => TOO_MANY,
        NoPlace::OfItsOwn => TOO_MANY_OF_ONE,
    };
    let said = async {
        stream.write_all(answer).await?;
        stream.shutdown().await
    };
    // Who does not read this within a second gets no more of our time.
    let _ = timeout(Duration::from_secs(1), said).await;
}
