use async_trait::async_trait;
use countersign::store::Limit;
use countersign::{StartRequest, WorkspaceId};
use countersign_api::{
    CheckRequest, CheckVerdict, ErrorCode, ListQuery, Record, RecordId, RecordPage, StartBody, StepBody, Verifier,
    VerifyError,
};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Bird;
use crate::client::error::BirdError;
use crate::client::request::{ApiRequest, Segment};

mod error;

/// Most bytes of a page: a thousand records with templates and many attempts have room.
const MAX_PAGE: usize = 16 * 1024 * 1024;

/// Records a page, where the caller does not say: as many as Bird's general rules allow.
const USUAL_PAGE: usize = 100;

/// Most pages of one list, so that a list without an end ends.
const MAX_PAGES: usize = 10_000;

/// Has verifications made and judged by hosted Bird Verify, or by any server that speaks the same API.
///
/// It is a [`Verifier`] like an [`Engine`](countersign::Engine): a service moves between the two where it makes one.
///
/// A refusal comes as the service gave it, with its request id; codes that nobody knows are kept. What changes
/// something is handed over once: it is repeated only when there was no connection. Every answer ends it, a 429 among
/// them, because that tells of cooldowns here, and a 5xx, because it leaves open what was done. When no answer came, or
/// none that can be read, that is [`VerifyError::Unknown`]. What only reads is repeated within the client's
/// [timeout](crate::BirdBuilder::timeout).
///
/// What Bird asks to wait is believed up to a minute.
#[derive(Debug, Clone)]
pub struct HostedVerify {
    bird: Bird,
}

impl HostedVerify {
    /// Asks by that client, whose key must be good for every workspace that is asked about.
    #[must_use]
    pub const fn new(bird: Bird) -> Self {
        Self { bird }
    }

    /// Every verification of a workspace that the query admits, page after page, each asked for when it is needed: a
    /// hundred a call unless the query says otherwise. The stream ends with its first error.
    pub fn list_all(
        &self,
        workspace: WorkspaceId,
        mut query: ListQuery,
    ) -> impl Stream<Item = Result<Record, VerifyError>> + Send + 'static {
        query.limit = query.limit.or_else(|| Limit::new(USUAL_PAGE).ok());
        let pages = stream::try_unfold((self.clone(), Some(query), 0), move |(hosted, query, pages)| async move {
            let Some(mut query) = query else { return Ok(None) };
            let page = hosted.list(workspace, &query).await?;
            if page.next_page_token.is_some() && (page.next_page_token == query.page_token || pages == MAX_PAGES) {
                let reason = "the list has no end: its pages lead back to themselves".to_owned();
                return Err(VerifyError::Unknown { reason, request_id: None });
            }
            query.page_token = page.next_page_token;
            let next = Some(query).filter(|query| query.page_token.is_some());
            Ok(Some((page.results, (hosted, next, pages + 1))))
        });
        pages.map_ok(|records| stream::iter(records).map(Ok)).try_flatten()
    }

    /// Posts a body, and reads the record that answers it.
    async fn post(
        &self,
        workspace: WorkspaceId,
        path: Vec<Segment>,
        body: &impl Serialize,
        fits: impl Fn(&Record) -> bool,
    ) -> Result<Record, VerifyError> {
        let body = serde_json::to_vec(body).map_err(|_| VerifyError::Unreachable {
            reason: "the request cannot be written as JSON".to_owned(),
            retry_after: None,
        })?;
        let call = ApiRequest { takes_every_answer: true, ..ApiRequest::post(workspace, path, body) };
        self.read(&call, fits).await
    }

    async fn read<T: DeserializeOwned>(&self, call: &ApiRequest, fits: impl Fn(&T) -> bool) -> Result<T, VerifyError> {
        let answer = self.bird.call(call).await.map_err(error::told)?;
        let read = answer.body().and_then(|body| serde_json::from_slice(body).ok()).filter(|read| fits(read));
        read.ok_or_else(|| error::told(BirdError::unreadable(answer.request_id().cloned())))
    }
}

#[async_trait]
impl Verifier for HostedVerify {
    async fn start(&self, workspace: WorkspaceId, request: StartRequest) -> Result<Record, VerifyError> {
        self.post(workspace, path(None, None), &StartBody::try_from(request)?, |_| true).await
    }

    async fn check(
        &self,
        workspace: WorkspaceId,
        id: RecordId,
        request: CheckRequest,
    ) -> Result<CheckVerdict, VerifyError> {
        // A success that does not say so of this very verification lets nobody in.
        let verified = |record: &Record| record.id == id && record.is_verified();
        match self.post(workspace, path(Some(id), None), &request, verified).await {
            Ok(record) => Ok(CheckVerdict::Verified(Box::new(record))),
            Err(error) => charged(error),
        }
    }

    async fn resend(&self, workspace: WorkspaceId, id: RecordId, choice: StepBody) -> Result<Record, VerifyError> {
        self.post(workspace, path(Some(id), Some("resend")), &choice, |record| record.id == id).await
    }

    async fn failover(&self, workspace: WorkspaceId, id: RecordId, choice: StepBody) -> Result<Record, VerifyError> {
        self.post(workspace, path(Some(id), Some("failover")), &choice, |record| record.id == id).await
    }

    async fn get(&self, workspace: WorkspaceId, id: RecordId) -> Result<Record, VerifyError> {
        let call = ApiRequest::get(workspace, path(Some(id), None), Vec::new());
        self.read(&call, |record: &Record| record.id == id).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &ListQuery) -> Result<RecordPage, VerifyError> {
        let call = ApiRequest::get(workspace, path(None, None), query.pairs());
        self.read(&ApiRequest { max_answer: Some(MAX_PAGE), ..call }, |_| true).await
    }
}

/// Tells the answers to a code that was charged from refusals, which changed nothing.
fn charged(error: VerifyError) -> Result<CheckVerdict, VerifyError> {
    let problem = error.refused().map(|refused| &refused.body);
    match problem.map(|problem| (&problem.code, problem)) {
        Some((ErrorCode::VerificationCodeMismatch, problem)) => {
            Ok(CheckVerdict::Mismatch { failed: problem.failed_attempts(), remaining: problem.remaining_attempts() })
        }
        Some((ErrorCode::MaxAttemptsReached, _)) => Ok(CheckVerdict::Exhausted),
        Some(_) | None => Err(error),
    }
}

fn path(id: Option<RecordId>, word: Option<&'static str>) -> Vec<Segment> {
    let id = id.map(|id| Segment::Id(*id.as_uuid()));
    [Some(Segment::WireName("verify")), id, word.map(Segment::WireName)].into_iter().flatten().collect()
}
