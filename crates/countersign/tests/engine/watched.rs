//! A test engine over the memory store, whose log is searched for secrets when the test ends.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Query};
use countersign::{
    Attempt, AttemptStatus, Channel, ChannelId, CheckReply, CodeLength, Dispatch, Engine, EngineError, Identity,
    Limits, MaxAttempts, PhoneNumber, Platform, Policy, Recipient, RequestedStep, Route, StartRequest, Store,
    SubmittedCode, Template, Verification, VerificationId, WorkspaceId,
};
use countersign_memory::MemoryStore;
use countersign_testkit::fixtures::{self, workspace};
use countersign_testkit::{FaultyStore, RecordingObserver, ScriptedTransport, SteppedClock, TestEngine, logs};
use futures::executor::block_on;
use uuid::Uuid;

use crate::secrecy;

pub const WORKSPACE: WorkspaceId = TestEngine::WORKSPACE;
pub const ELSEWHERE: WorkspaceId = workspace(2);
pub const SMS: ChannelId = TestEngine::SMS;
pub const WHATSAPP: ChannelId = TestEngine::WHATSAPP;
pub const EMAIL: ChannelId = TestEngine::EMAIL;
pub const OTHER_SMS: ChannelId = ChannelId::new(Uuid::from_u128(0xc2));
/// A channel with a delivery timeout of a minute.
pub const IMPATIENT_EMAIL: ChannelId = ChannelId::new(Uuid::from_u128(0xc5));
pub const PHONE: &str = "+31612345678";
pub const MAILBOX: &str = "annabelle@example.com";

pub struct WatchedEngine {
    pub engine: Engine,
    pub store: Arc<FaultyStore>,
    pub inner: Arc<MemoryStore>,
    pub clock: SteppedClock,
    pub sms: Arc<ScriptedTransport>,
    pub whatsapp: Arc<ScriptedTransport>,
    pub email: Arc<ScriptedTransport>,
    pub observer: Arc<RecordingObserver>,
    test: TestEngine,
}

impl WatchedEngine {
    pub fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    pub fn with_policy(policy: Policy) -> Self {
        logs::capture();
        let inner = Arc::new(MemoryStore::new());
        let sms = Arc::new(ScriptedTransport::by_message_id());
        let whatsapp = Arc::new(ScriptedTransport::new());
        let email = Arc::new(ScriptedTransport::new());
        let impatient = Channel::new(Platform::Email, email.clone()).with_delivery_timeout(Duration::from_secs(60));
        let test = TestEngine::builder()
            .sms_over(sms.clone())
            .email_over(email.clone())
            .channel(OTHER_SMS, Channel::new(Platform::Sms, sms.clone()))
            // Without a template of its own.
            .channel(WHATSAPP, Channel::new(Platform::WhatsApp, whatsapp.clone()))
            .channel(IMPATIENT_EMAIL, impatient)
            .store(inner.clone())
            .policy(policy)
            .build();
        let (engine, store) = (test.engine().clone(), test.store().clone());
        let (clock, observer) = (test.clock().clone(), test.observer().clone());
        Self { engine, store, inner, clock, sms, whatsapp, email, observer, test }
    }

    /// Another process over the same store: its own engine, with the same keys and providers.
    pub fn other_engine(&self, policy: Policy) -> Engine {
        self.test.another_engine(8, policy)
    }

    pub async fn start(&self, request: StartRequest) -> Verification {
        self.test.start(request).await
    }

    pub async fn check(&self, id: VerificationId, code: &SubmittedCode) -> Result<CheckReply, EngineError> {
        self.test.check(id, code).await
    }

    pub async fn get(&self, id: VerificationId) -> Verification {
        self.test.get(id).await
    }

    /// Moves the clock alone: what is due stays due.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// The code that the last message of a verification carried.
    pub fn code(&self, id: VerificationId) -> SubmittedCode {
        let providers = [&self.sms, &self.whatsapp, &self.email];
        providers.iter().find_map(|provider| provider.last_code_for(id)).expect("a message was sent")
    }

    /// A code of the same length that is wrong.
    pub fn wrong_code(&self, verification: &Verification) -> SubmittedCode {
        block_on(self.test.wrong_code_for(verification.id()))
    }
}

/// Whatever a test does: nothing secret of its engine was logged, at TRACE.
impl Drop for WatchedEngine {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let query = Query { limit: Limit::MAX, ..Query::default() };
        let page = block_on(self.inner.list(WORKSPACE, &query)).unwrap();
        secrecy::assert_clean(&logs::text(), self, &page.verifications);
    }
}

/// The right code of a verification of any engine, and a wrong one.
pub fn codes_of(verification: &Verification) -> (SubmittedCode, SubmittedCode) {
    let dispatch =
        Dispatch::new(verification, 0, &fixtures::keyring(), verification.created_at(), &Identity::default()).unwrap();
    let digits = dispatch.code().expose();
    let first = if digits.starts_with('9') { '0' } else { '9' };
    (SubmittedCode::parse(digits).unwrap(), SubmittedCode::parse(&format!("{first}{}", &digits[1..])).unwrap())
}

pub fn phone() -> PhoneNumber {
    PHONE.parse().unwrap()
}

/// Twelve digits, so that no other number in a log looks like the code.
pub fn limits() -> Limits {
    Limits { code_length: CodeLength::MAX, ..Limits::default() }
}

pub fn attempts_allowed(max: u8) -> Limits {
    Limits { max_attempts: MaxAttempts::new(max).unwrap(), ..limits() }
}

/// A request for a person with a phone and a mailbox, with the steps given.
pub fn request<S: Into<RequestedStep>>(steps: impl IntoIterator<Item = S>) -> StartRequest {
    let recipient = Recipient::both(phone(), MAILBOX.parse().unwrap());
    steps.into_iter().fold(StartRequest::new(recipient), |request, step| request.step(step)).limits(limits())
}

pub fn whatsapp_step() -> RequestedStep {
    RequestedStep::from(WHATSAPP).with_template(Template { name: Some("otp".to_owned()), ..Template::default() })
}

pub fn channel(id: ChannelId) -> RequestedStep {
    Route::Channel(id).into()
}

pub fn statuses(verification: &Verification) -> Vec<AttemptStatus> {
    verification.attempts().iter().map(Attempt::status).collect()
}
