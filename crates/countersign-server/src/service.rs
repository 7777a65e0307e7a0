use std::net::SocketAddr;

use axum::Router;
use countersign_http::Connections;

use crate::dev::Guide;
use crate::due::Due;

/// Everything that runs: what answers calls, and what does the rest.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) listen: SocketAddr,
    pub(crate) app: Router,
    pub(crate) connections: Connections,
    pub(crate) due: Due,
    /// What a development server says when it listens.
    pub(crate) guide: Option<Guide>,
}
