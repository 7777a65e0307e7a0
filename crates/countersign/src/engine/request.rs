use crate::address::Recipient;
use crate::locale::Locale;
use crate::plan::RequestedStep;
use crate::policy::Limits;

/// What a start asks for: whom to reach, over which steps, in which language, within which bounds.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) recipient: Recipient,
    pub(super) steps: Vec<RequestedStep>,
    pub(super) locale: Option<Locale>,
    pub(super) limits: Limits,
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

    /// Adds a step that is left out when it cannot reach the recipient: they lack the address that its platform sends to,
    /// or no channel of its navigator serves them.
    ///
    /// Other faults of the step are still refused. A plan of which no step is left is refused
    /// ([`PlanFaultKind::NoReachableStep`](crate::PlanFaultKind::NoReachableStep)).
    ///
    /// ```
    /// # use countersign::{ChannelId, PhoneNumber, Recipient, Request};
    /// # fn demo(recipient: Recipient, sms: ChannelId, email: ChannelId) {
    /// // By SMS, then by email, as far as both addresses are known.
    /// let request = Request::new(recipient).step_if_reachable(sms).step_if_reachable(email);
    /// # }
    /// ```
    #[must_use]
    pub fn step_if_reachable(self, step: impl Into<RequestedStep>) -> Self {
        self.step(step.into().if_reachable())
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
