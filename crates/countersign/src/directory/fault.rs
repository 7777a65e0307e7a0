use std::collections::BTreeSet;
use std::fmt;

use super::{Channel, Directory};
use crate::brand::Brand;
use crate::platform::{Platform, PlatformNameError, TemplateRule};
use crate::sender::Sender;

/// All faults of a directory. No fault holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvalidDirectory {
    faults: Vec<DirectoryFault>,
}

/// One fault of a directory: which entry, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryFault {
    /// The entry.
    pub entry: DirectoryEntry,
    /// What is wrong with it.
    pub kind: DirectoryFaultKind,
}

/// An entry of a directory, counted from 0 in the order of declaration; displayed as in `navigators[0].channels[2]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DirectoryEntry {
    /// A channel.
    Channel(usize),
    /// A navigator.
    Navigator(usize),
    /// One channel of a navigator's list.
    Choice {
        /// The navigator.
        navigator: usize,
        /// The position in its list.
        position: usize,
    },
}

/// What is wrong with an entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryFaultKind {
    /// A channel has the id of an earlier one.
    #[error("another channel has this id: use a different one")]
    DuplicateChannel,
    /// A navigator has the id of an earlier one.
    #[error("another navigator has this id: use a different one")]
    DuplicateNavigator,
    /// The channel has a template, and its platform takes none.
    #[error("{0} takes no template: remove it")]
    TemplateForbidden(Platform),
    /// The brand does not fit an SMS.
    #[error("an SMS has room for a brand of {max} characters: shorten it", max = Brand::MAX_SMS_UNITS)]
    BrandTooLong,
    /// The sender of an email channel is not a mailbox.
    #[error("the sender of an email is a mailbox: write it as in Acme <codes@acme.example>")]
    SenderNotMailbox,
    /// The delivery timeout is zero.
    #[error("a delivery timeout of zero fails every message: set at least one second, or remove it")]
    ZeroDeliveryTimeout,
    /// The name of the custom platform is invalid.
    #[error(transparent)]
    PlatformName(#[from] PlatformNameError),
    /// Two entries declare platforms of one name with different rules; failover compares platforms by name.
    #[error("platform {0} is declared twice with different rules: give each platform its own name")]
    PlatformRedeclared(String),
    /// The navigator lists no channel.
    #[error("a navigator needs channels to choose from: list at least one")]
    NoChannels,
    /// A navigator lists a channel that the directory does not have.
    #[error("no such channel: name one of this directory")]
    UnknownChannel,
    /// A navigator lists a channel for an empty list of countries.
    #[error("no country is listed, so the channel is never chosen: list one, or leave the list out for anywhere")]
    NoCountries,
}

impl InvalidDirectory {
    /// Returns the faults: of channels first, then of navigators, in the order of declaration.
    #[must_use]
    pub fn faults(&self) -> &[DirectoryFault] {
        &self.faults
    }

    fn add(&mut self, entry: DirectoryEntry, kind: impl Into<DirectoryFaultKind>) {
        self.faults.push(DirectoryFault { entry, kind: kind.into() });
    }
}

impl fmt::Display for InvalidDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid directory")?;
        for (index, fault) in self.faults.iter().enumerate() {
            write!(f, "{}{fault}", if index == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidDirectory {}

impl fmt::Display for DirectoryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.kind)
    }
}

impl fmt::Display for DirectoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(index) => write!(f, "channels[{index}]"),
            Self::Navigator(index) => write!(f, "navigators[{index}]"),
            Self::Choice { navigator, position } => write!(f, "navigators[{navigator}].channels[{position}]"),
        }
    }
}

/// Validates every entry.
pub(super) fn find(directory: &Directory) -> Result<(), InvalidDirectory> {
    let mut faults = InvalidDirectory::default();
    let mut ids = BTreeSet::new();
    let mut custom = Vec::new();
    for (index, (id, channel)) in directory.channels.iter().enumerate() {
        let entry = DirectoryEntry::Channel(index);
        if !ids.insert(id) {
            faults.add(entry, DirectoryFaultKind::DuplicateChannel);
        }
        find_in_channel(channel, entry, &mut faults);
        find_in_platform(channel.platform(), entry, &mut custom, &mut faults);
    }
    let mut navigators = BTreeSet::new();
    for (index, (id, navigator)) in directory.navigators.iter().enumerate() {
        let entry = DirectoryEntry::Navigator(index);
        if !navigators.insert(id) {
            faults.add(entry, DirectoryFaultKind::DuplicateNavigator);
        }
        if let Some(channel) = navigator.providers() {
            find_in_channel(channel, entry, &mut faults);
            find_in_platform(channel.platform(), entry, &mut custom, &mut faults);
        }
        let choices = navigator.choices().unwrap_or_default();
        if navigator.providers().is_none() && choices.is_empty() {
            faults.add(entry, DirectoryFaultKind::NoChannels);
        }
        for (position, choice) in choices.iter().enumerate() {
            let entry = DirectoryEntry::Choice { navigator: index, position };
            if !ids.contains(&choice.channel) {
                faults.add(entry, DirectoryFaultKind::UnknownChannel);
            }
            if choice.countries.as_ref().is_some_and(|countries| countries.is_empty()) {
                faults.add(entry, DirectoryFaultKind::NoCountries);
            }
        }
    }
    if faults.faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn find_in_channel(channel: &Channel, entry: DirectoryEntry, faults: &mut InvalidDirectory) {
    let platform = channel.platform();
    if channel.template.is_some() && platform.template_rule() == TemplateRule::Forbidden {
        faults.add(entry, DirectoryFaultKind::TemplateForbidden(platform.clone()));
    }
    if *platform == Platform::Sms && channel.brand.as_ref().is_some_and(|brand| !brand.fits_sms()) {
        faults.add(entry, DirectoryFaultKind::BrandTooLong);
    }
    if *platform == Platform::Email
        && let Some(Sender::Name(_)) = channel.sender
    {
        faults.add(entry, DirectoryFaultKind::SenderNotMailbox);
    }
    if channel.delivery_timeout.is_some_and(|timeout| timeout.is_zero()) {
        faults.add(entry, DirectoryFaultKind::ZeroDeliveryTimeout);
    }
}

/// Failover compares platforms, so a name must mean one platform.
fn find_in_platform(
    platform: &Platform,
    entry: DirectoryEntry,
    known: &mut Vec<Platform>,
    faults: &mut InvalidDirectory,
) {
    let Platform::Custom(custom) = platform else { return };
    if let Err(error) = custom.check_name() {
        faults.add(entry, error);
    } else if known.iter().any(|other| other.name() == custom.name && other != platform) {
        faults.add(entry, DirectoryFaultKind::PlatformRedeclared(custom.name.clone()));
    } else {
        known.push(platform.clone());
    }
}
