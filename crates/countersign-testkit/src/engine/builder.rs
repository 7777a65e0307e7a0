use std::sync::Arc;

use countersign::{
    Channel, ChannelId, Directory, Engine, EngineBuilder, Navigator, NavigatorId, Platform, Policy, Store, Transport,
};

use super::{Scripted, TestEngine};
use crate::clock::SteppedClock;
use crate::entropy::SeededEntropy;
use crate::faulty::FaultyStore;
use crate::fixtures::{full_template, keyring};
use crate::naive::NaiveStore;
use crate::observer::RecordingObserver;

/// Describes a [`TestEngine`].
#[derive(Debug)]
#[must_use = "it does nothing until `build`"]
pub struct TestEngineBuilder {
    channels: Vec<(ChannelId, Channel)>,
    navigators: Vec<(NavigatorId, Navigator)>,
    policy: Policy,
    store: Arc<dyn Store>,
    scripted: Scripted,
    seed: u64,
}

impl TestEngineBuilder {
    pub(super) fn new() -> Self {
        Self {
            channels: Vec::new(),
            navigators: Vec::new(),
            policy: Policy::default(),
            store: Arc::new(NaiveStore::new()),
            scripted: Scripted::default(),
            seed: 1,
        }
    }

    /// Adds a channel, or puts it in the place of the one that has that id: [`TestEngine::SMS`] and its siblings have
    /// scripted transports unless given.
    pub fn channel(mut self, id: ChannelId, channel: Channel) -> Self {
        self.channels.retain(|(other, _)| *other != id);
        self.channels.push((id, channel));
        self
    }

    /// Puts the host's own transport in the place of [`TestEngine::SMS`]'s.
    pub fn sms_over(self, transport: Arc<dyn Transport>) -> Self {
        self.channel(TestEngine::SMS, Channel::new(Platform::Sms, transport))
    }

    /// Puts the host's own transport in the place of [`TestEngine::WHATSAPP`]'s, which has a template for the steps that
    /// bring none.
    pub fn whatsapp_over(self, transport: Arc<dyn Transport>) -> Self {
        let channel = Channel::new(Platform::WhatsApp, transport).with_template(full_template());
        self.channel(TestEngine::WHATSAPP, channel)
    }

    /// Puts the host's own transport in the place of [`TestEngine::EMAIL`]'s.
    pub fn email_over(self, transport: Arc<dyn Transport>) -> Self {
        self.channel(TestEngine::EMAIL, Channel::new(Platform::Email, transport))
    }

    /// Adds a navigator.
    pub fn navigator(mut self, id: NavigatorId, navigator: impl Into<Navigator>) -> Self {
        self.navigators.push((id, navigator.into()));
        self
    }

    /// Sets the policy: [`Policy::default`] unless given.
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the store behind the faults: a [`NaiveStore`] unless given.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = store;
        self
    }

    /// Sets the seed of the entropy, from which ids and codes come: 1 unless given.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Builds the test engine, at [`EPOCH`](crate::fixtures::EPOCH).
    ///
    /// # Panics
    /// When the channels and navigators do not go together, with every fault.
    #[must_use]
    pub fn build(self) -> TestEngine {
        let Scripted { sms, whatsapp, email } = self.scripted.clone();
        let scripted = [
            (TestEngine::SMS, Channel::new(Platform::Sms, sms)),
            (TestEngine::WHATSAPP, Channel::new(Platform::WhatsApp, whatsapp).with_template(full_template())),
            (TestEngine::EMAIL, Channel::new(Platform::Email, email)),
        ];
        let own = |id: &ChannelId| self.channels.iter().any(|(own, _)| own == id);
        let scripted = scripted.into_iter().filter(|(id, _)| !own(id));
        let channels = scripted.chain(self.channels.iter().cloned());
        let directory = channels.fold(Directory::new(), |directory, (id, channel)| directory.channel(id, channel));
        let directory =
            self.navigators.into_iter().fold(directory, |all, (id, navigator)| all.navigator(id, navigator));

        let store = Arc::new(FaultyStore::new(Arc::clone(&self.store)));
        let clock = SteppedClock::default();
        let observer = Arc::new(RecordingObserver::new());
        let engine = engine(&store, &directory, &clock, self.seed, self.policy)
            .observer(observer.clone())
            .build()
            .unwrap_or_else(|error| panic!("no engine can be built of these channels: {error}"));
        TestEngine { engine, directory, behind: self.store, store, clock, observer, scripted: self.scripted }
    }
}

pub(super) fn engine(
    store: &Arc<FaultyStore>,
    directory: &Directory,
    clock: &SteppedClock,
    seed: u64,
    policy: Policy,
) -> EngineBuilder {
    Engine::builder(store.clone(), keyring())
        .directory(directory.clone())
        .policy(policy)
        .clock(Arc::new(clock.clone()))
        .entropy(Arc::new(SeededEntropy::new(seed)))
}
