//! What a server is to do, read from a file and the environment.

mod callers;
mod directory;
mod fault;
mod keys;
mod limits;
mod reader;
mod secret;
mod store;
mod transports;
mod webhooks;
mod words;
mod workspaces;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use countersign::{Directory, Keyring};
use countersign_http::{Origin, TrustedProxies};

pub(crate) use fault::InvalidSettings;
pub(crate) use limits::Limits;
pub(crate) use store::{RedisSettings, StoreSettings};
pub(crate) use webhooks::WebhookSettings;
pub(crate) use workspaces::Workspaces;

use fault::Faults;
use reader::Section;
use webhooks::WebhookSettings;

/// Everything that a file says, checked.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
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
    #[error("{} cannot be read: {kind}", .file.display())]
    Unreadable { file: PathBuf, kind: io::ErrorKind },
    #[error(transparent)]
    Invalid(#[from] InvalidSettings),
}

/// Where it listens unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

impl Settings {
    /// Reads a file. An address that was given by flag or environment wins over the file's.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub(crate) fn read(file: &Path, listen: Option<SocketAddr>) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(file)
            .map_err(|error| SettingsError::Unreadable { file: file.to_owned(), kind: error.kind() })?;
        let folder = file.parent().unwrap_or_else(|| Path::new(""));
        let settings = fault::read(&text, |whole, faults| parse(whole, folder, listen, faults));
        Ok(settings.map_err(|faults| InvalidSettings::new(file, faults))?)
    }
}

fn parse(file: &mut Section<'_>, folder: &Path, listen: Option<SocketAddr>, faults: &Faults<'_>) -> Option<Settings> {
    let given = file.get("listen").map(|item| item.parsed::<SocketAddr>());
    let listen = listen.or_else(|| given.unwrap_or(Some(LISTEN)));
    let store = StoreSettings::read(file, folder, faults);
    let in_memory = matches!(store, Some(StoreSettings::Memory { .. }) | None);
    let keyring = keys::read(file, folder, in_memory, faults);
    let workspaces = Workspaces::read(file, listen.map(|address| address.ip()));
    let limits = Limits::read(file);
    let messages = words::read(file, folder);
    let transports = transports::read(file, folder, messages.as_ref(), &limits);
    let directory = directory::read(file, &transports);
    let origins = callers::origins(file);
    let proxies = callers::proxies(file);
    let webhooks = webhooks::read(file, folder, &workspaces);
    let (listen, store, keyring) = (listen?, store?, keyring?);
    messages?;
    Some(Settings { listen, store, keyring, workspaces, directory, limits, origins, proxies, webhooks })
}
