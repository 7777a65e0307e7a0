//! An engine with everything around it that a test may want to move or look at.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Query};
use countersign::{
    Attempt, AttemptStatus, Channel, ChannelId, CheckReply, CodeLength, Engine, EngineBuilder, EngineError, KeyId,
    KeySecret, Keyring, Limits, MaxAttempts, PhoneNumber, Platform, Policy, Recipient, Request, RequestedStep, Route,
    Store, SubmittedCode, Template, Verification, VerificationId, WorkspaceId,
};
use countersign_memory::MemoryStore;
use countersign_testkit::{FaultyStore, RecordingObserver, ScriptedTransport, SeededEntropy, SteppedClock};
use uuid::Uuid;

use crate::{logs, secrecy};

pub const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(0xa1));
pub const ELSEWHERE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(0xa2));
pub const SMS: ChannelId = ChannelId::new(Uuid::from_u128(0xc1));
pub const OTHER_SMS: ChannelId = ChannelId::new(Uuid::from_u128(0xc2));
pub const WHATSAPP: ChannelId = ChannelId::new(Uuid::from_u128(0xc3));
pub const EMAIL: ChannelId = ChannelId::new(Uuid::from_u128(0xc4));
/// A channel with a delivery timeout of a minute.
pub const IMPATIENT_EMAIL: ChannelId = ChannelId::new(Uuid::from_u128(0xc5));
pub const PHONE: &str = "+31612345678";
pub const MAILBOX: &str = "annabelle@example.com";

/// Bytes that a keyring takes, and that stand out in a log.
pub fn secret_bytes(seed: u8) -> Vec<u8> {
    (0..32).map(|i: u8| i.wrapping_mul(37).wrapping_add(seed)).collect()
}

pub fn secret(seed: u8) -> KeySecret {
    KeySecret::from_bytes(&secret_bytes(seed)).unwrap()
}

pub struct WatchedEngine {
    pub engine: Engine,
    pub store: Arc<FaultyStore>,
    pub inner: Arc<MemoryStore>,
    pub clock: SteppedClock,
    pub sms: Arc<ScriptedTransport>,
    pub whatsapp: Arc<ScriptedTransport>,
    pub email: Arc<ScriptedTransport>,
    pub observer: Arc<RecordingObserver>,
}

impl WatchedEngine {
    pub fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    pub fn with_policy(policy: Policy) -> Self {
        logs::capture();
        let inner = Arc::new(MemoryStore::new());
        let store = Arc::new(FaultyStore::new(inner.clone()));
        let clock = SteppedClock::default();
        let sms = Arc::new(ScriptedTransport::by_message_id());
        let whatsapp = Arc::new(ScriptedTransport::new());
        let email = Arc::new(ScriptedTransport::new());
        let observer = Arc::new(RecordingObserver::new());
        let keyring = Keyring::new(KeyId::new(1), secret(1));
        let engine = all_channels(Engine::builder(store.clone(), keyring), &sms, &whatsapp, &email)
            .policy(policy)
            .clock(Arc::new(clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(7)))
            .observer(observer.clone())
            .build()
            .unwrap();
        Self { engine, store, inner, clock, sms, whatsapp, email, observer }
    }

    /// Another process over the same store: its own engine, with the same keys and providers.
    pub fn other_engine(&self, policy: Policy) -> Engine {
        let keyring = Keyring::new(KeyId::new(1), secret(1));
        all_channels(Engine::builder(self.store.clone(), keyring), &self.sms, &self.whatsapp, &self.email)
            .policy(policy)
            .clock(Arc::new(self.clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(8)))
            .build()
            .unwrap()
    }

    pub async fn start(&self, request: Request) -> Verification {
        self.engine.start(WORKSPACE, request).await.unwrap()
    }

    pub async fn check(&self, id: VerificationId, code: &SubmittedCode) -> Result<CheckReply, EngineError> {
        self.engine.check(WORKSPACE, id, code).await
    }

    pub async fn get(&self, id: VerificationId) -> Verification {
        self.inner.load(id).await.unwrap().unwrap().verification
    }

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
        wrong_code(verification, &self.code(verification.id()))
    }
}

/// Whatever a test does: nothing secret of its watched was logged, at TRACE.
impl Drop for WatchedEngine {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let query = Query { limit: Limit::MAX, ..Query::default() };
        let page = futures::executor::block_on(self.inner.list(WORKSPACE, &query)).unwrap();
        secrecy::assert_clean(&logs::text(), self, &page.verifications);
    }
}

pub fn wrong_code(verification: &Verification, right: &SubmittedCode) -> SubmittedCode {
    let keyring = Keyring::new(KeyId::new(1), secret(1));
    let code = verification.dispatch(0, &keyring, verification.created_at()).unwrap();
    assert!(code.code().matches(right));
    let digits = code.code().expose();
    let first = if digits.starts_with('9') { '0' } else { '9' };
    SubmittedCode::parse(&format!("{first}{}", &digits[1..])).unwrap()
}

fn all_channels(
    builder: EngineBuilder,
    sms: &Arc<ScriptedTransport>,
    whatsapp: &Arc<ScriptedTransport>,
    email: &Arc<ScriptedTransport>,
) -> EngineBuilder {
    builder
        .channel(SMS, Channel::new(Platform::Sms, sms.clone()))
        .channel(OTHER_SMS, Channel::new(Platform::Sms, sms.clone()))
        .channel(WHATSAPP, Channel::new(Platform::WhatsApp, whatsapp.clone()))
        .channel(EMAIL, Channel::new(Platform::Email, email.clone()))
        .channel(
            IMPATIENT_EMAIL,
            Channel::new(Platform::Email, email.clone()).with_delivery_timeout(Duration::from_secs(60)),
        )
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
pub fn request<S: Into<RequestedStep>>(steps: impl IntoIterator<Item = S>) -> Request {
    let recipient = Recipient::both(phone(), MAILBOX.parse().unwrap());
    steps.into_iter().fold(Request::new(recipient), |request, step| request.step(step)).limits(limits())
}

pub fn whatsapp_step() -> RequestedStep {
    RequestedStep::from(WHATSAPP).template(Template { name: Some("otp".to_owned()), ..Template::default() })
}

pub fn channel(id: ChannelId) -> RequestedStep {
    Route::Channel(id).into()
}

pub fn statuses(verification: &Verification) -> Vec<AttemptStatus> {
    verification.attempts().iter().map(Attempt::status).collect()
}
