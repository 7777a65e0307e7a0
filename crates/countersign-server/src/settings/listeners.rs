use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::reader::Section;

/// Where the server listens: `listen`, and `listen-webhooks` and `listen-metrics` where these have listeners of their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listeners {
    pub(crate) main: SocketAddr,
    pub(crate) webhooks: Option<SocketAddr>,
    pub(crate) metrics: Option<SocketAddr>,
}

/// The default address.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

impl Listeners {
    /// A listener for everything.
    pub(crate) const fn only(main: SocketAddr) -> Self {
        Self { main, webhooks: None, metrics: None }
    }

    /// Reads the addresses. `main`, from a flag or the environment, wins over the file.
    pub(super) fn read(file: &mut Section<'_>, main: Option<SocketAddr>) -> Option<Self> {
        let given = file.get("listen").map(|item| item.parsed());
        let main = main.or_else(|| given.unwrap_or(Some(LISTEN)));
        let webhooks = file.parsed::<SocketAddr>("listen-webhooks");
        let metrics = file.parsed::<SocketAddr>("listen-metrics");
        let is_taken = |address: SocketAddr, others: &[Option<SocketAddr>]| {
            // Port 0 is a free one each time.
            address.port() != 0 && others.contains(&Some(address))
        };
        let sentence = "another listener has this address: use a different one";
        if webhooks.is_some_and(|address| is_taken(address, &[main])) {
            file.fault_at("listen-webhooks", sentence);
        }
        if metrics.is_some_and(|address| is_taken(address, &[main, webhooks])) {
            file.fault_at("listen-metrics", sentence);
        }
        Some(Self { main: main?, webhooks, metrics })
    }
}
