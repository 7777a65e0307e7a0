use async_trait::async_trait;
use countersign::store::Query;
use countersign::{Engine, EngineError, Verification, VerificationId, WorkspaceId};

use crate::check::CheckRequest;
use crate::choice::StepChoice;
use crate::error::VerifyError;
use crate::id::RecordId;
use crate::page_token;
use crate::query::ListQuery;
use crate::record::{Record, RecordPage};
use crate::refused::Refused;
use crate::start::StartRequest;
use crate::verifier::Verifier;

/// In this process, with no wire between: clause 3 holds because a call is made once, and what the store left open is
/// `StoreUnavailable`, which [`VerifyError::outcome`] tells.
#[async_trait]
impl Verifier for Engine {
    async fn start(&self, workspace: WorkspaceId, request: StartRequest) -> Result<Record, VerifyError> {
        shown(self, Self::start(self, workspace, request.into()).await)
    }

    async fn check(&self, workspace: WorkspaceId, id: RecordId, request: CheckRequest) -> Result<Record, VerifyError> {
        let reply = Self::check(self, workspace, known(id)?, request.code()).await?;
        match Refused::of_check(reply.outcome) {
            None => Ok(Record::of(&reply.verification, self.now())),
            Some(refused) => Err(refused.into()),
        }
    }

    async fn resend(&self, workspace: WorkspaceId, id: RecordId, choice: StepChoice) -> Result<Record, VerifyError> {
        shown(self, Self::resend(self, workspace, known(id)?, choice.step_index).await)
    }

    async fn failover(&self, workspace: WorkspaceId, id: RecordId, choice: StepChoice) -> Result<Record, VerifyError> {
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
        let page = Self::list(self, workspace, &asked).await?;
        let now = self.now();
        Ok(RecordPage {
            results: page.verifications.iter().map(|verification| Record::of(verification, now)).collect(),
            next_page_token: page.next.map(|last| page_token::seal(self, workspace, query, last)),
        })
    }
}

fn shown(engine: &Engine, done: Result<Verification, EngineError>) -> Result<Record, VerifyError> {
    Ok(Record::of(&done?, engine.now()))
}

/// An id that no engine makes is one that this engine does not have.
fn known(id: RecordId) -> Result<VerificationId, EngineError> {
    id.verification().ok_or(EngineError::NotFound)
}
