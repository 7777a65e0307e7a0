use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::id::{ChannelId, NavigatorId};
use crate::platform::Platform;
use crate::template::Template;

/// A step's place in its plan, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
#[serde(transparent)]
pub struct StepIndex(u8);

impl StepIndex {
    /// The first step.
    pub const FIRST: Self = Self(0);

    /// The step at that place; a plan may be shorter.
    #[must_use]
    pub const fn new(index: u8) -> Self {
        Self(index)
    }

    /// The place, from 0.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Every place there can be, from the first on.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    pub(crate) const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for StepIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a step sends: by a channel, or by a navigator that chooses one (contract, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// By this channel.
    Channel(ChannelId),
    /// By the channel that this navigator chooses.
    Navigator(NavigatorId),
}

/// One way of a plan to reach the recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    route: Route,
    /// What a navigator chose; boxed, because most steps have none and every record has steps.
    channel: Option<Box<ChannelId>>,
    platform: Platform,
    template: Option<Box<Template>>,
    /// Milliseconds.
    delivery_timeout: Option<NonZeroU32>,
}

impl Step {
    /// A step over that route, which is of that platform.
    #[must_use]
    pub const fn new(route: Route, platform: Platform) -> Self {
        Self { route, channel: None, platform, template: None, delivery_timeout: None }
    }

    /// The same step, sending by the channel that its navigator chose.
    #[must_use]
    pub fn with_channel(mut self, channel: ChannelId) -> Self {
        self.channel = Some(Box::new(channel));
        self
    }

    /// The same step with a provider's template.
    #[must_use]
    pub fn with_template(mut self, template: Template) -> Self {
        self.template = Some(Box::new(template));
        self
    }

    /// The same step, counting a message as undelivered when no delivery was reported so long after it was handed
    /// over: kept to the millisecond, at most 49 days. Without it only the carrier's word counts (the default).
    #[must_use]
    pub fn with_delivery_timeout(mut self, timeout: Duration) -> Self {
        let millis = u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX);
        self.delivery_timeout = NonZeroU32::new(millis);
        self
    }

    /// The channel or navigator it names.
    #[must_use]
    pub const fn route(&self) -> Route {
        self.route
    }

    /// What carries its messages: the channel that its navigator chose, or what it names.
    #[must_use]
    pub fn effective_route(&self) -> Route {
        self.channel.as_deref().map_or(self.route, |channel| Route::Channel(*channel))
    }

    /// What it sends over.
    #[must_use]
    pub const fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The provider's template it names, unchanged.
    #[must_use]
    pub fn template(&self) -> Option<&Template> {
        self.template.as_deref()
    }

    /// See [`Step::with_delivery_timeout`].
    #[must_use]
    pub fn delivery_timeout(&self) -> Option<Duration> {
        self.delivery_timeout.map(|millis| Duration::from_millis(u64::from(millis.get())))
    }
}
