mod lines;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::fault::{Fault, InvalidDirectory};
use super::{Channel, Directory, Navigator};
use crate::address::{AddressKind, Country};
use crate::platform::{CustomPlatform, Platform, TemplateRule};
use crate::template::Template;
use crate::transport::Transport;

/// The transports that a file may name, by name.
pub type Transports = BTreeMap<String, Arc<dyn Transport>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    platforms: Vec<PlatformEntry>,
    #[serde(default)]
    channels: Vec<ChannelEntry>,
    #[serde(default)]
    navigators: Vec<NavigatorEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PlatformEntry {
    name: String,
    sends_to: String,
    template: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ChannelEntry {
    id: String,
    platform: String,
    transport: String,
    sender: Option<String>,
    brand: Option<String>,
    template: Option<Template>,
    delivery_timeout: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NavigatorEntry {
    id: String,
    channels: Vec<ChoiceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceEntry {
    id: String,
    countries: Option<Vec<String>>,
}

impl Directory {
    /// Reads a directory from TOML.
    ///
    /// ```toml
    /// [[platforms]]                 # only for platforms beside sms, whatsapp and email
    /// name = "voice"
    /// sends-to = "phone"            # or "email": which address of the recipient it needs
    /// template = "forbidden"        # or "required" or "optional" (the default)
    ///
    /// [[channels]]
    /// id = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01"
    /// platform = "sms"
    /// transport = "carrier"         # a key of `transports`
    /// sender = "Acme"               # optional, as all that follow; for email a mailbox: "Acme <codes@acme.example>"
    /// brand = "Acme"
    /// delivery-timeout = 60         # seconds without a delivery report that count as a failure
    ///
    /// [[channels]]
    /// id = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a02"
    /// platform = "whatsapp"
    /// transport = "carrier"
    /// template = { name = "otp", locale = "nl" }   # for steps that bring none; keys as on the wire
    ///
    /// [[navigators]]
    /// id = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a03"
    /// channels = [
    ///     { id = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a02", countries = ["NL", "BE"] },
    ///     { id = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01" },   # anywhere
    /// ]
    /// ```
    ///
    /// Navigators that a provider keeps are declared in code: [`Navigator::of_provider`].
    ///
    /// # Errors
    /// [`InvalidDirectory`], each fault with its path and line. A file that is no TOML, or has keys or types that are not
    /// these, is told up to its first such fault; every other fault is told at once.
    pub fn from_toml(text: &str, transports: &Transports) -> Result<Self, InvalidDirectory> {
        let file = parse(text)?;
        let read = Reader { transports, faults: InvalidDirectory::default() }.read(file);
        read.and_then(|directory| directory.check().map(|()| directory)).map_err(|faults| faults.located(text))
    }
}

fn parse(text: &str) -> Result<File, InvalidDirectory> {
    let fault = |path: &str, error: &toml::de::Error| {
        let path = if path == "." { "the file" } else { path }.to_owned();
        let line = error.span().map(|span| lines::line_at(text, span.start));
        InvalidDirectory { faults: vec![Fault { path, line, sentence: error.message().to_owned() }] }
    };
    let document = toml::Deserializer::parse(text).map_err(|error| fault(".", &error))?;
    serde_path_to_error::deserialize(document).map_err(|error| fault(&error.path().to_string(), error.inner()))
}

struct Reader<'a> {
    transports: &'a Transports,
    faults: InvalidDirectory,
}

impl Reader<'_> {
    fn read(mut self, file: File) -> Result<Directory, InvalidDirectory> {
        let mut directory = Directory::new();
        let platforms = self.platforms(file.platforms);
        for (index, entry) in file.channels.into_iter().enumerate() {
            let path = format!("channels[{index}]");
            let id = self.parsed(&path, "id", &entry.id);
            if let (Some(channel), Some(id)) = (self.channel(entry, &path, &platforms), id) {
                directory = directory.channel(id, channel);
            }
        }
        for (index, entry) in file.navigators.into_iter().enumerate() {
            let path = format!("navigators[{index}]");
            let id = self.parsed(&path, "id", &entry.id);
            let navigator = self.navigator(entry.channels, &path);
            if let Some(id) = id {
                directory = directory.navigator(id, navigator);
            }
        }
        self.faults.or(directory)
    }

    fn platforms(&mut self, entries: Vec<PlatformEntry>) -> BTreeMap<String, Platform> {
        let mut platforms: BTreeMap<String, Platform> =
            [Platform::Sms, Platform::WhatsApp, Platform::Email].map(|ours| (ours.name().to_owned(), ours)).into();
        for (index, PlatformEntry { name, sends_to, template }) in entries.into_iter().enumerate() {
            let path = format!("platforms[{index}]");
            let sends_to = match sends_to.as_str() {
                "phone" => AddressKind::Phone,
                "email" => AddressKind::Email,
                _ => {
                    self.faults.add(format!("{path}.sends-to"), "write \"phone\" or \"email\"");
                    continue;
                }
            };
            let template = match template.as_deref() {
                Some("required") => TemplateRule::Required,
                Some("optional") | None => TemplateRule::Optional,
                Some("forbidden") => TemplateRule::Forbidden,
                Some(_) => {
                    self.faults.add(format!("{path}.template"), "write \"required\", \"optional\" or \"forbidden\"");
                    continue;
                }
            };
            match CustomPlatform::new(&name, sends_to, template) {
                Err(error) => self.faults.add(format!("{path}.name"), error.to_string()),
                Ok(platform) => {
                    if platforms.insert(name, platform.into()).is_some() {
                        self.faults.add(format!("{path}.name"), "another platform has this name: give each its own");
                    }
                }
            }
        }
        platforms
    }

    fn channel(&mut self, entry: ChannelEntry, path: &str, platforms: &BTreeMap<String, Platform>) -> Option<Channel> {
        let platform = self.named(path, "platform", &entry.platform, platforms);
        let transport = self.named(path, "transport", &entry.transport, self.transports);
        let sender = entry.sender.map(|sender| self.parsed(path, "sender", &sender));
        let brand = entry.brand.map(|brand| self.parsed(path, "brand", &brand));
        let mut channel = Channel::new(platform?, transport?);
        if let Some(sender) = sender {
            channel = channel.with_sender(sender?);
        }
        if let Some(brand) = brand {
            channel = channel.with_brand(brand?);
        }
        if let Some(template) = entry.template {
            channel = channel.with_template(template);
        }
        if let Some(seconds) = entry.delivery_timeout {
            channel = channel.with_delivery_timeout(Duration::from_secs(seconds.into()));
        }
        Some(channel)
    }

    fn navigator(&mut self, entries: Vec<ChoiceEntry>, path: &str) -> Navigator {
        let mut navigator = Navigator::new();
        for (index, ChoiceEntry { id, countries }) in entries.into_iter().enumerate() {
            let path = format!("{path}.channels[{index}]");
            let Some(id) = self.parsed(&path, "id", &id) else { continue };
            navigator = match countries {
                None => navigator.anywhere(id),
                Some(countries) => {
                    let mut known = Vec::with_capacity(countries.len());
                    for (index, country) in countries.iter().enumerate() {
                        known.extend(self.parsed::<Country>(&path, &format!("countries[{index}]"), country));
                    }
                    navigator.in_countries(known, id)
                }
            };
        }
        navigator
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, path: &str, key: &str, text: &str) -> Option<T> {
        text.parse().map_err(|error: T::Err| self.faults.add(format!("{path}.{key}"), error.to_string())).ok()
    }

    /// What a file calls by its name.
    fn named<T: Clone>(&mut self, path: &str, key: &str, name: &str, known: &BTreeMap<String, T>) -> Option<T> {
        let found = known.get(name).cloned();
        if found.is_none() {
            let names = known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            self.faults.add(format!("{path}.{key}"), format!("no such {key}: name one of {names}"));
        }
        found
    }
}
