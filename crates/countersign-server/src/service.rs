use countersign_http::Server;

use crate::dev::Guide;
use crate::settings::Listeners;

/// A server, where it listens, and what it prints.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) listen: Listeners,
    pub(crate) server: Server,
    /// What a development server prints when it listens.
    pub(crate) guide: Option<Guide>,
}
