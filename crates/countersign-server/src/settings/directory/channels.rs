use std::sync::Arc;

use countersign::{Brand, Channel, ChannelId, Directory, Platform, Sender};

use super::platforms::Platforms;
use super::{named, template};
use crate::settings::reader::{Item, Section};
use crate::settings::transports::{NotThere, Transports};

/// The sections of `[[channels]]`, in the order of the directory.
#[derive(Debug, Default)]
pub(super) struct Channels<'a> {
    sections: Vec<Section<'a>>,
    has_unreadable_id: bool,
}

impl<'a> Channels<'a> {
    pub(super) fn read(
        file: &mut Section<'a>,
        platforms: &Platforms,
        transports: &Transports,
        directory: &mut Directory,
    ) -> Self {
        let mut channels = Self::default();
        let Some(list) = file.require("channels", "write [[channels]] with an id, a platform and a transport") else {
            return channels;
        };
        let items = list.list();
        if items.is_empty() && list.is_list() {
            list.fault::<()>("no channel is listed: write [[channels]] with an id, a platform and a transport");
        }
        for mut section in items.iter().filter_map(Item::section) {
            let id = section.require("id", "write a UUID").and_then(|item| item.parsed::<ChannelId>());
            let channel = channel(&mut section, platforms, transports);
            section.finish();
            match id {
                Some(id) => {
                    *directory = std::mem::take(directory).channel(id, channel);
                    channels.sections.push(section);
                }
                None => channels.has_unreadable_id = true,
            }
        }
        channels
    }

    pub(super) fn section(&self, index: usize) -> Option<&Section<'a>> {
        self.sections.get(index)
    }

    /// Whether a channel could not be added because its id has a fault.
    pub(super) const fn has_unreadable_id(&self) -> bool {
        self.has_unreadable_id
    }
}

/// Reads a channel, without the parts that have a fault.
fn channel(section: &mut Section<'_>, platforms: &Platforms, transports: &Transports) -> Channel {
    let platform = section.require("platform", "write sms, whatsapp, email, or a name of [[platforms]]");
    let platform = platform.and_then(|item| named(&item, "platform", platforms).flatten());
    let transport = section.require("transport", "write a name of [transports]");
    let transport = transport.and_then(|item| named(&item, "transport", transports));
    let transport = transport.unwrap_or_else(|| Arc::new(NotThere));
    let sender = section.parsed::<Sender>("sender");
    let brand = section.parsed::<Brand>("brand");
    let template = section.section("template").map(template::read);
    let timeout = section.seconds("delivery-timeout", 1..=u64::from(u32::MAX));
    // What else it has is judged by its platform.
    let Some(platform) = platform else { return Channel::new(Platform::Sms, transport) };
    let mut channel = Channel::new(platform, transport);
    if let Some(sender) = sender {
        channel = channel.with_sender(sender);
    }
    if let Some(brand) = brand {
        channel = channel.with_brand(brand);
    }
    if let Some(template) = template {
        channel = channel.with_template(template);
    }
    if let Some(timeout) = timeout {
        channel = channel.with_delivery_timeout(timeout);
    }
    channel
}
