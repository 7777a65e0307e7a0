use std::sync::Arc;

use super::observer::{Observer, Observers};
use super::{Engine, Inner};
use crate::directory::{Channel, Directory, InvalidDirectory, Navigator, Routes};
use crate::entropy::{Entropy, ThreadEntropy};
use crate::id::{ChannelId, NavigatorId};
use crate::keyring::Keyring;
use crate::policy::Policy;
use crate::store::Store;
use crate::time::{Clock, SystemClock};

/// Why an engine could not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineSetupError {
    /// There is nothing to send by.
    #[error("an engine needs a channel or a navigator: add at least one")]
    NoChannels,
    /// The channels and navigators do not go together.
    #[error(transparent)]
    Directory(#[from] InvalidDirectory),
}

/// Describes an [`Engine`]: its store and keyring, at least one channel, and whatever shall not be as by default.
#[derive(Debug)]
pub struct EngineBuilder {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    directory: Directory,
    policy: Policy,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    observers: Observers,
}

impl EngineBuilder {
    pub(super) fn new(store: Arc<dyn Store>, keyring: Arc<Keyring>) -> Self {
        Self {
            store,
            keyring,
            directory: Directory::default(),
            policy: Policy::default(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(ThreadEntropy),
            observers: Observers::default(),
        }
    }

    /// Steps may name this channel too.
    #[must_use]
    pub fn channel(mut self, id: ChannelId, channel: Channel) -> Self {
        self.directory = self.directory.channel(id, channel);
        self
    }

    /// Steps may name this navigator too.
    #[must_use]
    pub fn navigator(mut self, id: NavigatorId, navigator: impl Into<Navigator>) -> Self {
        self.directory = self.directory.navigator(id, navigator);
        self
    }

    /// Steps may name all that is in this directory too.
    #[must_use]
    pub fn directory(mut self, directory: Directory) -> Self {
        self.directory = self.directory.and(directory);
        self
    }

    /// The host's bounds: [`Policy::default`] unless given. They hold for verifications started from then on.
    #[must_use]
    pub const fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The clock: the system's unless given.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The entropy: [`ThreadEntropy`] unless given.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Adds an observer that is told what happens, behind those added before; none by default.
    ///
    /// An engine that is built takes more: [`Engine::add_observer`].
    #[must_use]
    pub fn observer(self, observer: Arc<dyn Observer>) -> Self {
        self.observers.add(observer);
        self
    }

    /// Builds the engine.
    ///
    /// # Errors
    /// [`EngineSetupError`] when there is no channel, or with every fault of the directory.
    pub fn build(self) -> Result<Engine, EngineSetupError> {
        let routes = Routes::try_from(self.directory)?;
        if routes.is_empty() {
            return Err(EngineSetupError::NoChannels);
        }
        Ok(Engine(Arc::new(Inner {
            store: self.store,
            keyring: self.keyring,
            routes,
            policy: self.policy,
            clock: self.clock,
            entropy: self.entropy,
            observers: self.observers,
        })))
    }
}
