//! Verifiers of every kind, each with what a test needs to know of it.

use std::sync::Arc;
use std::time::Duration;

use countersign::{Channel, ChannelId, Engine, Platform, Policy, Store, WorkspaceId};
use countersign_api::{Record, Verifier};
use countersign_bird::{AccessKey, Bird, BirdBuilder, HostedVerify};
use countersign_testkit::bird::BirdCloud;
use countersign_testkit::fixtures::{channel, keyring, workspace};
use countersign_testkit::{NaiveStore, ScriptedTransport, SeededEntropy, SteppedClock};

use crate::service::{self, KEY};

pub struct Stage {
    pub verifier: Arc<dyn Verifier>,
    pub workspace: WorkspaceId,
    pub sms: ChannelId,
    pub email: ChannelId,
    pub clock: SteppedClock,
    codes: Codes,
}

enum Codes {
    Transport(Arc<ScriptedTransport>),
    Bird(Box<BirdCloud>),
}

impl Stage {
    /// An engine in this process. The same every time: ids, salts and keys.
    pub fn engine(store: Arc<dyn Store>, cooldown: u64) -> Self {
        let clock = SteppedClock::default();
        let transport = Arc::new(ScriptedTransport::by_message_id());
        let engine = Engine::builder(store, keyring())
            .channel(channel(1), Channel::new(Platform::Sms, transport.clone()))
            .channel(channel(2), Channel::new(Platform::Email, transport.clone()))
            .policy(Policy::default().with_resend_cooldown(Duration::from_secs(cooldown)))
            .clock(Arc::new(clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(11)))
            .build()
            .unwrap();
        Self {
            verifier: Arc::new(engine),
            workspace: workspace(1),
            sms: channel(1),
            email: channel(2),
            clock,
            codes: Codes::Transport(transport),
        }
    }

    /// The same engine behind the wire.
    pub async fn hosted(cooldown: u64) -> Self {
        let stage = Self::engine(Arc::new(NaiveStore::new()), cooldown);
        let url = service::serve(stage.verifier).await;
        Self { verifier: Arc::new(HostedVerify::new(client(&url, KEY).build().unwrap())), ..stage }
    }

    /// The Bird of the testkit.
    pub fn bird() -> Self {
        let clock = SteppedClock::default();
        let bird = BirdCloud::start_by(5, Arc::new(clock.clone()));
        let channel = |platform| ChannelId::new(bird.add_channel(platform, "Us"));
        let (sms, email) = (channel("sms-messagebird"), channel("email-messagebird"));
        let verifier = Arc::new(hosted(&bird));
        Self { verifier, workspace: bird.workspace_id(), sms, email, clock, codes: Codes::Bird(Box::new(bird)) }
    }

    /// The code of a verification, whose latest message is among the latest of all.
    pub fn code(&self, record: &Record) -> String {
        match &self.codes {
            Codes::Transport(transport) => {
                let sent = transport.last_code_for(record.id.verification().unwrap()).unwrap();
                sent.expose().to_owned()
            }
            Codes::Bird(bird) => {
                let id = record.steps.iter().flat_map(|step| &step.attempts).find_map(|made| made.message_id.as_ref());
                bird.message(id.unwrap().parse().unwrap()).unwrap().code().unwrap().to_owned()
            }
        }
    }
}

/// A client without bounds that would slow a test down.
pub fn client(url: &str, key: &str) -> BirdBuilder {
    let client = Bird::builder(AccessKey::new(key).unwrap()).base_url(url).get_rate(1_000_000).post_rate(1_000_000);
    client.timeout(Duration::from_secs(5)).connect_timeout(Duration::from_secs(1))
}

pub fn hosted(bird: &BirdCloud) -> HostedVerify {
    HostedVerify::new(client(bird.url(), bird.access_key()).build().unwrap())
}

/// One that gives up soon.
pub fn hasty(bird: &BirdCloud) -> HostedVerify {
    let client = client(bird.url(), bird.access_key());
    let client = client.timeout(Duration::from_millis(600)).connect_timeout(Duration::from_millis(300));
    HostedVerify::new(client.build().unwrap())
}
