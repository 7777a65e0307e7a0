//! Writes that are answered only when replicas have them.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign::store::StoreError;
use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisResult, ServerErrorKind, Value, cmd, from_redis_value};

use crate::link::{senseless, unavailable};
use crate::scripts::Constant;

/// Connections that each serve one write at a time: `WAIT` waits for the writes of its own connection, and holds up
/// whatever else is sent over it.
///
/// None of them reconnects by itself: on a new connection `WAIT` would wait for nothing.
pub(crate) struct Durable {
    client: Client,
    replicas: u8,
    patience: Duration,
    timeout: Duration,
    idle: Mutex<Vec<MultiplexedConnection>>,
}

impl Durable {
    pub(crate) fn new(client: Client, replicas: u8, patience: Duration, timeout: Duration) -> Self {
        Self { client, replicas, patience, timeout, idle: Mutex::default() }
    }

    pub(crate) const fn replicas(&self) -> u8 {
        self.replicas
    }

    /// Runs a script that writes, and waits until the replicas have what it wrote.
    ///
    /// When fewer have it in time, the write has happened on the master, and nobody is told so.
    pub(crate) async fn run(&self, script: &Constant, keys: &[&[u8]], args: &[&[u8]]) -> Result<Value, StoreError> {
        let idle = self.lock().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect().await.map_err(unavailable)?,
        };
        let written = write(&mut connection, script, keys, args).await.map_err(unavailable)?;
        if written == Value::Int(0) {
            // It was refused: there is nothing to wait for.
            self.lock().push(connection);
            return Ok(written);
        }
        let mut wait = cmd("WAIT");
        wait.arg(self.replicas).arg(self.patience.as_millis().max(1).to_string());
        let acknowledged = connection.req_packed_command(&wait).await.and_then(Value::extract_error);
        let acknowledged: u64 = from_redis_value(acknowledged.map_err(unavailable)?).map_err(|_| senseless())?;
        self.lock().push(connection);
        if acknowledged < u64::from(self.replicas) {
            let reason = format!("{acknowledged} of {} replicas had the write in time", self.replicas);
            return Err(StoreError::Unavailable { reason, source: None });
        }
        Ok(written)
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout + self.patience));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    fn lock(&self) -> MutexGuard<'_, Vec<MultiplexedConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(
    connection: &mut MultiplexedConnection,
    script: &Constant,
    keys: &[&[u8]],
    args: &[&[u8]],
) -> RedisResult<Value> {
    let known = connection.req_packed_command(&script.by_hash(keys, args)).await.and_then(Value::extract_error);
    match known {
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
            connection.req_packed_command(&script.by_body(keys, args)).await.and_then(Value::extract_error)
        }
        answer => answer,
    }
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable")
            .field("replicas", &self.replicas)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
