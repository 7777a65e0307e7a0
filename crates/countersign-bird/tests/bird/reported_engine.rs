//! An engine that has sent a message, and deliveries on it.

use std::sync::Arc;
use std::time::Duration;

use countersign::{AttemptStatus, Channel, Engine, Platform, Policy, Recipient, StartRequest, Verification};
use countersign_bird::webhook::BirdWebhook;
use countersign_testkit::fixtures::{channel, full_template, keyring, phone, workspace};
use countersign_testkit::{FaultyStore, NaiveStore, ScriptedTransport, SeededEntropy, SteppedClock};

use crate::fixture;
use crate::signed::{Signed, URL, keys};

/// Channels 1 and 4 are for text messages, channel 2 for WhatsApp.
pub struct ReportedEngine {
    pub engine: Engine,
    pub store: Arc<FaultyStore>,
    pub carrier: Arc<ScriptedTransport>,
    pub clock: SteppedClock,
    pub webhook: BirdWebhook,
}

impl ReportedEngine {
    pub fn new() -> Self {
        let carrier = Arc::new(ScriptedTransport::new());
        let store = Arc::new(FaultyStore::new(Arc::new(NaiveStore::default())));
        let clock = SteppedClock::default();
        let over = |platform| Channel::new(platform, carrier.clone());
        let engine = Engine::builder(store.clone(), keyring())
            .channel(channel(1), over(Platform::Sms))
            .channel(channel(2), over(Platform::WhatsApp).with_template(full_template()))
            .channel(channel(4), over(Platform::Sms))
            .policy(Policy::default().with_resend_cooldown(Duration::ZERO))
            .clock(Arc::new(clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(1)))
            .build()
            .unwrap();
        Self { engine, store, carrier, clock, webhook: BirdWebhook::new(keys(), URL) }
    }

    /// A verification over those channels, whose first message is accepted.
    pub async fn start(&self, channels: &[u64]) -> Verification {
        let request = StartRequest::new(Recipient::phone(phone()));
        let request = channels.iter().fold(request, |request, number| request.step(channel(*number)));
        self.engine.start(workspace(1), request).await.unwrap()
    }

    pub async fn deliver(&self, signed: &Signed) -> u16 {
        signed.deliver(&self.engine, &self.webhook, workspace(1)).await
    }

    /// Delivers that status of an attempt, and gives the answer.
    pub async fn report(&self, verification: &Verification, attempt: u8, status: &str) -> u16 {
        self.deliver(&delivery(verification, attempt, status)).await
    }

    pub async fn now(&self, verification: &Verification) -> Verification {
        self.engine.get(workspace(1), verification.id()).await.unwrap()
    }

    pub async fn statuses(&self, verification: &Verification) -> Vec<AttemptStatus> {
        self.now(verification).await.attempts().iter().map(countersign::Attempt::status).collect()
    }
}

pub fn delivery(verification: &Verification, attempt: u8, status: &str) -> Signed {
    Signed::new(fixture::delivery(&verification.attempt_id(attempt).to_string(), status))
}
