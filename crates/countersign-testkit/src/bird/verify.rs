//! The six calls of the classic Verify API, as a client of the hosted service meets them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use countersign::{CheckOutcome, Engine, EngineError, SubmittedCode, Verification, VerificationId};
use serde_json::{Value, json};

use super::cloud::Cloud;
use super::line::Scissors;
use super::paging::Parameters;
use super::refusal::Refusal;
use super::schema::Schema;
use super::scripted::answer;

mod body;
mod carrier;
mod hosted;
mod listing;
mod template;
mod wire;

pub(super) use hosted::Hosted;

type Shared = State<Arc<Cloud>>;
type Connection = ConnectInfo<Scissors>;
type Id = Path<(String, String)>;

pub(super) async fn start(State(cloud): Shared, ConnectInfo(scissors): Connection, sent: Bytes) -> Response {
    let work = async {
        let request = body::start(&sent)?;
        shown(&cloud, cloud.engine().start(cloud.workspace_id(), request).await)
    };
    call(&cloud, &scissors, StatusCode::ACCEPTED, work).await
}

pub(super) async fn check(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Path((_, id)): Id,
    sent: Bytes,
) -> Response {
    let work = async {
        let (id, code) = (named(&id)?, body::code(&sent)?);
        check_code(&cloud, &cloud.engine(), id, &code).await
    };
    call(&cloud, &scissors, StatusCode::OK, work).await
}

async fn check_code(
    cloud: &Cloud,
    engine: &Engine,
    id: VerificationId,
    code: &SubmittedCode,
) -> Result<Value, Refusal> {
    let reply = engine.check(cloud.workspace_id(), id, code).await.map_err(wire::refusal)?;
    match reply.outcome {
        CheckOutcome::Verified => Ok(wire::verification(&reply.verification, cloud.clock.now())),
        CheckOutcome::Mismatch { failed, remaining } => Err(Refusal::of(400)
            .with("VerificationCodeMismatch", "The code does not match")
            .with_details(json!({ "failedAttempts": failed, "remainingAttempts": remaining }))),
        CheckOutcome::Exhausted => {
            Err(Refusal::of(400).with("MaxAttemptsReached", "The maximum number of attempts was reached"))
        }
    }
}

pub(super) async fn resend(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Path((_, id)): Id,
    sent: Bytes,
) -> Response {
    let work = async {
        let (id, step) = (named(&id)?, body::step(&sent)?);
        shown(&cloud, cloud.engine().resend(cloud.workspace_id(), id, step).await)
    };
    call(&cloud, &scissors, StatusCode::ACCEPTED, work).await
}

pub(super) async fn failover(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Path((_, id)): Id,
    sent: Bytes,
) -> Response {
    let work = async {
        let (id, step) = (named(&id)?, body::step(&sent)?);
        shown(&cloud, cloud.engine().failover(cloud.workspace_id(), id, step).await)
    };
    call(&cloud, &scissors, StatusCode::ACCEPTED, work).await
}

pub(super) async fn get(State(cloud): Shared, ConnectInfo(scissors): Connection, Path((_, id)): Id) -> Response {
    let work = async {
        let id = named(&id)?;
        shown(&cloud, cloud.engine().get(cloud.workspace_id(), id).await)
    };
    call(&cloud, &scissors, StatusCode::OK, work).await
}

pub(super) async fn list(
    State(cloud): Shared,
    ConnectInfo(scissors): Connection,
    Query(parameters): Query<Parameters>,
) -> Response {
    let work = async {
        let mut schema = Schema::default();
        let query = listing::query(&parameters, &mut schema.faults);
        if !schema.faults.is_empty() {
            return Err(Refusal::invalid(&schema.faults));
        }
        let page = cloud.engine().list(cloud.workspace_id(), &query).await.map_err(wire::refusal)?;
        Ok(wire::page(&page, cloud.clock.now()))
    };
    call(&cloud, &scissors, StatusCode::OK, work).await
}

async fn call(
    cloud: &Cloud,
    scissors: &Scissors,
    status: StatusCode,
    work: impl Future<Output = Result<Value, Refusal>>,
) -> Response {
    let scripted = cloud.lock().verify_calls.pop_front();
    answer(cloud, scissors, scripted, status, work).await
}

fn shown(cloud: &Cloud, done: Result<Verification, EngineError>) -> Result<Value, Refusal> {
    done.map(|verification| wire::verification(&verification, cloud.clock.now())).map_err(wire::refusal)
}

/// What the path names; an id that no verification can have is an unknown one.
fn named(id: &str) -> Result<VerificationId, Refusal> {
    id.parse().map_err(|_| Refusal::of(404))
}
