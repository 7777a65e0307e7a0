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
use countersign_http::{BirdWebhook, Origin, TrustedProxies};
use toml::de::DeTable;

pub(crate) use fault::InvalidSettings;
pub(crate) use limits::Limits;
pub(crate) use store::{RedisSettings, StoreSettings};
pub(crate) use workspaces::Workspaces;

use fault::Faults;
use reader::Section;

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
    pub(crate) webhooks: Vec<(String, BirdWebhook)>,
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
        let faults = Faults::of(&text);
        let settings = parse(&text, file.parent().unwrap_or_else(|| Path::new("")), listen, &faults);
        faults.in_file(file)?;
        // Who finds nothing to give has said why.
        settings.ok_or_else(|| SettingsError::Unreadable { file: file.to_owned(), kind: io::ErrorKind::InvalidData })
    }
}

fn parse(text: &str, folder: &Path, listen: Option<SocketAddr>, faults: &Faults<'_>) -> Option<Settings> {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            faults.add("", error.span().map_or(0, |span| span.start), error.message());
        }
        return None;
    }
    let document = document.get_ref();
    let mut file = Section::whole(document, faults);
    let given = file.get("listen").map(|item| item.parsed::<SocketAddr>());
    let listen = listen.or_else(|| given.unwrap_or(Some(LISTEN)));
    let store = StoreSettings::read(&mut file, folder, faults);
    let in_memory = matches!(store, Some(StoreSettings::Memory { .. }) | None);
    let keyring = keys::read(&mut file, folder, in_memory, faults);
    let workspaces = Workspaces::read(&mut file, listen.map(|address| address.ip()));
    let limits = Limits::read(&mut file);
    let messages = words::read(&mut file, folder);
    let transports = transports::read(&mut file, folder, messages.as_ref(), &limits);
    let directory = directory::read(&mut file, text, document, &transports, faults);
    let origins = callers::origins(&mut file);
    let proxies = callers::proxies(&mut file);
    let webhooks = webhooks::read(&mut file, folder, &workspaces);
    file.end();
    let (listen, store, keyring, directory) = (listen?, store?, keyring?, directory?);
    messages?;
    Some(Settings { listen, store, keyring, workspaces, directory, limits, origins, proxies, webhooks })
}
