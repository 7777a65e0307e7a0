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

/// The Verify API over an engine, to serve alone or to nest into a service of one's own.
///
/// Nobody else does what is due: call [`Engine::run_due`] from a loop beside it.
pub fn router(engine: Engine, config: Config) -> Router {
    let api = Arc::new(Api::new(engine.clone(), &config));
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
    #[cfg(feature = "bird")]
    let calls = crate::webhook::routes(calls, &engine, &config.webhooks, config.bounds.body_time, &config.under_way);
    let router = calls
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready).with_state(Arc::new(Readiness::new(engine))))
        .route("/metrics", get(operations::metrics).with_state(config.metrics));
    #[cfg(feature = "openapi")]
    let router = crate::openapi::routes(router);
    router.fallback(nowhere).method_not_allowed_fallback(not_so)
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
