//! A cluster by the host's own client.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_util::future::{Either, select};
use redis::aio::ConnectionLike as _;
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, RedisResult, Value};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::retry::{Failure, timed_out};

/// How many times the timeout of a reply a command may take, whatever the client's own limits.
const LIMIT: u32 = 10;
/// The time between two tries to connect.
const PAUSE: Duration = Duration::from_millis(500);

/// The client's connection follows redirections and retries by itself, without reporting it. While a master is away it may
/// stop for good: under load, its search for the new master and the commands that wait for that block each other. So it is
/// replaced when it has answered nothing for the timeout of a reply.
pub(crate) struct GivenCluster {
    client: ClusterClient,
    timeout: Duration,
    current: watch::Sender<Current>,
    state: Mutex<State>,
}

#[derive(Clone)]
struct Current {
    number: u64,
    connection: ClusterConnection,
}

struct State {
    /// When a command was answered last.
    answered: Instant,
    /// A task replaces the connection.
    replaces: bool,
}

/// Lets the next failure begin a new task when this one ends, also when its runtime does.
struct Replacing(Weak<GivenCluster>);

impl GivenCluster {
    pub(crate) async fn connect(client: ClusterClient, timeout: Duration) -> RedisResult<Arc<Self>> {
        let connection = client.get_async_connection().await?;
        let current = watch::Sender::new(Current { number: 0, connection });
        let state = Mutex::new(State { answered: Instant::now(), replaces: false });
        Ok(Arc::new(Self { client, timeout, current, state }))
    }

    pub(crate) async fn once(self: &Arc<Self>, cmd: &Cmd) -> Result<Value, Failure> {
        // The client's own timeouts come first.
        let answer = timeout(self.timeout * LIMIT, self.answer(cmd)).await;
        answer.unwrap_or_else(|_| Err(timed_out())).map_err(Failure::after_it_was_sent_again)
    }

    async fn answer(self: &Arc<Self>, cmd: &Cmd) -> RedisResult<Value> {
        let mut replaced = self.current.subscribe();
        loop {
            let Current { number, mut connection } = replaced.borrow_and_update().clone();
            // Ends when the connection is replaced.
            let stuck = async {
                while timeout(self.timeout / 2, replaced.changed()).await.is_err() {
                    self.replace(number);
                }
            };
            let Either::Left((answer, _)) = select(connection.req_packed_command(cmd), pin!(stuck)).await else {
                continue;
            };
            match answer.and_then(Value::extract_error) {
                Err(error) if error.is_timeout() => {
                    self.replace(number);
                    return Err(error);
                }
                answer => {
                    self.state().answered = Instant::now();
                    return answer;
                }
            }
        }
    }

    /// Replaces the connection of that number, unless it answers other commands.
    fn replace(self: &Arc<Self>, number: u64) {
        let mut state = self.state();
        let answers = state.answered.elapsed() < self.timeout;
        if answers || self.current.borrow().number != number || std::mem::replace(&mut state.replaces, true) {
            return;
        }
        let replacing = Replacing(Arc::downgrade(self));
        tokio::spawn(async move {
            // Gone when its store is.
            while let Some(given) = replacing.0.upgrade() {
                let connected = timeout(given.timeout * 2, given.client.get_async_connection()).await;
                if let Ok(Ok(connection)) = connected {
                    given.current.send_modify(|current| *current = Current { number: current.number + 1, connection });
                    break;
                }
                sleep(PAUSE).await;
            }
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Replacing {
    fn drop(&mut self) {
        if let Some(given) = self.0.upgrade() {
            given.state().replaces = false;
        }
    }
}
