//! What a server does, read from a file and the environment.

mod callers;
mod directory;
mod document;
mod keys;
mod limits;
mod listeners;
mod messages;
mod reader;
mod store;
mod transports;
mod webhooks;
mod workspaces;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use countersign::{Directory, Keyring};
use countersign_http::{Origin, TrustedProxies};

pub(crate) use document::InvalidSettings;
pub(crate) use limits::Limits;
pub(crate) use listeners::Listeners;
pub use reader::{Item, Secret, Section};
pub(crate) use store::{RedisSettings, StoreSettings};
pub use transports::TransportContext;
pub(crate) use transports::TransportKinds;
pub(crate) use webhooks::WebhookSettings;
pub(crate) use workspaces::Workspaces;

use document::Document;

/// A configuration without faults.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: Listeners,
    pub(crate) store: StoreSettings,
    pub(crate) keyring: Keyring,
    pub(crate) workspaces: Workspaces,
    pub(crate) directory: Directory,
    pub(crate) limits: Limits,
    pub(crate) origins: Vec<Origin>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) webhooks: Vec<WebhookSettings>,
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read {}: {kind}", .file.display())]
    Unreadable { file: PathBuf, kind: io::ErrorKind },
    #[error(transparent)]
    Invalid(#[from] InvalidSettings),
}

impl Settings {
    /// Reads a file. `listen`, from a flag or the environment, wins over the file.
    ///
    /// # Errors
    /// All faults at once.
    pub(crate) fn read(file: &Path, listen: Option<SocketAddr>, kinds: &TransportKinds) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| SettingsError::Unreadable { file: file.to_owned(), kind: error.kind() })?;
        let folder = file.parent().unwrap_or_else(|| Path::new(""));
        let settings = document::read(&text, folder, |whole, document| parse(whole, listen, kinds, document));
        Ok(settings.map_err(|faults| InvalidSettings::new(file, faults))?)
    }
}

fn parse(
    file: &mut Section<'_>,
    listen: Option<SocketAddr>,
    kinds: &TransportKinds,
    document: &Document<'_>,
) -> Option<Settings> {
    let listen = Listeners::read(file, listen);
    let store = StoreSettings::read(file, document);
    let in_memory = matches!(store, Some(StoreSettings::Memory { .. }) | None);
    let keyring = keys::read(file, in_memory, document);
    let workspaces = Workspaces::read(file, listen.map(|listen| listen.main.ip()));
    let limits = Limits::read(file);
    let messages = messages::read(file);
    let transports = transports::read(file, kinds, messages.as_ref(), &limits);
    let directory = directory::read(file, &transports);
    let origins = callers::allowed_origins(file);
    let proxies = callers::proxies(file);
    let webhooks = webhooks::read(file, &workspaces);
    let (listen, store, keyring) = (listen?, store?, keyring?);
    messages?;
    Some(Settings { listen, store, keyring, workspaces, directory, limits, origins, proxies, webhooks })
}
