use crate::address::Recipient;
use crate::id::{ChannelId, NavigatorId};
use crate::locale::Locale;
use crate::plan::Route;
use crate::policy::Limits;
use crate::template::Template;

/// What a start asks for: whom to reach, over which steps, in which language, within which bounds.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) recipient: Recipient,
    pub(super) steps: Vec<RequestedStep>,
    pub(super) locale: Option<Locale>,
    pub(super) limits: Limits,
}

/// A step as it is asked for: its platform is the channel's affair.
#[derive(Debug, Clone)]
pub struct RequestedStep {
    /// By what to send.
    pub route: Route,
    /// The provider's template, where the platform takes one.
    pub template: Option<Template>,
}

impl Request {
    /// A request without steps; it needs at least one.
    #[must_use]
    pub fn new(recipient: impl Into<Recipient>) -> Self {
        Self { recipient: recipient.into(), steps: Vec::new(), locale: None, limits: Limits::default() }
    }

    /// With one more step, behind the others.
    #[must_use]
    pub fn step(mut self, step: impl Into<RequestedStep>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// In that language; by default that of the phone number's country, else American English.
    #[must_use]
    pub fn locale(mut self, locale: Locale) -> Self {
        self.locale = Some(locale);
        self
    }

    /// Within those bounds.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl RequestedStep {
    /// The same step with a provider's template.
    #[must_use]
    pub fn template(mut self, template: Template) -> Self {
        self.template = Some(template);
        self
    }
}

impl From<Route> for RequestedStep {
    fn from(route: Route) -> Self {
        Self { route, template: None }
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
