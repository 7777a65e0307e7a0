use std::sync::Arc;

use super::directory::{Channel, Directory};
use super::observer::Observer;
use super::{Engine, Inner};
use crate::entropy::{Entropy, ThreadEntropy};
use crate::id::{ChannelId, NavigatorId};
use crate::keyring::Keyring;
use crate::machine::Route;
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
    /// Two channels, or two navigators, have one id.
    #[error("{0:?} is configured twice: give each its own id")]
    DuplicateRoute(Route),
}

/// Describes an [`Engine`]: its store and keyring, at least one channel, and whatever shall not be as by default.
#[derive(Debug)]
pub struct EngineBuilder {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    directory: Directory,
    duplicate: Option<Route>,
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
            duplicate: None,
            policy: Policy::default(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(ThreadEntropy),
            observer: None,
        }
    }

    /// Steps may name this channel.
    #[must_use]
    pub fn channel(self, id: ChannelId, channel: Channel) -> Self {
        self.route(Route::Channel(id), channel)
    }

    /// Steps may name this navigator, which sends over one channel.
    #[must_use]
    pub fn navigator(self, id: NavigatorId, channel: Channel) -> Self {
        self.route(Route::Navigator(id), channel)
    }

    fn route(mut self, route: Route, channel: Channel) -> Self {
        if !self.directory.add(route, channel) {
            self.duplicate = self.duplicate.or(Some(route));
        }
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
    /// [`SetupError`] when there is no channel or one id was given twice.
    pub fn build(self) -> Result<Engine, SetupError> {
        if let Some(route) = self.duplicate {
            return Err(SetupError::DuplicateRoute(route));
        }
        if self.directory.is_empty() {
            return Err(SetupError::NoChannels);
        }
        Ok(Engine(Arc::new(Inner {
            store: self.store,
            keyring: self.keyring,
            directory: self.directory,
            policy: self.policy,
            clock: self.clock,
            entropy: self.entropy,
            observer: self.observer,
        })))
    }
}
