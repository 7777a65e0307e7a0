use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, Method, Response};
use axum::routing::{self, MethodFilter, MethodRouter, get};
use countersign::Engine;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::call::answer::Answer;
use crate::call::api::Api;
use crate::call::refusals;
use crate::call::request_id::{REQUEST_ID, RequestId};
use crate::call::{ALL, Call, ONE, PathParams};
use crate::config::Config;
use crate::operations::{self, Readiness};

/// Returns the Verify API over an engine as a router, to nest into a service of one's own. [`Server`](crate::Server) is
/// the whole of a service that has nothing else.
///
/// The router counts calls and what happens in the engine. What it cannot do by itself is in this example:
///
/// ```
/// use std::future::Future;
/// use std::time::Duration;
///
/// use axum::Router;
/// use countersign::Engine;
/// use countersign_http::{AccessKeys, Config, ConnectionLimits, Metrics, TaskTracker, router, serve};
/// use countersign_worker::Worker;
/// use tokio::net::TcpListener;
///
/// async fn run(
///     listener: TcpListener,
///     engine: Engine,
///     keys: AccessKeys,
///     shutdown: impl Future<Output = ()>,
/// ) -> std::io::Result<()> {
///     let (metrics, calls) = (Metrics::new(), TaskTracker::new());
///     let config = Config::new(keys).metrics(metrics.clone()).tracker(calls.clone());
///     let app = Router::new().nest("/otp", router(engine.clone(), config));
///
///     // What is due: retries, delivery timeouts, expiry, and messages that a crash left behind.
///     let worker = Worker::new(engine).on_report(move |report| metrics.record_due(report)).spawn();
///
///     // Takes connections until the shutdown, and then answers the requests that it accepted. `axum::serve` does too, with
///     // `into_make_service_with_connect_info::<SocketAddr>()`, and without bounds on connections and on slow heads.
///     serve(listener, app, ConnectionLimits::default(), shutdown).await?;
///
///     // Calls whose callers hung up are finished, and the worker stops last.
///     calls.close();
///     let _ = tokio::time::timeout(Duration::from_secs(10), calls.wait()).await;
///     worker.shutdown_within(Duration::from_secs(10)).await;
///     Ok(())
/// }
/// # use std::sync::Arc;
/// # use countersign::{Channel, Platform};
/// # use countersign_memory::MemoryStore;
/// # use countersign_testkit::{ScriptedTransport, fixtures};
/// # use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let engine = Engine::builder(Arc::new(MemoryStore::new()), fixtures::keyring())
/// #     .channel(fixtures::channel(1), Channel::new(Platform::Sms, Arc::new(ScriptedTransport::new())))
/// #     .build()?;
/// # let listener = TcpListener::bind("127.0.0.1:0").await?;
/// # let mut stream = tokio::net::TcpStream::connect(listener.local_addr()?).await?;
/// # let (end, ended) = tokio::sync::oneshot::channel::<()>();
/// # let running = tokio::spawn(run(listener, engine, AccessKeys::new(), async { drop(ended.await) }));
/// # stream.write_all(b"GET /otp/readyz HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
/// # let mut answer = [0; 15];
/// # stream.read_exact(&mut answer).await?;
/// # assert_eq!(&answer, b"HTTP/1.1 200 OK");
/// # drop(end);
/// # running.await??;
/// # Ok(())
/// # }
/// ```
pub fn router(engine: Engine, config: Config) -> Router {
    complete(Parts::new(engine, config).merged())
}

/// The router of [`router`] in three parts, to serve on listeners of their own: one that strangers reach, one that only
/// providers reach, one for the inside. Each answers unknown paths by itself.
///
/// [`Server::webhook_listener`](crate::Server::webhook_listener) and
/// [`Server::metrics_listener`](crate::Server::metrics_listener) do so with theirs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Routers {
    /// The Verify API, health and readiness, and the API's description.
    pub api: Router,
    /// The webhooks of the configuration.
    pub webhooks: Router,
    /// `GET /metrics`.
    pub metrics: Router,
}

impl Routers {
    /// Returns the routers over an engine. Its metrics count what happens in the engine from now on.
    #[must_use]
    pub fn new(engine: Engine, config: Config) -> Self {
        let Parts { api, webhooks, metrics } = Parts::new(engine, config);
        Self { api: complete(api), webhooks: complete(webhooks), metrics: complete(metrics) }
    }
}

/// The parts before they answer unknown paths: so far they can be merged.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    pub(crate) api: Router,
    pub(crate) webhooks: Router,
    pub(crate) metrics: Router,
}

impl Parts {
    pub(crate) fn new(engine: Engine, config: Config) -> Self {
        config.metrics.observe(&engine);
        let webhooks = crate::webhook::routes(&engine, &config);
        let metrics = Router::new().route("/metrics", get(operations::metrics).with_state(config.metrics.clone()));
        Self { api: api(engine, &config), webhooks, metrics }
    }

    pub(crate) fn merged(self) -> Router {
        self.api.merge(self.webhooks).merge(self.metrics)
    }
}

/// The router with answers for unknown paths and methods.
pub(crate) fn complete(router: Router) -> Router {
    router.fallback(nowhere).method_not_allowed_fallback(not_so)
}

fn api(engine: Engine, config: &Config) -> Router {
    let api = Arc::new(Api::new(engine.clone(), config));
    let calls = Router::new()
        .route(ALL, on(MethodFilter::GET, Call::List).merge(on(MethodFilter::POST, Call::Start)))
        .route(
            ONE,
            on(MethodFilter::GET, Call::Get)
                .merge(on(MethodFilter::POST, Call::Check))
                .merge(on(MethodFilter::DELETE, Call::Cancel)),
        )
        .route(&format!("{ONE}/resend"), on(MethodFilter::POST, Call::Resend))
        .route(&format!("{ONE}/failover"), on(MethodFilter::POST, Call::Failover))
        .with_state(api)
        // Below CORS, which answers a preflight before any method is looked at.
        .method_not_allowed_fallback(not_so);
    let calls = match config.origins.as_slice() {
        [] => calls,
        origins => calls.layer(cors(AllowOrigin::list(origins.iter().map(|origin| origin.header().clone())))),
    };
    let router = calls
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready).with_state(Arc::new(Readiness::new(engine))));
    #[cfg(feature = "openapi")]
    let router = crate::openapi::routes(router);
    router
}

fn on(method: MethodFilter, call: Call) -> MethodRouter<Arc<Api>> {
    let answer = move |State(api): State<Arc<Api>>, path: PathParams, request: Request| api.answer(call, path, request);
    routing::on(method, answer)
}

fn cors(origins: AllowOrigin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("idempotency-key"), REQUEST_ID])
        .expose_headers([RETRY_AFTER, REQUEST_ID, HeaderName::from_static("idempotency-replayed")])
        .max_age(Duration::from_secs(600))
}

async fn nowhere(request: Request) -> Response<Body> {
    Answer::refused(&refusals::no_such_path()).into_response(&RequestId::of(request.headers()))
}

async fn not_so(request: Request) -> Response<Body> {
    Answer::refused(&refusals::method_not_allowed()).into_response(&RequestId::of(request.headers()))
}
