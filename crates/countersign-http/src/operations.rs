//! What those ask who run the service: does it live, can it work, what has it counted.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use countersign::{Engine, EngineError, VerificationId, WorkspaceId};
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use crate::call::answer::{Answer, private};
use crate::call::refusals;
use crate::call::request_id::RequestId;

mod metrics;

pub use metrics::Metrics;

/// How long what was found out is good for: many who ask cost the store no more than one.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// How long the store may take to say that there is nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the store can be reached.
#[derive(Debug)]
pub(crate) struct Readiness {
    engine: Engine,
    found: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, found: Mutex::default() }
    }

    async fn is_ready(&self) -> bool {
        let mut found = self.found.lock().await;
        if let Some((at, ready)) = *found
            && at.elapsed() < GOOD_FOR
        {
            return ready;
        }
        let ready = matches!(tokio::time::timeout(PATIENCE, self.ask()).await, Ok(true));
        *found = Some((Instant::now(), ready));
        ready
    }

    /// Asks for a verification that cannot be there: a UUIDv7 of the year 1970, in nobody's workspace.
    async fn ask(&self) -> bool {
        let nobody = WorkspaceId::new(Uuid::nil());
        let never = uuid::Builder::from_unix_timestamp_millis(0, &[0; 10]).into_uuid();
        let Ok(never) = VerificationId::new(never) else { return false };
        match self.engine.get(nobody, never).await {
            Err(EngineError::NotFound) => true,
            Ok(_) | Err(_) => false,
        }
    }
}

#[derive(serde::Serialize)]
struct Status {
    status: &'static str,
}

/// `GET /healthz`: this process answers.
pub(crate) async fn health(request: Request) -> Response<Body> {
    Answer::of(StatusCode::OK, &Status { status: "ok" }).into_response(&RequestId::of(request.headers()))
}

/// `GET /readyz`: the store answers too.
pub(crate) async fn ready(State(readiness): State<Arc<Readiness>>, request: Request) -> Response<Body> {
    let answer = if readiness.is_ready().await {
        Answer::of(StatusCode::OK, &Status { status: "ready" })
    } else {
        Answer::refused(&refusals::not_ready())
    };
    answer.into_response(&RequestId::of(request.headers()))
}

/// `GET /metrics`.
pub(crate) async fn metrics(State(metrics): State<Metrics>, request: Request) -> Response<Body> {
    let mut response = Response::new(Body::from(metrics.encode()));
    let text = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    private(response.headers_mut(), &RequestId::of(request.headers()));
    response
}
