use axum::http::StatusCode;
use axum::http::request::Parts;
use countersign::{Engine, EngineError, WorkspaceId};
use countersign_api::{
    CheckRequest, ErrorResponse, ListQuery, Record, RecordId, StartBody, StepBody, Verifier, VerifyError,
};

use super::Call;
use super::answer::Answer;
use super::refusals;

/// What a request asks for, read and sound.
#[derive(Debug)]
pub(super) enum Command {
    Start(StartBody),
    Check(RecordId, CheckRequest),
    Resend(RecordId, StepBody),
    Failover(RecordId, StepBody),
    List(ListQuery),
    Get(RecordId),
    Cancel(RecordId),
}

impl Command {
    pub(super) fn read(call: Call, id: Option<RecordId>, parts: &Parts, body: &[u8]) -> Result<Self, ErrorResponse> {
        // The router's paths of these calls have the id in them.
        let id = || id.ok_or_else(refusals::not_found);
        Ok(match call {
            Call::Start => Self::Start(StartBody::from_json(body).map_err(|invalid| ErrorResponse::from(&invalid))?),
            Call::Check => {
                Self::Check(id()?, CheckRequest::from_json(body).map_err(|invalid| ErrorResponse::from(&invalid))?)
            }
            Call::Resend => Self::Resend(id()?, choice(body)?),
            Call::Failover => Self::Failover(id()?, choice(body)?),
            Call::List => Self::List(query(parts)?),
            Call::Get => Self::Get(id()?),
            Call::Cancel => Self::Cancel(id()?),
        })
    }

    /// Asks the engine, and answers with that status when it does.
    pub(super) async fn carry_out(self, engine: &Engine, workspace: WorkspaceId, success: StatusCode) -> Answer {
        match self {
            Self::Start(request) => shown(success, Verifier::start(engine, workspace, request.into()).await),
            Self::Check(id, request) => shown(success, check(engine, workspace, id, request).await),
            Self::Resend(id, step) => shown(success, Verifier::resend(engine, workspace, id, step).await),
            Self::Failover(id, step) => shown(success, Verifier::failover(engine, workspace, id, step).await),
            Self::List(query) => shown(success, Verifier::list(engine, workspace, &query).await),
            Self::Get(id) => shown(success, Verifier::get(engine, workspace, id).await),
            Self::Cancel(id) => shown(success, cancel(engine, workspace, id).await),
        }
    }
}

/// A wrong code was charged, and is no success on the wire.
async fn check(
    engine: &Engine,
    workspace: WorkspaceId,
    id: RecordId,
    request: CheckRequest,
) -> Result<Record, VerifyError> {
    Ok(Verifier::check(engine, workspace, id, request).await?.into_result()?)
}

async fn cancel(engine: &Engine, workspace: WorkspaceId, id: RecordId) -> Result<Record, VerifyError> {
    let id = id.verification().ok_or(EngineError::NotFound)?;
    let canceled = engine.cancel(workspace, id).await?;
    Ok(Record::new(&canceled, engine.now()))
}

fn choice(body: &[u8]) -> Result<StepBody, ErrorResponse> {
    StepBody::from_json(body).map_err(|invalid| ErrorResponse::from(&invalid))
}

fn query(parts: &Parts) -> Result<ListQuery, ErrorResponse> {
    let pairs: Vec<_> = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    ListQuery::from_pairs(pairs).map_err(|invalid| ErrorResponse::from(&invalid))
}

fn shown<T: serde::Serialize>(success: StatusCode, done: Result<T, VerifyError>) -> Answer {
    match done {
        Ok(object) => Answer::of(success, &object),
        Err(VerifyError::Refused(refused)) => {
            if refused.status >= 500 {
                tracing::warn!(code = %refused.body.code, "a call failed");
            }
            Answer::refused(&refused)
        }
        // An engine in this process always answers.
        Err(_) => Answer::refused(&ErrorResponse::internal()),
    }
}
