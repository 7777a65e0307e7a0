//! An engine for tests of hosts and their transports, in virtual time.

use std::sync::Arc;

use countersign::{
    Attempt, AttemptId, AttemptStatus, ChannelId, CheckReply, Directory, Engine, EngineError, Policy, Recipient,
    Report, ReportedStatus, StartRequest, Store, SubmittedCode, Timestamp, Verification, VerificationId, WorkspaceId,
};

use crate::clock::SteppedClock;
use crate::faulty::FaultyStore;
use crate::fixtures::{self, channel, email, phone, workspace};
use crate::observer::RecordingObserver;
use crate::transport::ScriptedTransport;

mod advance;
mod builder;

pub use builder::TestEngineBuilder;

/// An [`Engine`] with everything around it that a test moves or looks at.
///
/// Its clock stands still until [`advance`](Self::advance) moves it, its entropy is seeded, its store is a
/// [`NaiveStore`](crate::NaiveStore) behind a [`FaultyStore`], and what it tells is recorded. Its channels
/// [`SMS`](Self::SMS), [`WHATSAPP`](Self::WHATSAPP) and [`EMAIL`](Self::EMAIL) send over scripted transports; a host's own
/// take their place by the [builder](Self::builder). Any executor runs it, and the same test gives the same run.
///
/// ```
/// use std::time::Duration;
///
/// use countersign::{AttemptStatus, CheckOutcome, SendError};
/// use countersign_testkit::TestEngine;
///
/// # futures::executor::block_on(async {
/// let test = TestEngine::new();
/// // The gateway is overloaded, and says for how long.
/// test.sms().then_return(Err(SendError::NotSent { retry_after: Some(Duration::from_secs(20)), detail: None }));
/// let id = test.start_over([TestEngine::SMS]).await.id();
///
/// test.advance(Duration::from_secs(19)).await;
/// assert_eq!(test.statuses(id).await, [AttemptStatus::Prepared]);
/// test.advance(Duration::from_secs(1)).await;
/// assert_eq!(test.statuses(id).await, [AttemptStatus::Accepted]);
///
/// let code = test.code_for(id).await;
/// assert_eq!(test.check(id, &code).await?.outcome, CheckOutcome::Verified);
/// # Ok::<(), countersign::EngineError>(())
/// # }).unwrap();
/// ```
#[derive(Debug)]
pub struct TestEngine {
    engine: Engine,
    directory: Directory,
    /// What lies behind the faults.
    behind: Arc<dyn Store>,
    store: Arc<FaultyStore>,
    clock: SteppedClock,
    observer: Arc<RecordingObserver>,
    scripted: Scripted,
}

/// The transports of the three channels that every test engine begins with.
#[derive(Debug, Clone, Default)]
struct Scripted {
    sms: Arc<ScriptedTransport>,
    whatsapp: Arc<ScriptedTransport>,
    email: Arc<ScriptedTransport>,
}

impl TestEngine {
    /// The workspace of everything that it starts.
    pub const WORKSPACE: WorkspaceId = workspace(1);
    /// A channel for text messages.
    pub const SMS: ChannelId = channel(1);
    /// A channel for WhatsApp, with a template for the steps that bring none.
    pub const WHATSAPP: ChannelId = channel(2);
    /// A channel for email.
    pub const EMAIL: ChannelId = channel(3);

    /// Builds a test engine with scripted transports and the default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Begins to describe a test engine: its policy, and the host's own channels.
    pub fn builder() -> TestEngineBuilder {
        TestEngineBuilder::new()
    }

    /// Returns the engine itself, for every call that is not here.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Builds another process of the same service: an engine with the same keys, channels, store and clock, and with
    /// entropy of its own.
    ///
    /// # Panics
    /// Never: the first engine was built from the same parts.
    #[must_use]
    pub fn another_engine(&self, seed: u64, policy: Policy) -> Engine {
        builder::engine(&self.store, &self.directory, &self.clock, seed, policy).build().expect("the same parts")
    }

    /// Returns the store that the engine calls, for planning faults and counting calls.
    #[must_use]
    pub const fn store(&self) -> &Arc<FaultyStore> {
        &self.store
    }

    /// Returns the clock. Moving it does nothing that is due: see [`advance`](Self::advance).
    #[must_use]
    pub const fn clock(&self) -> &SteppedClock {
        &self.clock
    }

    /// Returns what the engine tells its observer.
    #[must_use]
    pub const fn observer(&self) -> &Arc<RecordingObserver> {
        &self.observer
    }

    /// Returns the scripted transport of [`SMS`](Self::SMS).
    #[must_use]
    pub const fn sms(&self) -> &Arc<ScriptedTransport> {
        &self.scripted.sms
    }

    /// Returns the scripted transport of [`WHATSAPP`](Self::WHATSAPP).
    #[must_use]
    pub const fn whatsapp(&self) -> &Arc<ScriptedTransport> {
        &self.scripted.whatsapp
    }

    /// Returns the scripted transport of [`EMAIL`](Self::EMAIL).
    #[must_use]
    pub const fn email(&self) -> &Arc<ScriptedTransport> {
        &self.scripted.email
    }

    /// Returns the virtual time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.engine.now()
    }

    /// Starts a verification.
    ///
    /// # Panics
    /// When the engine refuses: call [`Engine::start`] where a test expects that.
    pub async fn start(&self, request: StartRequest) -> Verification {
        self.engine.start(Self::WORKSPACE, request).await.expect("the engine starts a verification")
    }

    /// Starts a verification over those channels, for [`phone`] and [`email`].
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub async fn start_over(&self, channels: impl IntoIterator<Item = ChannelId>) -> Verification {
        let request = StartRequest::new(Recipient::both(phone(), email()));
        self.start(channels.into_iter().fold(request, StartRequest::step)).await
    }

    /// Returns a verification as it is stored, also while the engine's store fails.
    ///
    /// # Panics
    /// When there is none of that id.
    pub async fn get(&self, id: VerificationId) -> Verification {
        let stored = self.behind.load(id).await.expect("the store behind the faults answers");
        stored.expect("a verification of that id").verification
    }

    /// Returns the statuses of a verification's messages, in the order of their preparation.
    ///
    /// # Panics
    /// When there is none of that id.
    pub async fn statuses(&self, id: VerificationId) -> Vec<AttemptStatus> {
        self.get(id).await.attempts().iter().map(Attempt::status).collect()
    }

    /// Returns the code of a verification, as the person would type it, over whatever transport it left.
    ///
    /// # Panics
    /// When there is none of that id.
    pub async fn code_for(&self, id: VerificationId) -> SubmittedCode {
        fixtures::right_code(&self.get(id).await)
    }

    /// Returns a code of the right length that is wrong.
    ///
    /// # Panics
    /// When there is none of that id.
    pub async fn wrong_code_for(&self, id: VerificationId) -> SubmittedCode {
        fixtures::wrong_code(&self.get(id).await)
    }

    /// Submits a code.
    ///
    /// # Errors
    /// Those of [`Engine::check`].
    pub async fn check(&self, id: VerificationId, code: &SubmittedCode) -> Result<CheckReply, EngineError> {
        self.engine.check(Self::WORKSPACE, id, code).await
    }

    /// Reports what became of a message, as its provider would, by our reference. Returns the verification if that
    /// changed it.
    ///
    /// # Panics
    /// When the store fails: call [`Engine::report`] where a test expects that.
    pub async fn report(&self, message: AttemptId, status: ReportedStatus) -> Option<Verification> {
        let report = Report::by_reference(message, status);
        self.engine.report(Self::WORKSPACE, &report).await.expect("the store takes the report")
    }

    /// Reports the same of a verification's latest message.
    ///
    /// # Panics
    /// As [`report`](Self::report), and when there is no verification of that id.
    pub async fn report_latest(&self, id: VerificationId, status: ReportedStatus) -> Option<Verification> {
        let verification = self.get(id).await;
        let latest = u8::try_from(verification.attempts().len() - 1).expect("at most 50 messages");
        self.report(verification.attempt_id(latest), status).await
    }
}

impl Default for TestEngine {
    fn default() -> Self {
        Self::new()
    }
}
