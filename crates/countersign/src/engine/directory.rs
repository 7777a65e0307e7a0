use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::request::RequestedStep;
use crate::address::Recipient;
use crate::error::InvalidRequest;
use crate::machine::{Plan, Route, Step};
use crate::platform::Platform;
use crate::transport::Transport;

/// A way to send that a step may name: what it is, and what carries it.
#[derive(Debug, Clone)]
pub struct Channel {
    platform: Platform,
    transport: Arc<dyn Transport>,
    delivery_timeout: Option<Duration>,
}

impl Channel {
    /// A channel of that platform over that transport.
    #[must_use]
    pub fn new(platform: Platform, transport: Arc<dyn Transport>) -> Self {
        Self { platform, transport, delivery_timeout: None }
    }

    /// The same channel, counting a message as undelivered when no delivery was reported so long after it was handed
    /// over (contract, section 3, rule 4). Off by default: some carriers never report.
    #[must_use]
    pub const fn with_delivery_timeout(mut self, timeout: Duration) -> Self {
        self.delivery_timeout = Some(timeout);
        self
    }

    /// What it sends over.
    #[must_use]
    pub const fn platform(&self) -> &Platform {
        &self.platform
    }

    pub(super) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }
}

/// The channels and navigators that steps may name.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    channels: BTreeMap<Route, Channel>,
}

impl Directory {
    /// Adds a channel under that id, or says that the id is taken.
    pub(super) fn add(&mut self, route: Route, channel: Channel) -> bool {
        self.channels.insert(route, channel).is_none()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.channels.is_empty()
    }

    /// The channel that a step names.
    #[must_use]
    pub fn channel(&self, route: Route) -> Option<&Channel> {
        self.channels.get(&route)
    }

    /// Turns requested steps into a plan: every fault of every step is told at once.
    pub(super) fn plan(&self, requested: Vec<RequestedStep>, recipient: &Recipient) -> Result<Plan, InvalidRequest> {
        let mut faults = InvalidRequest::default();
        let mut steps = Vec::with_capacity(requested.len());
        for (index, step) in requested.into_iter().enumerate() {
            let Some(channel) = self.channel(step.route) else {
                let (field, thing) = match step.route {
                    Route::Channel(_) => ("channelId", "channel"),
                    Route::Navigator(_) => ("navigatorId", "navigator"),
                };
                faults.add(format!(".steps[{index}].{field}"), format!("no such {thing}: name one that is configured"));
                continue;
            };
            let mut planned = Step::new(step.route, channel.platform.clone());
            if let Some(template) = step.template {
                planned = planned.with_template(template);
            }
            if let Some(timeout) = channel.delivery_timeout {
                planned = planned.with_delivery_timeout(timeout);
            }
            steps.push(planned);
        }
        faults.or(())?;
        Plan::new(steps, recipient)
    }
}
