//! Engines over one kind of store, with one keyring and one provider.

use std::sync::Arc;
use std::time::Duration;

use countersign::{
    Channel, ChannelId, Engine, Keyring, PhoneNumber, Platform, Policy, StartRequest, SubmittedCode, ThreadEntropy,
    Verification, WorkspaceId,
};
use countersign_redis::RedisStoreBuilder;
use countersign_testkit::ScriptedTransport;
use uuid::Uuid;

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
pub(crate) const SMS: ChannelId = ChannelId::new(Uuid::from_u128(2));

pub(crate) struct Deployment {
    pub(crate) sms: Arc<ScriptedTransport>,
    keyring: Arc<Keyring>,
}

impl Deployment {
    pub(crate) fn new() -> Self {
        Self::with(ScriptedTransport::new())
    }

    pub(crate) fn with(sms: ScriptedTransport) -> Self {
        Self { sms: Arc::new(sms), keyring: Arc::new(Keyring::ephemeral(&ThreadEntropy).unwrap()) }
    }

    pub(crate) async fn engine(&self, store: RedisStoreBuilder) -> Engine {
        let channel = Channel::new(Platform::Sms, self.sms.clone());
        let store = Arc::new(store.connect().await.unwrap());
        // Nobody wants to wait for half a minute before a resend.
        let policy = Policy::default().with_resend_cooldown(Duration::ZERO);
        Engine::builder(store, self.keyring.clone()).channel(SMS, channel).policy(policy).build().unwrap()
    }

    pub(crate) fn code(&self, verification: &Verification) -> SubmittedCode {
        self.sms.last_code_for(verification.id()).unwrap()
    }

    /// A code that was never sent.
    pub(crate) fn wrong_code(&self, verification: &Verification) -> SubmittedCode {
        let sent = self.sms.sent_for(verification.id())[0].code().to_owned();
        let wrong: String = sent.chars().map(|c| if c == '1' { '2' } else { '1' }).collect();
        SubmittedCode::parse(&wrong).unwrap()
    }
}

pub(crate) fn request() -> StartRequest {
    StartRequest::new(PhoneNumber::parse("+31612345678").unwrap()).step(SMS)
}
