//! How commands reach Redis.

use std::fmt;
use std::time::Duration;

use countersign::store::StoreError;
use redis::aio::ConnectionLike as _;
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, ErrorKind, ServerErrorKind, Value};

use crate::patience::{Answer, Miss, Patience};
use crate::scripts::Constant;
use crate::server::Server;

/// Everything but the writes that replicas must have.
pub(crate) struct Link {
    wire: Wire,
    timeout: Duration,
}

pub(crate) enum Wire {
    Server(Server),
    /// It follows redirections by itself, and repeats what was lost without saying so.
    Cluster(ClusterConnection),
}

impl Link {
    /// `timeout` is for one answer. A command whose answer is lost is sent again, for as long once more.
    pub(crate) fn new(wire: Wire, timeout: Duration) -> Self {
        Self { wire, timeout }
    }

    pub(crate) async fn ask(&self, cmd: &Cmd) -> Result<Value, StoreError> {
        let mut patience = Patience::new(self.timeout);
        loop {
            match patience.spend(self.wire.once(cmd)).await {
                Ok(value) => return Ok(value),
                Err(miss) => patience.bear(miss).await?,
            }
        }
    }

    /// Runs a script, and brings it along when the server does not know it.
    pub(crate) async fn run(&self, script: &Constant, keys: &[&[u8]], args: &[&[u8]]) -> Result<Answer, StoreError> {
        let mut patience = Patience::new(self.timeout);
        let mut call = script.by_hash(keys, args);
        loop {
            match patience.spend(self.wire.once(&call)).await {
                Ok(value) => return Ok(Answer { value, repeated: patience.repeats() }),
                Err(miss) if is_unknown_script(&miss) => call = script.by_body(keys, args),
                Err(miss) => patience.bear(miss).await?,
            }
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.wire {
            Wire::Server(_) => "Server",
            Wire::Cluster(_) => "Cluster",
        })
    }
}

impl Wire {
    async fn once(&self, cmd: &Cmd) -> Result<Value, Miss> {
        match self {
            Self::Server(server) => server.ask(cmd).await,
            Self::Cluster(cluster) => {
                let answer = cluster.clone().req_packed_command(cmd).await.and_then(Value::extract_error);
                answer.map_err(Miss::after_it_was_sent_again)
            }
        }
    }
}

pub(crate) fn is_unknown_script(miss: &Miss) -> bool {
    miss.error().kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
