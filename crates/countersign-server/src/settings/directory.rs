//! Channels, navigators and custom platforms: `[[platforms]]`, `[[channels]]`, `[[navigators]]`.

mod channels;
mod navigators;
mod platforms;
mod template;

use std::collections::BTreeMap;

use countersign::{Directory, DirectoryEntry, DirectoryFault, DirectoryFaultKind};

use super::reader::{Item, Section};
use super::transports::Transports;
use channels::Channels;
use navigators::Navigators;

/// Reads the directory. Entries with faults stay in it as far as they are sound, so that others that name them are not
/// blamed; nothing is served when there was any fault.
pub(super) fn read(file: &mut Section<'_>, transports: &Transports) -> Directory {
    let platforms = platforms::read(file);
    let mut directory = Directory::new();
    let channels = Channels::read(file, &platforms, transports, &mut directory);
    let navigators = Navigators::read(file, &mut directory);
    if let Err(invalid) = directory.check() {
        invalid.faults().iter().for_each(|fault| report(fault, &channels, &navigators));
    }
    directory
}

/// Reports what the library finds wrong at the key that holds it.
fn report(fault: &DirectoryFault, channels: &Channels<'_>, navigators: &Navigators<'_>) {
    let key = match &fault.kind {
        DirectoryFaultKind::DuplicateChannel | DirectoryFaultKind::DuplicateNavigator => "id",
        // It may be the one whose id is unreadable.
        DirectoryFaultKind::UnknownChannel if channels.has_unreadable_id() => return,
        DirectoryFaultKind::UnknownChannel => "id",
        DirectoryFaultKind::TemplateForbidden(_) => "template",
        DirectoryFaultKind::BrandTooLong => "brand",
        DirectoryFaultKind::SenderNotMailbox => "sender",
        DirectoryFaultKind::ZeroDeliveryTimeout => "delivery-timeout",
        DirectoryFaultKind::PlatformName(_) | DirectoryFaultKind::PlatformRedeclared(_) => "platform",
        DirectoryFaultKind::NoChannels => "channels",
        DirectoryFaultKind::NoCountries => "countries",
        _ => "id",
    };
    let section = match fault.entry {
        DirectoryEntry::Channel(index) => channels.section(index),
        DirectoryEntry::Navigator(index) => navigators.section(index),
        DirectoryEntry::Choice { navigator, position } => navigators.choice(navigator, position),
    };
    if let Some(section) = section {
        section.fault_at(key, &fault.kind);
    }
}

/// What the file declares elsewhere under the name that an item holds.
fn named<T: Clone>(item: &Item<'_>, kind: &str, known: &BTreeMap<String, T>) -> Option<T> {
    known.get(item.text()?).cloned().or_else(|| {
        let names: Vec<_> = known.keys().map(String::as_str).collect();
        item.fault(format_args!("no such {kind}: name one of {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests;
