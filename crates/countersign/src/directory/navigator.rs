use super::Channel;
use crate::address::{Country, Recipient};
use crate::id::ChannelId;
use crate::template::Template;

/// Chooses the channel of a step, so that a plan need not know who is reached by which.
///
/// It goes through its list when a verification starts and takes the first channel that serves the country of the
/// recipient's phone number, sends to an address that the recipient has, and takes the step's template (or has one of its
/// own where one is needed). From then on the step has that channel and its platform: retries and resends use the same,
/// and failover compares platforms as it does between channels (contract, section 3, rule 4).
///
/// A recipient without a phone number, or with a number of no country, is served by what is listed for
/// [`anywhere`](Self::with_channel).
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Navigator(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Ours(Vec<Choice>),
    Providers(Box<Channel>),
}

#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) channel: ChannelId,
    /// None: wherever the recipient is.
    pub(super) countries: Option<Box<[Country]>>,
}

impl Default for Kind {
    fn default() -> Self {
        Self::Ours(Vec::new())
    }
}

impl Navigator {
    /// A navigator without channels; it needs at least one.
    pub fn new() -> Self {
        Self::default()
    }

    /// A navigator that the provider keeps: the provider chooses among channels of one platform, and the transport sees
    /// the navigator's id in the [`Route`](crate::Route).
    pub fn chosen_by_provider(channel: Channel) -> Self {
        Self(Kind::Providers(Box::new(channel)))
    }

    /// With one more channel behind the others, for recipients anywhere.
    pub fn with_channel(self, channel: ChannelId) -> Self {
        self.choice(Choice { channel, countries: None })
    }

    /// With one more channel behind the others, for recipients in those countries.
    pub fn with_channel_in(self, countries: impl IntoIterator<Item = Country>, channel: ChannelId) -> Self {
        self.choice(Choice { channel, countries: Some(countries.into_iter().collect()) })
    }

    fn choice(self, choice: Choice) -> Self {
        match self.0 {
            Kind::Ours(mut choices) => {
                choices.push(choice);
                Self(Kind::Ours(choices))
            }
            // Whoever lists channels chooses among them.
            Kind::Providers(_) => Self(Kind::Ours(vec![choice])),
        }
    }

    pub(super) fn choices(&self) -> Option<&[Choice]> {
        match &self.0 {
            Kind::Ours(choices) => Some(choices),
            Kind::Providers(_) => None,
        }
    }

    pub(super) fn providers(&self) -> Option<&Channel> {
        match &self.0 {
            Kind::Ours(_) => None,
            Kind::Providers(channel) => Some(channel),
        }
    }
}

impl From<Channel> for Navigator {
    /// The provider's own navigator, as [`Navigator::chosen_by_provider`].
    fn from(channel: Channel) -> Self {
        Self::chosen_by_provider(channel)
    }
}

impl Choice {
    pub(super) fn serves(&self, channel: &Channel, template: Option<&Template>, recipient: &Recipient) -> bool {
        let country = recipient.phone_number().and_then(crate::address::PhoneNumber::country);
        let near = match &self.countries {
            None => true,
            Some(countries) => country.is_some_and(|country| countries.contains(&country)),
        };
        near && channel.can_send(template, recipient)
    }
}
