use std::time::Duration;

use countersign::Brand;
use countersign_messages::Messages;

use crate::settings::limits::Limits;
use crate::settings::reader::Item;

/// What a transport may need from the rest of the configuration.
#[derive(Debug)]
pub struct TransportContext<'a> {
    messages: Messages,
    limits: &'a Limits,
}

/// The default of [`TransportContext::timeout`].
const TIMEOUT: Duration = Duration::from_secs(10);

impl<'a> TransportContext<'a> {
    /// With messages of a placeholder when the configured ones have a fault, so that transports report theirs.
    pub(super) fn new(messages: Option<&Messages>, limits: &'a Limits) -> Option<Self> {
        let messages = match messages {
            Some(messages) => messages.clone(),
            None => Messages::new(Brand::parse("placeholder").ok()?).ok()?,
        };
        Some(Self { messages, limits })
    }

    /// Returns the texts of messages, as `[messages]` sets them up.
    #[must_use]
    pub const fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Reads the time that one send may take, in whole seconds from 1 to 600: 10 s by default.
    ///
    /// It must be shorter than `limits.send-lease`, after which another process takes the message over, and than
    /// `limits.call-timeout`, after which a start is answered before its result is known; otherwise that is a fault.
    #[must_use]
    pub fn timeout(&self, item: Option<&Item<'_>>) -> Duration {
        let Some((item, seconds)) = item.and_then(|item| Some((item, item.number(1..=600)?))) else { return TIMEOUT };
        let timeout = Duration::from_secs(seconds);
        let Limits { policy, bounds, .. } = self.limits;
        let longer = [(policy.send_lease(), "send-lease"), (bounds.call_time(), "call-timeout")];
        if let Some((bound, name)) = longer.into_iter().find(|(bound, _)| timeout >= *bound) {
            let bound = bound.as_secs();
            item.fault::<()>(format_args!("must be shorter than limits.{name}, which is {bound}"));
        }
        timeout
    }
}
