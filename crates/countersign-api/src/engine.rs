use async_trait::async_trait;
use countersign::store::Query;
use countersign::{Engine, EngineError, Refusal, StartRequest, Verification, VerificationId, WorkspaceId};

use crate::check::CheckRequest;
use crate::error::VerifyError;
use crate::id::RecordId;
use crate::page_token;
use crate::paging;
use crate::query::ListQuery;
use crate::record::{Record, RecordPage};
use crate::step_body::StepBody;
use crate::verdict::CheckVerdict;
use crate::verifier::Verifier;

/// In this process, with no wire between: clause 3 holds because a call is made once, and what the store left open is
/// `StoreUnavailable`, which [`VerifyError::outcome`] tells.
#[async_trait]
impl Verifier for Engine {
    async fn start(&self, workspace: WorkspaceId, request: StartRequest) -> Result<Record, VerifyError> {
        shown(self, Self::start(self, workspace, request).await)
    }

    async fn check(
        &self,
        workspace: WorkspaceId,
        id: RecordId,
        request: CheckRequest,
    ) -> Result<CheckVerdict, VerifyError> {
        match Self::check(self, workspace, known(id)?, request.code()).await {
            Ok(reply) => Ok(CheckVerdict::of(reply.outcome, || Record::new(&reply.verification, self.now()))),
            // The wire does not tell the code that used them up from one after it, so neither does this trait.
            Err(EngineError::Refused(Refusal::MaxAttemptsReached)) => Ok(CheckVerdict::Exhausted),
            Err(error) => Err(error.into()),
        }
    }

    async fn resend(&self, workspace: WorkspaceId, id: RecordId, choice: StepBody) -> Result<Record, VerifyError> {
        shown(self, Self::resend(self, workspace, known(id)?, choice.step_index).await)
    }

    async fn failover(&self, workspace: WorkspaceId, id: RecordId, choice: StepBody) -> Result<Record, VerifyError> {
        shown(self, Self::failover(self, workspace, known(id)?, choice.step_index).await)
    }

    async fn get(&self, workspace: WorkspaceId, id: RecordId) -> Result<Record, VerifyError> {
        shown(self, Self::get(self, workspace, known(id)?).await)
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery) -> Result<RecordPage, VerifyError> {
        let after = page_token::open(self, workspace, query)?;
        let asked = Query {
            start_at: query.start_at,
            end_at: query.end_at,
            order: query.order,
            after,
            limit: query.limit.unwrap_or_default(),
        };
        let (results, next) = paging::read(self, workspace, asked).await?;
        let next_page_token = next.map(|last| page_token::seal(self, workspace, query, last));
        Ok(RecordPage { results, next_page_token })
    }
}

fn shown(engine: &Engine, done: Result<Verification, EngineError>) -> Result<Record, VerifyError> {
    Ok(Record::new(&done?, engine.now()))
}

/// An id that no engine makes is one that this engine does not have.
fn known(id: RecordId) -> Result<VerificationId, EngineError> {
    id.verification().ok_or(EngineError::NotFound)
}
