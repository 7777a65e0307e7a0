//! The driver: load, decide, store, act.

use std::fmt;
use std::sync::Arc;

use crate::address::Recipient;
use crate::code::SubmittedCode;
use crate::directory::Routes;
use crate::entropy::Entropy;
use crate::error::EngineError;
use crate::id::{VerificationId, WorkspaceId};
use crate::keyring::Keyring;
use crate::locale::Locale;
use crate::machine::{CheckOutcome, HostData, Refusal, Start, Transition, Verification};
use crate::plan::StepIndex;
use crate::policy::Policy;
use crate::purpose::Purpose;
use crate::store::{Draws, Limit, Page, Query, Store, Stored};
use crate::time::{Clock, Timestamp};

mod builder;
mod carry_out;
mod commit;
mod due;
mod observer;
mod report;
mod request;
mod webhook;

use observer::Observers;

pub use builder::{EngineBuilder, EngineSetupError};
pub use due::DueReport;
pub use observer::Observer;
pub use report::ReportScope;
pub use request::StartRequest;
pub use webhook::WebhookDeliveryError;

/// Starts, checks and drives verifications over a store and a directory of channels.
///
/// Every call takes one way: load the record, let the machine decide, store the next record if nobody else stored one
/// meanwhile, and only then act and answer. When somebody did, the machine decides again from what they stored.
///
/// It needs no runtime: it spawns nothing, never sleeps, and any executor will do. What happens without being asked
/// (messages that a crash left behind, retries, delivery timeouts, expiry) happens in [`run_due`](Self::run_due), which the
/// host calls from a loop of its own; any number of processes may do so over one store.
///
/// A clone is another handle to the same engine.
///
/// # Cancel safety
///
/// The future of any method may be dropped at any await point: by a timeout, a `select!`, or a client that disconnects.
/// The engine holds no state outside the store, so a dropped call is like a call whose process crashed: it took effect
/// as a whole or not at all.
///
/// * Nothing that was stored is lost. A message that was stored and not sent is due when its lease ends (the policy's
///   [`send_lease`](Policy::send_lease), 30 s by default), and [`run_due`](Self::run_due) sends it, in any process, with
///   the same code and the same reference.
/// * Nothing is charged twice. A submitted code is charged by one conditional write, and nothing of a dropped call is
///   repeated later.
///
/// A dropped call cannot prevent that:
///
/// * the message goes out twice: when the call is dropped after the transport began to send and before the result was
///   stored, the message is sent again. Both carry the same code, and providers that deduplicate by reference send one;
/// * an answer that was not returned was charged: a wrong code may have been counted, and the right code may have
///   verified. [`get`](Self::get) returns which;
/// * a write that was on its way to the store arrives after the call was dropped;
/// * the events of a stored change do not reach the [`Observer`];
/// * the outcome of a dropped send is unknown, and after it the policy allows only so many further tries
///   ([`unknown_retries`](Policy::unknown_retries), 2 by default) before the message has failed. Set time limits in the
///   transport, not around the engine's futures.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    routes: Routes,
    policy: Policy,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    observers: Observers,
}

/// The answer to a check, and the verification after it.
#[derive(Debug, Clone)]
#[must_use = "a wrong code is an answer too: look at `outcome` before you let anybody in"]
pub struct CheckReply {
    /// What the check found.
    pub outcome: CheckOutcome,
    /// The verification as it was stored.
    pub verification: Verification,
}

impl Engine {
    /// Begins to describe an engine; see [`EngineBuilder`].
    pub fn builder(store: Arc<dyn Store>, keyring: impl Into<Arc<Keyring>>) -> EngineBuilder {
        EngineBuilder::new(store, keyring.into())
    }

    /// Adds an observer to the engine and all its handles, those cloned before among them. Returns whether it was added.
    ///
    /// It is told what happens from now on, after the observers added before it. An `Arc` that the engine has already is
    /// not added again. Observers cannot be removed. Each costs an event one atomic load besides its own work.
    pub fn add_observer(&self, observer: Arc<dyn Observer>) -> bool {
        self.0.observers.add(observer)
    }

    /// The time by the engine's clock: what a verification's status is asked with.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Starts a verification and sends its first message, or leaves that to [`run_due`](Self::run_due), as the policy says.
    ///
    /// It succeeds as soon as the verification is stored: a message that could not be handed over is tried again, or
    /// fails over, and the verification given back tells.
    ///
    /// # Errors
    /// [`EngineError::InvalidPlan`] with every fault of a plan that cannot reach the recipient; otherwise when the
    /// store does not take it. [`EngineError::Unavailable`] leaves open whether it started, and a message may still arrive.
    ///
    /// # Cancel safety
    /// A dropped start leaves open whether it started, like [`EngineError::Unavailable`]. If it did, its message is sent or
    /// will be, perhaps twice, and [`find_open`](Self::find_open) finds it by its recipient. Another start is a second
    /// verification.
    pub async fn start(&self, workspace: WorkspaceId, request: StartRequest) -> Result<Verification, EngineError> {
        let limits = request.effective_limits();
        let plan = self.0.routes.plan(request.steps, &request.recipient, request.brand.as_ref())?;
        let locale = request.locale.unwrap_or_else(|| Locale::for_recipient(&request.recipient));
        let start = Start {
            workspace,
            limits,
            policy: self.0.policy,
            recipient: request.recipient,
            plan,
            locale,
            host_data: HostData::new(request.metadata, request.purpose, request.brand),
        };
        let transition = Verification::start(start, &self.0.keyring, &*self.0.entropy, self.now())?;
        let version = self.0.store.insert(&transition.next, &Draws::NONE).await?;
        Ok(self.carry_out(transition, version).await.verification)
    }

    /// Charges and answers one submitted code. A wrong code is an `Ok`: look at [`CheckReply::outcome`].
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it has ended or the code has another length; nothing is charged then. When the store
    /// fails no answer is given, whatever the code was, though a charge may have been stored.
    ///
    /// # Cancel safety
    /// A dropped check may have been charged, once, with an answer that nobody saw: a check of the same code again is
    /// another charge, and is refused when the first one verified. [`get`](Self::get) returns what was stored.
    pub async fn check(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        code: &SubmittedCode,
    ) -> Result<CheckReply, EngineError> {
        self.judge(workspace, id, |verification, now| verification.check(code, &self.0.keyring, now)).await
    }

    /// Charges and answers one submitted code, if the verification was started for that purpose.
    ///
    /// [`check`](Self::check) accepts a verification for any purpose. A host with several, such as a login and a change of
    /// address, names the one it expects, so that a code of one cannot be used for the other.
    ///
    /// # Errors
    /// [`EngineError::Refused`] with [`Refusal::OtherPurpose`](crate::Refusal::OtherPurpose) when the verification is for
    /// another purpose, or for none; nothing is charged then. Otherwise as [`check`](Self::check).
    ///
    /// # Cancel safety
    /// As [`check`](Self::check).
    pub async fn check_for(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        purpose: &Purpose,
        code: &SubmittedCode,
    ) -> Result<CheckReply, EngineError> {
        let keyring = &self.0.keyring;
        self.judge(workspace, id, |verification, now| verification.check_for(purpose, code, keyring, now)).await
    }

    async fn judge(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        decide: impl Fn(&Verification, Timestamp) -> Result<Transition<CheckOutcome>, Refusal>,
    ) -> Result<CheckReply, EngineError> {
        let (transition, version) = self.commit(workspace, id, decide).await?;
        let outcome = transition.reply;
        let stored = self.carry_out(transition, version).await;
        Ok(CheckReply { outcome, verification: stored.verification })
    }

    /// Sends the same code again on a step, the current one unless another is named.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it has ended, is too soon, was the last message, or there is no such step.
    ///
    /// # Cancel safety
    /// A dropped resend may have stored its message, which is then sent or will be, perhaps twice. A resend asked for
    /// again meets the cooldown in that case.
    pub async fn resend(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        step: Option<StepIndex>,
    ) -> Result<Verification, EngineError> {
        self.command(workspace, id, |verification, now| verification.resend(step, now)).await
    }

    /// Moves to another step, the next unless one is named, and sends there.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it has ended, there is no such step, it is the current one, or the cap is reached.
    ///
    /// # Cancel safety
    /// A dropped failover may have stored the move and its message, which is then sent or will be, perhaps twice. Name the
    /// step when you ask again: without one, a second failover moves on to the step after.
    pub async fn failover(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        step: Option<StepIndex>,
    ) -> Result<Verification, EngineError> {
        self.command(workspace, id, |verification, now| verification.failover(step, now)).await
    }

    /// Takes a verification back: its code is worth nothing from now on, and nothing more is sent.
    ///
    /// # Errors
    /// [`EngineError::Refused`] when it has ended.
    ///
    /// # Cancel safety
    /// A dropped cancel may have been stored. Asked for again, it is refused in that case.
    pub async fn cancel(&self, workspace: WorkspaceId, id: VerificationId) -> Result<Verification, EngineError> {
        self.command(workspace, id, Verification::cancel).await
    }

    /// Gives a verification as it is stored.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] also when it is another workspace's.
    pub async fn get(&self, workspace: WorkspaceId, id: VerificationId) -> Result<Verification, EngineError> {
        Ok(self.load(workspace, id).await?.verification)
    }

    /// Returns a page of a workspace's verifications, the ten newest unless asked otherwise.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, EngineError> {
        Ok(self.0.store.list(workspace, query).await?)
    }

    /// Gives the verifications of exactly this recipient that are open now, newest first.
    ///
    /// A host that shows a page again can go on with one of them, where a start would send another message.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find_open(
        &self,
        workspace: WorkspaceId,
        recipient: &Recipient,
        limit: Limit,
    ) -> Result<Vec<Verification>, EngineError> {
        let key = self.0.keyring.recipient_key(workspace, recipient);
        let mut open = self.0.store.find_by_recipient(key, limit).await?;
        let now = self.now();
        open.retain(|verification| {
            // Keys are hashes: what they find is looked at.
            verification.workspace() == workspace
                && verification.recipient() == recipient
                && !verification.status(now).is_final()
        });
        Ok(open)
    }

    /// Seals a message that is to come back unaltered, as [`Keyring::seal`] does: the engine shows its ring to nobody.
    #[must_use]
    pub fn seal(&self, purpose: &str, message: &[u8]) -> [u8; 16] {
        self.0.keyring.seal(purpose, message)
    }

    /// Whether an engine with a key of this one's ring sealed the message for that purpose.
    #[must_use]
    pub fn verify_seal(&self, purpose: &str, message: &[u8], seal: &[u8; 16]) -> bool {
        self.0.keyring.verify_seal(purpose, message, seal)
    }

    async fn load(&self, workspace: WorkspaceId, id: VerificationId) -> Result<Stored, EngineError> {
        let stored = self.0.store.load(id).await?;
        stored.filter(|stored| stored.verification.workspace() == workspace).ok_or(EngineError::NotFound)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("store", &self.0.store)
            .field("keyring", &self.0.keyring)
            .field("routes", &self.0.routes)
            .field("policy", &self.0.policy)
            .finish_non_exhaustive()
    }
}
