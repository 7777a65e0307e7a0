use std::fmt;

use async_trait::async_trait;
use countersign::{StartRequest, WorkspaceId};

use crate::check::CheckRequest;
use crate::error::VerifyError;
use crate::id::RecordId;
use crate::query::ListQuery;
use crate::record::{Record, RecordPage};
use crate::step_body::StepBody;
use crate::verdict::CheckVerdict;

/// The six calls of the Verify API, whoever answers them: an [`Engine`](countersign::Engine) in this process, or a
/// service.
///
/// Hosts hold an `Arc<dyn Verifier>`, and move between hosted and self-run where they make it.
///
/// 1. **An `Err` means that nothing changed**, unless it is [`VerifyError::Unknown`]. A wrong code is charged, so it is an
///    `Ok`: only [`CheckVerdict::Verified`] lets a person in, and its record is verified.
/// 2. **A refusal is the API's own**: status, code and details of [`VerifyError::Refused`] are those of the contract,
///    section 4, from whoever answers. Codes that this crate does not know are kept.
/// 3. **Nothing is done twice silently.** Start, check, resend and failover are handed over at most once, or again only
///    when they certainly were not done. When nobody knows, that is [`VerifyError::Unknown`].
/// 4. **Reading changes nothing**: get and list may be asked any number of times.
/// 5. **A workspace sees its own**: another's verification is `NotFound`, like one that never was.
/// 6. **Accepted is not delivered.** Start, resend and failover answer when their message is stored or handed over;
///    what becomes of it, later records tell.
/// 7. **Pages neither repeat nor lose** a verification that was there when the first of them was asked for. A page
///    token fits the query that it came from, but for the limit.
#[async_trait]
pub trait Verifier: fmt::Debug + Send + Sync + 'static {
    /// Starts a verification and has its first message sent.
    ///
    /// # Errors
    /// `InvalidPayload` with the path of each fault; see [`VerifyError`] for what goes for all calls.
    async fn start(&self, workspace: WorkspaceId, request: StartRequest) -> Result<Record, VerifyError>;

    /// Charges and judges one submitted code.
    ///
    /// # Errors
    /// `UnexpectedVerificationStatus` when the verification was verified or canceled, or has expired.
    async fn check(
        &self,
        workspace: WorkspaceId,
        id: RecordId,
        request: CheckRequest,
    ) -> Result<CheckVerdict, VerifyError>;

    /// Sends the same code again on a step, the current one unless another is named.
    ///
    /// # Errors
    /// `TooManyRequests` when it is too soon or was the last message; the others when it has ended.
    async fn resend(&self, workspace: WorkspaceId, id: RecordId, choice: StepBody) -> Result<Record, VerifyError>;

    /// Moves to another step, the next unless one is named, and sends there.
    ///
    /// # Errors
    /// `NoNextStep` when there is none, or it is the current one; the others when it has ended.
    async fn failover(&self, workspace: WorkspaceId, id: RecordId, choice: StepBody) -> Result<Record, VerifyError>;

    /// Gives a verification as it stands.
    ///
    /// # Errors
    /// `NotFound` also when it is another workspace's.
    async fn get(&self, workspace: WorkspaceId, id: RecordId) -> Result<Record, VerifyError>;

    /// Returns a page of a workspace's verifications, the ten newest unless asked otherwise. A page may have fewer than asked
    /// for and a token: it is bounded in bytes too.
    ///
    /// # Errors
    /// `InvalidPayload` on `.pageToken` for a token that was altered, or that another query gave.
    async fn list(&self, workspace: WorkspaceId, query: &ListQuery) -> Result<RecordPage, VerifyError>;
}
