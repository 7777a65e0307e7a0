//! How commands reach Redis.

use std::fmt;

use countersign::store::StoreError;
use redis::aio::{ConnectionLike as _, ConnectionManager};
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value};

use crate::scripts::Constant;

/// One multiplexed connection a server: callers share it, and their commands travel together.
#[derive(Clone)]
pub(crate) enum Link {
    Server(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Link {
    pub(crate) async fn ask(&self, cmd: &Cmd) -> RedisResult<Value> {
        match self.clone() {
            Self::Server(mut server) => server.req_packed_command(cmd).await?.extract_error(),
            Self::Cluster(mut cluster) => cluster.req_packed_command(cmd).await?.extract_error(),
        }
    }

    /// Runs a script, and brings it along when the server does not know it.
    pub(crate) async fn run(&self, script: &Constant, keys: &[&[u8]], args: &[&[u8]]) -> RedisResult<Value> {
        match self.ask(&script.by_hash(keys, args)).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                self.ask(&script.by_body(keys, args)).await
            }
            answer => answer,
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server(_) => "Server",
            Self::Cluster(_) => "Cluster",
        })
    }
}

/// A write may have happened, or a read could not be answered.
pub(crate) fn unavailable(error: RedisError) -> StoreError {
    let reason = error.code().map_or_else(|| error.category().to_owned(), |code| format!("it said {code}"));
    StoreError::Unavailable { reason, source: Some(Box::new(error)) }
}

/// Redis answered what no version of it should.
pub(crate) fn senseless() -> StoreError {
    StoreError::Unavailable { reason: "an answer of another kind than was asked for".into(), source: None }
}
