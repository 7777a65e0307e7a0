//! One multiplexed connection to a master, made anew when it breaks.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Cmd, RedisError, RedisResult, Value};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::origin::Origin;
use crate::retry::{Failure, timed_out};

/// Callers share the connection, and their commands are pipelined. It retries nothing by itself, so that the caller knows what
/// may have been executed.
pub(crate) struct Server {
    origin: Arc<Origin>,
    timeout: Duration,
    current: RwLock<Option<Current>>,
    /// Held while connecting, so that one caller connects and the others wait for it.
    turn: Mutex<u64>,
}

#[derive(Clone)]
struct Current {
    /// Which connection of this server's it is, to throw away no later one.
    number: u64,
    connection: MultiplexedConnection,
}

impl Server {
    pub(crate) fn new(origin: Arc<Origin>, timeout: Duration) -> Self {
        Self { origin, timeout, current: RwLock::default(), turn: Mutex::default() }
    }

    pub(crate) async fn ask(&self, cmd: &Cmd) -> Result<Value, Failure> {
        let mut current = self.connected().await.map_err(Failure::before_it_was_sent)?;
        let answer = current.connection.req_packed_command(cmd).await.and_then(Value::extract_error);
        answer.map_err(|error| {
            if speaks_of_another(&error) {
                self.leave(current.number);
            }
            Failure::after_it_was_sent(error)
        })
    }

    async fn connected(&self) -> RedisResult<Current> {
        match self.current() {
            Some(current) => Ok(current),
            // Boxed, so that the future of each command does not grow by what happens once.
            None => Box::pin(timeout(self.timeout * 2, self.connect())).await.unwrap_or_else(|_| Err(timed_out())),
        }
    }

    async fn connect(&self) -> RedisResult<Current> {
        let mut last = self.turn.lock().await;
        if let Some(current) = self.current() {
            return Ok(current);
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout));
        let master = self.origin.master().await?;
        let connection = master.get_multiplexed_async_connection_with_config(&config).await?;
        *last += 1;
        let current = Current { number: *last, connection };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(current.clone());
        Ok(current)
    }

    fn current(&self) -> Option<Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn leave(&self, number: u64) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| current.number == number) {
            *current = None;
        }
    }
}

/// Whether the next command wants another connection: this one is broken or silent, or its server is no master any more.
pub(crate) fn speaks_of_another(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error() || error.code() == Some("READONLY")
}
