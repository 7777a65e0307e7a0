use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use countersign::idempotency::IdempotencyStore;
use countersign::{Engine, WorkspaceId};
use countersign_api::ErrorResponse;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::answer::Answer;
use super::body::read_json;
use super::command::Command;
use super::finish::{Finished, finish};
use super::kept::KeptBytes;
use super::places::{Held, Places};
use super::refusals;
use super::replay::Replay;
use super::request_id::RequestId;
use super::{Call, PathParams};
use crate::bounds::RequestLimits;
use crate::caller::Callers;
use crate::config::Config;
use crate::operations::Metrics;

/// Longest time that a request may have an `Idempotency-Key` to itself without an answer: then its process is dead.
pub(super) const LEASE: Duration = Duration::from_secs(120);

/// What answers the calls of the API.
#[derive(Debug)]
pub(crate) struct Api {
    engine: Engine,
    bounds: RequestLimits,
    metrics: Metrics,
    callers: Callers,
    idempotency: Arc<dyn IdempotencyStore>,
    kept: KeptBytes,
    places: Places,
    tracker: TaskTracker,
}

impl Api {
    pub(crate) fn new(engine: Engine, config: &Config) -> Self {
        let Config { keys, bounds, metrics, proxies, idempotency, tracker, .. } = config.clone();
        Self {
            engine,
            kept: KeptBytes::new(&bounds, keys.is_of_one_workspace()),
            places: Places::new(&bounds, keys.is_of_one_workspace()),
            callers: Callers::new(keys, proxies, &bounds),
            bounds,
            metrics,
            idempotency,
            tracker,
        }
    }

    /// Answers one request.
    pub(crate) async fn answer(
        self: Arc<Self>,
        call: Call,
        path: PathParams,
        request: Request<Body>,
    ) -> Response<Body> {
        let begin = Instant::now();
        let id = RequestId::of(request.headers());
        let span = tracing::info_span!("call", name = call.name(), request = %id, workspace = tracing::field::Empty, verification = tracing::field::Empty);
        async {
            let mut caller = None;
            let decided = Arc::clone(&self).decide(call, path, request, &mut caller).await;
            let answer = decided.unwrap_or_else(|refused| Answer::refused(&refused));
            let time = begin.elapsed();
            self.metrics.note_call(call, caller, &answer, time);
            tracing::info!(
                status = answer.status.as_u16(),
                code = answer.label(),
                micros = time.as_micros(),
                "answered"
            );
            answer.into_response(&id)
        }
        .instrument(span)
        .await
    }

    async fn decide(
        self: Arc<Self>,
        call: Call,
        path: PathParams,
        request: Request<Body>,
        caller: &mut Option<WorkspaceId>,
    ) -> Result<Answer, ErrorResponse> {
        let (parts, body) = request.into_parts();
        let allowed = *caller.insert(self.callers.authorise(&parts)?);
        let (workspace, id) = call.target(&path)?;
        let span = tracing::Span::current();
        span.record("workspace", tracing::field::display(workspace));
        if let Some(id) = id {
            span.record("verification", tracing::field::display(id));
        }
        // What belongs to others looks like what never was.
        if workspace != allowed {
            return Err(refusals::not_found());
        }
        let body = if parts.method == Method::POST {
            read_json(&parts.headers, body, self.bounds.body, self.bounds.body_time).await?
        } else {
            bytes::Bytes::new()
        };
        let replay = Replay::of(&self.engine, workspace, &parts, &body)?;
        let command = Command::read(call, id, &parts, &body)?;
        let places = self.places.take(call, workspace).map_err(|shed| {
            self.metrics.note_shed(workspace, shed);
            shed.refusal()
        })?;
        let (time, tracker) = (self.bounds.call_time, self.tracker.clone());
        let carried_out = self.carry_out(workspace, command, call.success(), replay, places);
        match finish(carried_out, time, &tracker).await {
            Finished::Done(answer) => Ok(answer),
            Finished::Late => Err(refusals::timed_out()),
            Finished::Broken => Err(ErrorResponse::internal()),
        }
    }

    async fn carry_out(
        self: Arc<Self>,
        workspace: WorkspaceId,
        command: Command,
        success: StatusCode,
        replay: Option<Replay>,
        _places: Held,
    ) -> Answer {
        let _counted = self.metrics.in_flight(workspace);
        let done = command.carry_out(&self.engine, workspace, success);
        match replay {
            Some(replay) => replay.answer(&*self.idempotency, &self.kept, done).await,
            None => done.await,
        }
    }
}
