//! Commands and scripts over the shared connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::StoreError;
use redis::{Cmd, ErrorKind, ServerErrorKind, Value};

use crate::cluster::Cluster;
use crate::given::GivenCluster;
use crate::retry::{Failure, Reply, RetryState};
use crate::scripts::Constant;
use crate::server::Server;

/// The shared connection: for everything but writes that wait for replicas.
pub(crate) struct Link {
    wire: Wire,
    timeout: Duration,
}

pub(crate) enum Wire {
    Server(Arc<Server>),
    Cluster(Arc<Cluster>),
    GivenCluster(Arc<GivenCluster>),
}

impl Link {
    /// `timeout` is for one reply. A command whose reply is lost is retried, for up to twice that time in total.
    pub(crate) fn new(wire: Wire, timeout: Duration) -> Self {
        Self { wire, timeout }
    }

    pub(crate) async fn ask(&self, cmd: &Cmd) -> Result<Value, StoreError> {
        let mut retries = RetryState::new(self.timeout);
        loop {
            match retries.attempt(self.wire.once(cmd)).await {
                Ok(value) => return Ok(value),
                Err(failure) => retries.next_delay(failure).await?,
            }
        }
    }

    /// The same, but gives up at once when the server of the key is known to be away: for calls of many keys that can do
    /// without some of them.
    pub(crate) async fn ask_present(&self, cmd: &Cmd) -> Result<Value, StoreError> {
        let mut retries = RetryState::new(self.timeout);
        loop {
            match retries.attempt(self.wire.once(cmd)).await {
                Ok(value) => return Ok(value),
                Err(failure) if failure.is_of_absent_server() && self.has_parts() => {
                    return Err(retries.give_up(failure));
                }
                Err(failure) => retries.next_delay(failure).await?,
            }
        }
    }

    /// Whether some keys may be away while others are not.
    pub(crate) const fn has_parts(&self) -> bool {
        match self.wire {
            Wire::Server(_) => false,
            Wire::Cluster(_) | Wire::GivenCluster(_) => true,
        }
    }

    /// Runs a script, and sends its body when the server does not have it.
    pub(crate) async fn run(&self, script: &Constant, keys: &[&[u8]], args: &[&[u8]]) -> Result<Reply, StoreError> {
        let mut retries = RetryState::new(self.timeout);
        let mut call = script.by_hash(keys, args);
        loop {
            match retries.attempt(self.wire.once(&call)).await {
                Ok(value) => return Ok(Reply { value, repeated: retries.may_have_repeated() }),
                Err(failure) if is_unknown_script(&failure) => call = script.by_body(keys, args),
                Err(failure) => retries.next_delay(failure).await?,
            }
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.wire {
            Wire::Server(_) => "Server",
            Wire::Cluster(_) => "Cluster",
            Wire::GivenCluster(_) => "GivenCluster",
        })
    }
}

impl Wire {
    async fn once(&self, cmd: &Cmd) -> Result<Value, Failure> {
        match self {
            Self::Server(server) => server.ask(cmd).await,
            Self::Cluster(cluster) => cluster.once(cmd).await,
            Self::GivenCluster(cluster) => cluster.once(cmd).await,
        }
    }
}

pub(crate) fn is_unknown_script(failure: &Failure) -> bool {
    failure.error().kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
