use super::step::Route;
use crate::id::{ChannelId, NavigatorId};
use crate::template::Template;

/// A step as a start asks for it. Its platform follows from the channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedStep {
    /// The channel or navigator to send by.
    pub route: Route,
    /// The provider's template, where the platform takes one.
    pub template: Option<Template>,
    /// Whether the step is left out, rather than refused, when the recipient lacks the address that it needs, or when no
    /// channel of its navigator serves the recipient. `false` unless set.
    pub if_reachable: bool,
}

impl RequestedStep {
    /// Sets the provider's template.
    #[must_use]
    pub fn with_template(mut self, template: Template) -> Self {
        self.template = Some(template);
        self
    }

    /// Leaves the step out of the plan when it cannot reach the recipient.
    #[must_use]
    pub const fn if_reachable(mut self) -> Self {
        self.if_reachable = true;
        self
    }
}

impl From<Route> for RequestedStep {
    fn from(route: Route) -> Self {
        Self { route, template: None, if_reachable: false }
    }
}

impl From<ChannelId> for RequestedStep {
    fn from(channel: ChannelId) -> Self {
        Route::Channel(channel).into()
    }
}

impl From<NavigatorId> for RequestedStep {
    fn from(navigator: NavigatorId) -> Self {
        Route::Navigator(navigator).into()
    }
}
