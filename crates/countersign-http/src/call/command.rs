use axum::http::StatusCode;
use axum::http::request::Parts;
use countersign::{Engine, EngineError, WorkspaceId};
use countersign_api::{
    CheckRequest, ListQuery, Record, RecordId, Refused, StartBody, StepChoice, Verifier, VerifyError,
};

use super::Call;
use super::answer::Answer;
use super::refusals;

/// What a request asks for, read and sound.
#[derive(Debug)]
pub(super) enum Command {
    Start(StartBody),
    Check(RecordId, CheckRequest),
    Resend(RecordId, StepChoice),
    Failover(RecordId, StepChoice),
    List(ListQuery),
    Get(RecordId),
    Cancel(RecordId),
}

impl Command {
    pub(super) fn read(call: Call, id: Option<RecordId>, parts: &Parts, body: &[u8]) -> Result<Self, Refused> {
        // The router's paths of these calls have the id in them.
        let id = || id.ok_or_else(refusals::not_found);
        Ok(match call {
            Call::Start => Self::Start(StartBody::from_json(body).map_err(|invalid| Refused::from(&invalid))?),
            Call::Check => {
                Self::Check(id()?, CheckRequest::from_json(body).map_err(|invalid| Refused::from(&invalid))?)
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
            Self::Check(id, request) => check(engine, workspace, id, &request, success).await,
            Self::Resend(id, step) => shown(success, Verifier::resend(engine, workspace, id, step).await),
            Self::Failover(id, step) => shown(success, Verifier::failover(engine, workspace, id, step).await),
            Self::List(query) => shown(success, Verifier::list(engine, workspace, &query).await),
            Self::Get(id) => shown(success, Verifier::get(engine, workspace, id).await),
            Self::Cancel(id) => shown(success, cancel(engine, workspace, id).await),
        }
    }
}

/// Answers a wrong code as the wire does: it was charged, and is no success.
async fn check(
    engine: &Engine,
    workspace: WorkspaceId,
    id: RecordId,
    request: &CheckRequest,
    success: StatusCode,
) -> Answer {
    let reply = match id.verification() {
        Some(id) => engine.check(workspace, id, request.code()).await,
        None => Err(EngineError::NotFound),
    };
    match reply {
        Ok(reply) => match Refused::of_check(reply.outcome) {
            None => Answer::of(success, &Record::of(&reply.verification, engine.now())),
            Some(refused) => Answer::refused(&refused),
        },
        Err(error) => shown::<Record>(success, Err(error.into())),
    }
}

async fn cancel(engine: &Engine, workspace: WorkspaceId, id: RecordId) -> Result<Record, VerifyError> {
    let id = id.verification().ok_or(EngineError::NotFound)?;
    let canceled = engine.cancel(workspace, id).await?;
    Ok(Record::of(&canceled, engine.now()))
}

fn choice(body: &[u8]) -> Result<StepChoice, Refused> {
    StepChoice::from_json(body).map_err(|invalid| Refused::from(&invalid))
}

fn query(parts: &Parts) -> Result<ListQuery, Refused> {
    let pairs: Vec<_> = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).collect();
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    ListQuery::from_pairs(pairs).map_err(|invalid| Refused::from(&invalid))
}

fn shown<T: serde::Serialize>(success: StatusCode, done: Result<T, VerifyError>) -> Answer {
    match done {
        Ok(object) => Answer::of(success, &object),
        Err(VerifyError::Refused(refused)) => {
            if refused.status >= 500 {
                tracing::warn!(code = %refused.problem.code, "a call failed");
            }
            Answer::refused(&refused)
        }
        // An engine in this process always answers.
        Err(_) => Answer::refused(&Refused::internal()),
    }
}
