//! An engine behind the trait, with what a test wants to move.

use std::sync::Arc;
use std::time::Duration;

use countersign::{
    Channel, Engine, Keyring, Platform, Policy, Recipient, RequestedStep, StartRequest, Store, SubmittedCode,
    VerificationId, WorkspaceId,
};
use countersign_api::{CheckRequest, CheckVerdict, Record, RecordId, Verifier, VerifyError};
use countersign_testkit::fixtures::{channel, email, keyring, phone, workspace};
use countersign_testkit::{NaiveStore, ScriptedTransport, SeededEntropy, SteppedClock};

pub const WORKSPACE: WorkspaceId = workspace(1);
pub const ELSEWHERE: WorkspaceId = workspace(2);

pub struct Service {
    pub engine: Engine,
    pub verifier: Arc<dyn Verifier>,
    pub clock: SteppedClock,
    pub transport: Arc<ScriptedTransport>,
}

impl Service {
    pub fn new() -> Self {
        Self::over(Arc::new(NaiveStore::new()), keyring())
    }

    pub fn over(store: Arc<dyn Store>, keyring: Keyring) -> Self {
        let clock = SteppedClock::default();
        let transport = Arc::new(ScriptedTransport::new());
        let via = |platform| Channel::new(platform, transport.clone());
        let engine = Engine::builder(store, keyring)
            .channel(channel(1), via(Platform::Sms))
            .channel(channel(2), via(Platform::WhatsApp))
            .channel(channel(3), via(Platform::Email))
            .policy(Policy::default().with_resend_cooldown(Duration::from_secs(30)))
            .clock(Arc::new(clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(7)))
            .build()
            .unwrap();
        Self { verifier: Arc::new(engine.clone()), engine, clock, transport }
    }

    pub async fn started(&self) -> Record {
        self.verifier.start(WORKSPACE, request()).await.unwrap()
    }

    pub async fn check(&self, id: RecordId, typed: &str) -> Result<CheckVerdict, VerifyError> {
        self.verifier.check(WORKSPACE, id, CheckRequest::parse(typed).unwrap()).await
    }

    pub fn code(&self, record: &Record) -> String {
        let sent = self.transport.last_code_for(verification(record)).unwrap();
        sent.expose().to_owned()
    }

    pub fn wrong_code(&self, record: &Record) -> String {
        other_than(&self.code(record))
    }
}

pub fn verification(record: &Record) -> VerificationId {
    record.id.verification().unwrap()
}

pub fn other_than(code: &str) -> String {
    let first = if code.starts_with('9') { '0' } else { '9' };
    assert!(SubmittedCode::parse(code).is_ok());
    format!("{first}{}", &code[1..])
}

/// To a person with phone and mailbox, by SMS and then by email.
pub fn request() -> StartRequest {
    let steps: [RequestedStep; 2] = [channel(1).into(), channel(3).into()];
    steps.into_iter().fold(StartRequest::new(Recipient::both(phone(), email())), StartRequest::step)
}
