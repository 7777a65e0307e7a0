//! Writes that are acknowledged only when replicas have them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign::store::StoreError;
use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Cmd, ErrorKind, RedisResult, ServerErrorKind, Value, cmd, from_redis_value};
use tokio::time::timeout;

use crate::link::is_unknown_script;
use crate::masters::Masters;
use crate::retry::{Failure, Reply, RetryState, timed_out};
use crate::scripts::Constant;
use crate::server::speaks_of_another;
use redis::cluster_routing::Slot;

/// The maximum number of idle connections per server.
const IDLE: usize = 64;

/// Connections that each serve one write at a time: `WAIT` waits for the writes of its own connection, and holds up
/// whatever else is sent over it.
///
/// None of them reconnects by itself: on a new connection `WAIT` would wait for nothing.
pub(crate) struct Durable {
    masters: Masters,
    replicas: u8,
    within: Duration,
    timeout: Duration,
    idle: Mutex<HashMap<Arc<str>, Vec<MultiplexedConnection>>>,
}

/// A connection in exclusive use, and its server.
struct Own {
    server: Arc<str>,
    connection: MultiplexedConnection,
}

impl Durable {
    pub(crate) fn new(masters: Masters, replicas: u8, within: Duration, timeout: Duration) -> Self {
        Self { masters, replicas, within, timeout, idle: Mutex::default() }
    }

    pub(crate) const fn replicas(&self) -> u8 {
        self.replicas
    }

    /// Runs a script that writes, and waits until the replicas have what it wrote.
    ///
    /// With fewer replicas in time it fails, although the write has happened on the master.
    pub(crate) async fn run(&self, script: &Constant, keys: &[&[u8]], args: &[&[u8]]) -> Result<Reply, StoreError> {
        let slot = Slot::for_key(keys.first().copied().unwrap_or_default());
        let mut retries = RetryState::new(self.timeout + self.within);
        let mut call = script.by_hash(keys, args);
        let mut detour = None;
        let (value, acknowledged) = loop {
            match retries.attempt(self.once(slot, detour.take(), &call)).await {
                Ok(written) => break written,
                Err(failure) if is_unknown_script(&failure) => call = script.by_body(keys, args),
                Err(failure) => {
                    if let Some((server, _)) = failure.error().redirect_node() {
                        if failure.error().kind() == ErrorKind::Server(ServerErrorKind::Ask) {
                            detour = Some(server.to_owned());
                        } else {
                            self.masters.learn(slot, server);
                        }
                    }
                    retries.next_delay(failure).await?;
                }
            }
        };
        if acknowledged < u64::from(self.replicas) {
            let reason = format!("{acknowledged} of {} replicas had the write in time", self.replicas);
            return Err(StoreError::unavailable(reason));
        }
        Ok(Reply { value, repeated: retries.may_have_repeated() })
    }

    /// What the script gave, and how many replicas have it.
    async fn once(&self, slot: Slot, detour: Option<String>, call: &Cmd) -> Result<(Value, u64), Failure> {
        let asking = detour.is_some();
        let mut own = self.own(slot, detour).await.map_err(Failure::before_it_was_sent)?;
        let written = self.write(&mut own.connection, asking, call).await;
        match &written {
            Err(failure) if speaks_of_another(failure.error()) => {
                // What lies idle is as broken, or goes to the same server, which is no master now.
                self.idle().remove(&own.server);
                self.masters.refresh();
            }
            Ok(_) | Err(_) => self.put_back(own),
        }
        written
    }

    async fn write(
        &self,
        connection: &mut MultiplexedConnection,
        asking: bool,
        call: &Cmd,
    ) -> Result<(Value, u64), Failure> {
        if asking {
            ask(connection, &cmd("ASKING")).await.map_err(Failure::before_it_was_sent)?;
        }
        let value = ask(connection, call).await.map_err(Failure::after_it_was_sent)?;
        if value != Value::Int(1) {
            // Nothing was written: there is nothing to wait for.
            return Ok((value, u64::from(self.replicas)));
        }
        let mut wait = cmd("WAIT");
        wait.arg(self.replicas).arg(self.within.as_millis().max(1).to_string());
        let acknowledged = ask(connection, &wait).await.map_err(Failure::after_it_was_done)?;
        let acknowledged = from_redis_value(acknowledged).map_err(|error| Failure::after_it_was_done(error.into()))?;
        Ok((value, acknowledged))
    }

    async fn own(&self, slot: Slot, detour: Option<String>) -> RedisResult<Own> {
        let server = match detour {
            Some(server) => server.into(),
            None => self.masters.of(slot),
        };
        let idle = self.idle().get_mut(&server).and_then(Vec::pop);
        let connection = match idle {
            Some(connection) => connection,
            // Boxed, so that the future of each write does not grow by what happens once.
            None => Box::pin(timeout(self.timeout * 2, self.connect(&server)))
                .await
                .unwrap_or_else(|_| Err(timed_out()))
                .inspect_err(|error| self.masters.unreachable(&server, error))?,
        };
        Ok(Own { server, connection })
    }

    async fn connect(&self, server: &str) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout + self.within));
        self.masters.client(server).await?.get_multiplexed_async_connection_with_config(&config).await
    }

    fn put_back(&self, own: Own) {
        let mut idle = self.idle();
        let idle = idle.entry(own.server).or_default();
        if idle.len() < IDLE {
            idle.push(own.connection);
        }
    }

    fn idle(&self) -> MutexGuard<'_, HashMap<Arc<str>, Vec<MultiplexedConnection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn ask(connection: &mut MultiplexedConnection, cmd: &Cmd) -> RedisResult<Value> {
    connection.req_packed_command(cmd).await?.extract_error()
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable")
            .field("replicas", &self.replicas)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}
