use std::collections::BTreeSet;
use std::fmt;

use super::{Channel, Directory};
use crate::brand::Brand;
use crate::platform::{Platform, TemplateRule};
use crate::sender::Sender;

/// Everything that is wrong with a directory, by the path of what is wrong: `navigators[0].channels[2].id`.
///
/// Entries are counted from 0 in the order in which they were declared. No sentence holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InvalidDirectory {
    pub(super) faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) path: String,
    /// From 1, when it was read from a file.
    pub(super) line: Option<usize>,
    pub(super) sentence: String,
}

impl InvalidDirectory {
    pub(super) fn add(&mut self, path: impl Into<String>, sentence: impl Into<String>) {
        self.faults.push(Fault { path: path.into(), line: None, sentence: sentence.into() });
    }

    pub(super) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.faults.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The faults: the path, the line from 1 if it was read from a file, and what to do.
    pub fn faults(&self) -> impl Iterator<Item = (&str, Option<usize>, &str)> {
        self.faults.iter().map(|fault| (fault.path.as_str(), fault.line, fault.sentence.as_str()))
    }
}

impl fmt::Display for InvalidDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the channel directory cannot be used")?;
        for Fault { path, line, sentence } in &self.faults {
            write!(f, "; {path}")?;
            if let Some(line) = line {
                write!(f, " (line {line})")?;
            }
            write!(f, ": {sentence}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidDirectory {}

/// Looks through all of it.
pub(super) fn find(directory: &Directory) -> Result<(), InvalidDirectory> {
    let mut faults = InvalidDirectory::default();
    let mut ids = BTreeSet::new();
    let mut custom = Vec::new();
    for (index, (id, channel)) in directory.channels.iter().enumerate() {
        let path = format!("channels[{index}]");
        if !ids.insert(id) {
            faults.add(format!("{path}.id"), "another channel has this id: give each its own");
        }
        find_in_channel(channel, &path, &mut faults);
        find_in_platform(channel.platform(), &path, &mut custom, &mut faults);
    }
    let mut navigators = BTreeSet::new();
    for (index, (id, navigator)) in directory.navigators.iter().enumerate() {
        let path = format!("navigators[{index}]");
        if !navigators.insert(id) {
            faults.add(format!("{path}.id"), "another navigator has this id: give each its own");
        }
        if let Some(channel) = navigator.providers() {
            find_in_channel(channel, &path, &mut faults);
            find_in_platform(channel.platform(), &path, &mut custom, &mut faults);
        }
        let choices = navigator.choices().unwrap_or_default();
        if navigator.providers().is_none() && choices.is_empty() {
            faults.add(
                format!("{path}.channels"),
                "a navigator needs something to choose from: list at least one channel",
            );
        }
        for (place, choice) in choices.iter().enumerate() {
            if !ids.contains(&choice.channel) {
                faults.add(format!("{path}.channels[{place}].id"), "no such channel: name one of this directory");
            }
            if choice.countries.as_ref().is_some_and(|countries| countries.is_empty()) {
                let sentence = "no country is listed, so it never serves: list one, or leave the list out for anywhere";
                faults.add(format!("{path}.channels[{place}].countries"), sentence);
            }
        }
    }
    faults.or(())
}

fn find_in_channel(channel: &Channel, path: &str, faults: &mut InvalidDirectory) {
    let platform = channel.platform();
    if channel.template.is_some() && platform.template_rule() == TemplateRule::Forbidden {
        faults.add(format!("{path}.template"), format!("{platform} takes no template, its text is ours: drop it"));
    }
    if *platform == Platform::Sms && channel.brand.as_ref().is_some_and(|brand| !brand.fits_sms()) {
        let sentence = format!("an SMS has room for a brand of {} characters: shorten it", Brand::MAX_SMS_UNITS);
        faults.add(format!("{path}.brand"), sentence);
    }
    if *platform == Platform::Email
        && let Some(Sender::Name(_)) = channel.sender
    {
        let sentence = "an email is from a mailbox: write it as in Acme <codes@acme.example>";
        faults.add(format!("{path}.sender"), sentence);
    }
    if channel.delivery_timeout.is_some_and(|timeout| timeout.is_zero()) {
        let sentence = "no message is delivered in no time: give it some seconds, or drop it";
        faults.add(format!("{path}.delivery-timeout"), sentence);
    }
}

/// Failover compares platforms, so a name must mean one platform.
fn find_in_platform(platform: &Platform, path: &str, known: &mut Vec<Platform>, faults: &mut InvalidDirectory) {
    let Platform::Custom(custom) = platform else { return };
    let path = format!("{path}.platform");
    if known.iter().any(|other| other.name() == custom.name() && other != platform) {
        faults.add(
            path,
            format!("{} is declared twice with different rules: give each platform its own name", custom.name()),
        );
    } else {
        known.push(platform.clone());
    }
}
