use std::sync::Arc;

use super::observer::Observer;
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
pub enum SetupError {
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
    observer: Option<Arc<dyn Observer>>,
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
            observer: None,
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

    /// Who is told what happens: nobody unless given.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Builds the engine.
    ///
    /// # Errors
    /// [`SetupError`] when there is no channel, or with every fault of the directory.
    pub fn build(self) -> Result<Engine, SetupError> {
        let routes = Routes::try_from(self.directory)?;
        if routes.is_empty() {
            return Err(SetupError::NoChannels);
        }
        Ok(Engine(Arc::new(Inner {
            store: self.store,
            keyring: self.keyring,
            routes,
            policy: self.policy,
            clock: self.clock,
            entropy: self.entropy,
            observer: self.observer,
        })))
    }
}
