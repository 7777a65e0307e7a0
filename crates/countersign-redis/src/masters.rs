//! Which server to write to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redis::{Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, RedisResult};

use crate::layout::Partition;
use crate::origin::Origin;

/// The master of everything, or the masters of a cluster.
pub(crate) enum Masters {
    One(Arc<Origin>),
    Cluster(Box<Nodes>),
}

/// What is known of a cluster. It is learned from redirections: a node that is not the right one names it.
pub(crate) struct Nodes {
    /// How to reach a node, but for its address.
    manner: ConnectionInfo,
    seeds: Vec<Arc<str>>,
    /// Selects the next node to try when none is known.
    turn: AtomicUsize,
    learned: Mutex<HashMap<Partition, Arc<str>>>,
}

impl Masters {
    /// Where that partition is written, as far as is known.
    pub(crate) fn of(&self, partition: Partition) -> Arc<str> {
        match self {
            Self::One(_) => "".into(),
            Self::Cluster(nodes) => nodes.of(partition),
        }
    }

    pub(crate) async fn client(&self, server: &str) -> RedisResult<Client> {
        match self {
            Self::One(origin) => origin.master().await,
            Self::Cluster(nodes) => nodes.client(server),
        }
    }

    /// A server said where that partition is.
    pub(crate) fn learn(&self, partition: Partition, server: &str) {
        if let Self::Cluster(nodes) = self {
            nodes.learned().insert(partition, server.into());
        }
    }

    /// That server does not answer, or is no master now.
    pub(crate) fn forget(&self, server: &str) {
        if let Self::Cluster(nodes) = self {
            nodes.learned().retain(|_, other| **other != *server);
            nodes.turn.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Nodes {
    pub(crate) fn new(seeds: &[ConnectionInfo]) -> RedisResult<Self> {
        let nameless = || RedisError::from((ErrorKind::InvalidClientConfig, "a cluster's node has a host and a port"));
        let manner = seeds.first().ok_or_else(nameless)?.clone();
        let seeds: Option<Vec<_>> = seeds.iter().map(|seed| address(seed.addr())).collect();
        Ok(Self { manner, seeds: seeds.ok_or_else(nameless)?, turn: AtomicUsize::new(0), learned: Mutex::default() })
    }

    fn of(&self, partition: Partition) -> Arc<str> {
        let learned = self.learned();
        if let Some(server) = learned.get(&partition) {
            return server.clone();
        }
        // Any node tells where it is: those that are known to live, then those that were named.
        let known: Vec<_> = learned.values().chain(&self.seeds).collect();
        let turn = self.turn.load(Ordering::Relaxed);
        known.get(turn % known.len().max(1)).map_or_else(|| "".into(), |server| Arc::clone(server))
    }

    fn client(&self, server: &str) -> RedisResult<Client> {
        let placed = server.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
        let (name, number) = placed
            .ok_or_else(|| RedisError::from((ErrorKind::InvalidClientConfig, "a node's address is unreadable")))?;
        let addr = if let ConnectionAddr::TcpTls { insecure, tls_params, .. } = self.manner.addr() {
            ConnectionAddr::TcpTls { host: name, port: number, insecure: *insecure, tls_params: tls_params.clone() }
        } else {
            ConnectionAddr::Tcp(name, number)
        };
        Client::open(self.manner.clone().set_addr(addr))
    }

    fn learned(&self) -> MutexGuard<'_, HashMap<Partition, Arc<str>>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn address(addr: &ConnectionAddr) -> Option<Arc<str>> {
    let (ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. }) = addr else { return None };
    Some(format!("{host}:{port}").into())
}
