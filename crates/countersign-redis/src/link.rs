//! Commands and scripts over the shared connection.

use std::fmt;
use std::time::Duration;

use countersign::store::StoreError;
use redis::aio::ConnectionLike as _;
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, ErrorKind, ServerErrorKind, Value};

use crate::retry::{Failure, Reply, RetryState};
use crate::scripts::Constant;
use crate::server::Server;

/// The shared connection: for everything but writes that wait for replicas.
pub(crate) struct Link {
    wire: Wire,
    timeout: Duration,
}

pub(crate) enum Wire {
    Server(Server),
    /// Follows redirections and retries by itself, without reporting it.
    Cluster(ClusterConnection),
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
        })
    }
}

impl Wire {
    async fn once(&self, cmd: &Cmd) -> Result<Value, Failure> {
        match self {
            Self::Server(server) => server.ask(cmd).await,
            Self::Cluster(cluster) => {
                let answer = cluster.clone().req_packed_command(cmd).await.and_then(Value::extract_error);
                answer.map_err(Failure::after_it_was_sent_again)
            }
        }
    }
}

pub(crate) fn is_unknown_script(failure: &Failure) -> bool {
    failure.error().kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}
