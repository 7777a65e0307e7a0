//! One multiplexed connection to a server, made anew when it breaks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{AsyncConnectionConfig, Cmd, Pipeline, RedisError, RedisResult, Value, cmd};
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::{sleep, timeout};

use crate::origin::Origin;
use crate::retry::{Failure, timed_out};

/// The pause before the first probe of a server that could not be reached; each next one is twice as long.
const MIN_PAUSE: Duration = Duration::from_millis(10);
const MAX_PAUSE: Duration = Duration::from_millis(200);

/// Callers share the connection, and their commands are pipelined. It retries nothing by itself, so that the caller knows what
/// may have been executed.
///
/// While the server cannot be reached, one task tries to connect, and each command fails at once with the error of the last
/// try: however many commands there are, they are no load for a server that is about to come back.
pub(crate) struct Server {
    origin: Arc<Origin>,
    timeout: Duration,
    current: RwLock<Option<Current>>,
    /// Held while connecting, so that one caller connects and the others wait for it.
    turn: AsyncMutex<u64>,
    /// Why the last try to connect failed. Set for as long as there is a task that tries again.
    broken: Mutex<Option<RedisError>>,
}

#[derive(Clone)]
struct Current {
    /// Which connection of this server's it is, to throw away no later one.
    number: u64,
    connection: MultiplexedConnection,
}

/// Forgets that the server is broken when the task that probes it ends, also when its runtime does.
struct Probe(Weak<Server>);

impl Server {
    pub(crate) fn new(origin: Arc<Origin>, timeout: Duration) -> Arc<Self> {
        let (current, turn, broken) = (RwLock::default(), AsyncMutex::default(), Mutex::default());
        Arc::new(Self { origin, timeout, current, turn, broken })
    }

    pub(crate) async fn ask(self: &Arc<Self>, cmd: &Cmd) -> Result<Value, Failure> {
        let mut current = self.connected().await.map_err(Failure::before_it_was_sent)?;
        let answer = current.connection.req_packed_command(cmd).await.and_then(Value::extract_error);
        answer.map_err(|error| self.failed(current.number, error))
    }

    /// The same for a slot that moves to this server, which another server said (`ASK`).
    pub(crate) async fn ask_importing(self: &Arc<Self>, command: &Cmd) -> Result<Value, Failure> {
        let mut current = self.connected().await.map_err(Failure::before_it_was_sent)?;
        let mut both = Pipeline::with_capacity(2);
        both.add_command(cmd("ASKING")).add_command(command.clone());
        let answers = current.connection.req_packed_commands(&both, 0, 2).await;
        let answer = answers.and_then(|answers| answers.into_iter().nth(1).unwrap_or(Value::Nil).extract_error());
        answer.map_err(|error| self.failed(current.number, error))
    }

    /// Whether there is a connection that was not seen to break.
    pub(crate) fn is_connected(&self) -> bool {
        self.current().is_some()
    }

    /// Returns why the server cannot be reached, while that is known.
    pub(crate) fn broken(&self) -> Option<RedisError> {
        self.broken_guard().clone()
    }

    /// Notes that the server cannot be reached, and lets one task try until it can.
    pub(crate) fn set_broken(self: &Arc<Self>, error: RedisError) {
        if self.broken_guard().replace(error).is_none() {
            let probe = Probe(Arc::downgrade(self));
            tokio::spawn(async move {
                let mut pause = MIN_PAUSE;
                loop {
                    sleep(pause).await;
                    // Gone when its store is, or when it left its cluster.
                    let Some(server) = probe.0.upgrade() else { break };
                    match server.connect().await {
                        Ok(_) => break,
                        Err(error) => *server.broken_guard() = Some(error),
                    }
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            });
        }
    }

    fn failed(self: &Arc<Self>, number: u64, error: RedisError) -> Failure {
        // A silent server would keep each command waiting: the others need not learn it one by one.
        if speaks_of_another(&error) && self.leave(number) && error.is_timeout() {
            self.set_broken(error.clone());
        }
        Failure::after_it_was_sent(error)
    }

    async fn connected(self: &Arc<Self>) -> RedisResult<Current> {
        if let Some(current) = self.current() {
            return Ok(current);
        }
        if let Some(error) = self.broken() {
            return Err(error);
        }
        // Boxed, so that the future of each command does not grow by what happens once.
        Box::pin(self.first_to_connect()).await
    }

    async fn first_to_connect(self: &Arc<Self>) -> RedisResult<Current> {
        let last = self.turn.lock().await;
        // Whoever had the turn before may have found that it cannot be reached.
        if let Some(error) = self.broken() {
            return Err(error);
        }
        let connected = self.connect_in_turn(last).await;
        connected.inspect_err(|error| self.set_broken(error.clone()))
    }

    async fn connect(&self) -> RedisResult<Current> {
        self.connect_in_turn(self.turn.lock().await).await
    }

    async fn connect_in_turn(&self, mut last: tokio::sync::MutexGuard<'_, u64>) -> RedisResult<Current> {
        if let Some(current) = self.current() {
            return Ok(current);
        }
        let connection = timeout(self.timeout * 2, self.open()).await.unwrap_or_else(|_| Err(timed_out()))?;
        *last += 1;
        let current = Current { number: *last, connection };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(current.clone());
        Ok(current)
    }

    async fn open(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout));
        self.origin.master().await?.get_multiplexed_async_connection_with_config(&config).await
    }

    fn current(&self) -> Option<Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether that was the connection in use.
    fn leave(&self, number: u64) -> bool {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let in_use = current.as_ref().is_some_and(|current| current.number == number);
        if in_use {
            *current = None;
        }
        in_use
    }

    fn broken_guard(&self) -> MutexGuard<'_, Option<RedisError>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        if let Some(server) = self.0.upgrade() {
            *server.broken_guard() = None;
        }
    }
}

/// Whether the next command wants another connection: this one is broken or silent, or its server is no master any more.
pub(crate) fn speaks_of_another(error: &RedisError) -> bool {
    error.is_io_error() || error.is_unrecoverable_error() || error.code() == Some("READONLY")
}
