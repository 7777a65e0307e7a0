use std::sync::Arc;
use std::time::Duration;

use crate::address::Recipient;
use crate::brand::Brand;
use crate::platform::{Platform, TemplateRule};
use crate::sender::Sender;
use crate::template::Template;
use crate::transport::{Dispatch, Transport};

/// A way to send that a step may name: what it is, what carries it, and whom its messages are from.
#[derive(Debug, Clone)]
#[must_use]
pub struct Channel {
    pub(super) platform: Platform,
    transport: Arc<dyn Transport>,
    pub(super) sender: Option<Sender>,
    pub(super) brand: Option<Brand>,
    pub(super) template: Option<Template>,
    pub(super) delivery_timeout: Option<Duration>,
}

impl Channel {
    /// A channel of that platform over that transport.
    pub fn new(platform: Platform, transport: Arc<dyn Transport>) -> Self {
        Self { platform, transport, sender: None, brand: None, template: None, delivery_timeout: None }
    }

    /// The same channel with messages from that sender; without one, the transport's or the provider's own.
    pub fn with_sender(mut self, sender: Sender) -> Self {
        self.sender = Some(sender);
        self
    }

    /// The same channel with messages that speak for that brand; without one, what the transport's words are set to.
    pub fn with_brand(mut self, brand: Brand) -> Self {
        self.brand = Some(brand);
        self
    }

    /// The same channel with a template for the steps that bring none. A verification keeps it as it was at its start.
    pub fn with_template(mut self, template: Template) -> Self {
        self.template = Some(template);
        self
    }

    /// The same channel, counting a message as undelivered when no delivery was reported so long after it was handed
    /// over (contract, section 3, rule 4). Off by default: some carriers never report.
    pub const fn with_delivery_timeout(mut self, timeout: Duration) -> Self {
        self.delivery_timeout = Some(timeout);
        self
    }

    /// What it sends over.
    #[must_use]
    pub const fn platform(&self) -> &Platform {
        &self.platform
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    /// The message as this channel sends it.
    pub(crate) fn sign(&self, mut dispatch: Dispatch) -> Dispatch {
        if let Some(sender) = &self.sender {
            dispatch = dispatch.with_sender(sender.clone());
        }
        if let Some(brand) = &self.brand {
            dispatch = dispatch.with_brand(brand.clone());
        }
        dispatch
    }

    /// Whether it could send that step to that recipient: the address is there, and the template is if it must be.
    pub(super) fn can_send(&self, template: Option<&Template>, recipient: &Recipient) -> bool {
        let suits = match self.platform.template_rule() {
            TemplateRule::Required => template.or(self.template.as_ref()).is_some(),
            TemplateRule::Optional => true,
            TemplateRule::Forbidden => template.is_none(),
        };
        suits && self.platform.reaches(recipient)
    }
}
