use std::fmt;

use async_trait::async_trait;
use countersign::WorkspaceId;

use crate::check::CheckRequest;
use crate::choice::StepChoice;
use crate::error::VerifyError;
use crate::id::RecordId;
use crate::query::ListQuery;
use crate::record::{Record, RecordPage};
use crate::start::StartRequest;

/// The six calls of the Verify API, whoever answers them: an [`Engine`](countersign::Engine) in this process, or a
/// service.
///
/// Hosts hold an `Arc<dyn Verifier>`, and move between hosted and self-run where they make it.
///
/// 1. **Only a verified record lets anybody in.** A check that gives a [`Record`] was of the right code, and the record
///    is verified. Everything else is an `Err`, a wrong code among them.
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

    /// Charges and answers one submitted code.
    ///
    /// # Errors
    /// `VerificationCodeMismatch` for a wrong code, `MaxAttemptsReached` for the last wrong one and for all after it,
    /// `UnexpectedVerificationStatus` when it has ended otherwise.
    async fn check(&self, workspace: WorkspaceId, id: RecordId, request: CheckRequest) -> Result<Record, VerifyError>;

    /// Sends the same code again on a step, the current one unless another is named.
    ///
    /// # Errors
    /// `TooManyRequests` when it is too soon or was the last message; the others when it has ended.
    async fn resend(&self, workspace: WorkspaceId, id: RecordId, choice: StepChoice) -> Result<Record, VerifyError>;

    /// Moves to another step, the next unless one is named, and sends there.
    ///
    /// # Errors
    /// `NoNextStep` when there is none, or it is the current one; the others when it has ended.
    async fn failover(&self, workspace: WorkspaceId, id: RecordId, choice: StepChoice) -> Result<Record, VerifyError>;

    /// Gives a verification as it stands.
    ///
    /// # Errors
    /// `NotFound` also when it is another workspace's.
    async fn get(&self, workspace: WorkspaceId, id: RecordId) -> Result<Record, VerifyError>;

    /// Gives a page of a workspace's verifications, the ten newest unless asked otherwise.
    ///
    /// # Errors
    /// `InvalidPayload` on `.pageToken` for a token that was altered, or that another query gave.
    async fn list(&self, workspace: WorkspaceId, query: &ListQuery) -> Result<RecordPage, VerifyError>;
}
