use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use super::snapshot::size_of_template;
use crate::address::Recipient;
use crate::error::InvalidRequest;
use crate::id::{ChannelId, NavigatorId};
use crate::platform::{Platform, TemplateRule};
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

    pub(super) const fn next(self) -> Self {
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
#[non_exhaustive]
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
    pub fn sends_by(&self) -> Route {
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

/// The steps of a verification in failover order: at least one, at most [`Plan::MAX_STEPS`], each able to reach the
/// recipient it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan(Arc<[Step]>);

impl Plan {
    /// More steps than anybody has platforms for; a bound, so that records stay small.
    pub const MAX_STEPS: usize = 16;

    /// The most bytes that the templates of a plan take together as they are stored: 64 KiB, which is more than the JSON
    /// of a request may have.
    pub const MAX_TEMPLATE_BYTES: usize = 64 * 1024;

    /// Checks steps against the recipient they are to reach.
    ///
    /// # Errors
    /// [`InvalidRequest`] with every fault by its path: no steps or too many, a platform whose address the recipient
    /// lacks, a template missing or out of place, templates that are too large together.
    pub fn new(steps: Vec<Step>, recipient: &Recipient) -> Result<Self, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        let mut room = Self::MAX_TEMPLATE_BYTES;
        for (index, template) in steps.iter().enumerate().filter_map(|(index, step)| Some((index, step.template()?))) {
            match room.checked_sub(size_of_template(template)) {
                Some(left) => room = left,
                None => faults.add(
                    format!(".steps[{index}].template"),
                    format!(
                        "the templates of a plan have at most {} bytes together: shorten it",
                        Self::MAX_TEMPLATE_BYTES
                    ),
                ),
            }
        }
        Self::checked(steps, recipient, faults)
    }

    /// Checks steps that were stored: together with the rest of their record they had room.
    pub(super) fn from_stored(steps: Vec<Step>, recipient: &Recipient) -> Result<Self, InvalidRequest> {
        Self::checked(steps, recipient, InvalidRequest::default())
    }

    fn checked(steps: Vec<Step>, recipient: &Recipient, mut faults: InvalidRequest) -> Result<Self, InvalidRequest> {
        if steps.is_empty() {
            faults.add(".steps", "minimum number of items is 1: name at least one channel or navigator");
        }
        if steps.len() > Self::MAX_STEPS {
            faults.add(".steps", "maximum number of items is 16: drop the steps that come last");
        }
        for (index, step) in steps.iter().enumerate() {
            let kind = step.platform.sends_to();
            if recipient.address(kind).is_none() {
                let missing = match kind {
                    crate::address::AddressKind::Phone => "phonenumber",
                    crate::address::AddressKind::Email => "emailaddress",
                };
                let field = match step.route {
                    Route::Channel(_) => "channelId",
                    Route::Navigator(_) => "navigatorId",
                };
                faults.add(
                    format!(".steps[{index}].{field}"),
                    format!("sends by {}, which needs identifier.{missing}: give it or drop the step", step.platform),
                );
            }
            let fault = match (step.platform.template_rule(), &step.template) {
                (TemplateRule::Required, None) => "needs a template: name one that the provider has approved",
                (TemplateRule::Forbidden, Some(_)) => "takes no template, its text is ours: drop it",
                (TemplateRule::Required | TemplateRule::Optional, Some(_))
                | (TemplateRule::Optional | TemplateRule::Forbidden, None) => continue,
            };
            faults.add(format!(".steps[{index}].template"), format!("{} {fault}", step.platform));
        }
        faults.or(Self(steps.into()))
    }

    /// The steps in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub(super) fn into_steps(self) -> Arc<[Step]> {
        self.0
    }
}
