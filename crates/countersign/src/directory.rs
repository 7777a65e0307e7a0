//! What a host has to send with: its channels, and the navigators that choose among them.

mod channel;
mod fault;
mod navigator;
mod routes;

pub use channel::Channel;
pub use fault::{DirectoryEntry, DirectoryFault, DirectoryFaultKind, InvalidDirectory};
pub use navigator::Navigator;
pub(crate) use routes::Routes;

use crate::id::{ChannelId, NavigatorId};

/// Declares the channels and navigators that steps may name.
///
/// Validated when an engine is built over it: duplicate ids, navigators of unknown channels, templates on platforms that
/// take none and the like are reported all at once, each with its entry.
///
/// ```
/// # use std::sync::Arc;
/// # use countersign::{Brand, Channel, ChannelId, Country, Directory, Navigator, NavigatorId, Platform, Sender, Transport};
/// # fn demo(carrier: Arc<dyn Transport>, mail: Arc<dyn Transport>) -> Result<(), Box<dyn std::error::Error>> {
/// # let [dutch, world, codes] = [1, 2, 3].map(|n| ChannelId::new(uuid::Uuid::from_u128(n)));
/// # let cheapest = NavigatorId::new(uuid::Uuid::from_u128(4));
/// let directory = Directory::new()
///     .channel(dutch, Channel::new(Platform::Sms, carrier.clone()).with_sender(Sender::parse("Acme")?))
///     .channel(world, Channel::new(Platform::Sms, carrier).with_brand(Brand::parse("Acme")?))
///     .channel(codes, Channel::new(Platform::Email, mail).with_sender(Sender::parse("Acme <codes@acme.example>")?))
///     // Dutch numbers by the Dutch carrier, every other by the one for the world.
///     .navigator(cheapest, Navigator::new().with_channel_in([Country::parse("NL")?], dutch).with_channel(world));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Directory {
    channels: Vec<(ChannelId, Channel)>,
    navigators: Vec<(NavigatorId, Navigator)>,
}

impl Directory {
    /// A directory without entries; an engine needs at least one.
    pub const fn new() -> Self {
        Self { channels: Vec::new(), navigators: Vec::new() }
    }

    /// With one more channel, behind the others.
    pub fn channel(mut self, id: ChannelId, channel: Channel) -> Self {
        self.channels.push((id, channel));
        self
    }

    /// With one more navigator, behind the others.
    pub fn navigator(mut self, id: NavigatorId, navigator: impl Into<Navigator>) -> Self {
        self.navigators.push((id, navigator.into()));
        self
    }

    /// With all that another has, behind its own.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.channels.extend(other.channels);
        self.navigators.extend(other.navigators);
        self
    }

    /// Validates all entries, as [`EngineBuilder::build`](crate::EngineBuilder::build) does.
    ///
    /// # Errors
    /// [`InvalidDirectory`] with every fault.
    pub fn check(&self) -> Result<(), InvalidDirectory> {
        fault::find(self)
    }
}
