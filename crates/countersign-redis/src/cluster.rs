//! The masters of a cluster: which of them has a key, and what to do when one of them is away.
//!
//! Each node has a connection of its own, which fails on its own. The map of slots is learned from redirections and, as long
//! as commands fail, from any node that answers: one query at a time, however many commands fail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{select_ok, try_join_all};
use redis::cluster_routing::Slot;
use redis::{Client, Cmd, ErrorKind, RedisError, RedisResult, ServerErrorKind, Value, cmd};
use tokio::time::sleep;

use crate::masters::Nodes;
use crate::origin::Origin;
use crate::retry::Failure;
use crate::server::Server;
use crate::slots::{self, SlotMap};

/// How many redirections one try follows.
const HOPS: usize = 5;
/// How many nodes are asked for the map at once.
const ASKED: usize = 3;
/// The time between two queries of the map.
const PAUSE: Duration = Duration::from_millis(50);

/// A cluster, by the URLs of some of its nodes.
pub(crate) struct Cluster {
    nodes: Nodes,
    timeout: Duration,
    map: RwLock<SlotMap>,
    servers: Mutex<HashMap<Arc<str>, Arc<Server>>>,
    refresh: Mutex<Refresh>,
}

#[derive(Default)]
struct Refresh {
    /// A task is about to query the map, or does so.
    runs: bool,
    /// Something failed since it began.
    wanted: bool,
    /// How many queries there were: each asks other nodes first.
    turn: usize,
}

/// Lets the next failure begin a new task when this one ends, also when its runtime does.
struct Running(Weak<Cluster>);

impl Cluster {
    /// Connects to the first node that knows its cluster.
    pub(crate) async fn connect(nodes: Nodes, timeout: Duration) -> RedisResult<Arc<Self>> {
        let (map, servers, refresh) = Default::default();
        let cluster = Self { nodes, timeout, map, servers, refresh };
        cluster.query_map().await?;
        Ok(Arc::new(cluster))
    }

    /// Sends a command to the master of its key, following redirections; a command without a key to every master.
    pub(crate) async fn once(self: &Arc<Self>, cmd: &Cmd) -> Result<Value, Failure> {
        match slots::of_command(cmd) {
            Some(slot) => self.to_slot(slot, cmd).await,
            None => self.to_all(cmd).await,
        }
    }

    async fn to_slot(self: &Arc<Self>, slot: Slot, cmd: &Cmd) -> Result<Value, Failure> {
        let mut importing: Option<Arc<str>> = None;
        let mut hops = 0;
        loop {
            let answer = match importing.take() {
                Some(server) => self.server(&server)?.ask_importing(cmd).await,
                None => {
                    let Some(master) = self.master(slot) else {
                        self.refresh();
                        return Err(Failure::before_it_was_sent(no_master()));
                    };
                    self.server(&master)?.ask(cmd).await
                }
            };
            let failure = match answer {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            let error = failure.error();
            if let (Some((node, _)), true) = (error.redirect_node(), hops < HOPS) {
                if error.kind() == ErrorKind::Server(ServerErrorKind::Ask) {
                    importing = Some(Arc::from(node));
                } else {
                    self.moved(slot, node);
                }
                hops += 1;
                continue;
            }
            if error.is_io_error()
                || error.is_unrecoverable_error()
                || matches!(error.code(), Some("READONLY" | "CLUSTERDOWN" | "MASTERDOWN" | "LOADING"))
            {
                self.refresh();
            }
            return Err(failure);
        }
    }

    async fn to_all(&self, cmd: &Cmd) -> Result<Value, Failure> {
        let masters = self.map().masters();
        let answers = masters.into_iter().map(|address| async move {
            let value = self.server(&address)?.ask(cmd).await?;
            Ok::<_, Failure>((Value::BulkString(address.as_bytes().to_vec()), value))
        });
        Ok(Value::Map(try_join_all(answers).await?))
    }

    /// Where a slot is written, as far as is known.
    pub(crate) fn master(&self, slot: Slot) -> Option<Arc<str>> {
        self.map().master(slot).cloned()
    }

    /// A client of the node at that address.
    pub(crate) fn client(&self, address: &str) -> RedisResult<Client> {
        self.nodes.client(address)
    }

    /// A node said where that slot is.
    pub(crate) fn moved(self: &Arc<Self>, slot: Slot, address: &str) {
        // Without a host it is that of the node that said so.
        if address.starts_with(':') {
            self.refresh();
            return;
        }
        self.map_mut().moved(slot, address.into());
        self.refresh();
    }

    /// Why the node at that address cannot be reached, while that is known.
    pub(crate) fn broken(&self, address: &str) -> Option<RedisError> {
        self.servers().get(address)?.broken()
    }

    /// The node at that address could not be reached.
    pub(crate) fn set_broken(self: &Arc<Self>, address: &str, error: RedisError) {
        if let Ok(server) = self.server(address) {
            server.set_broken(error);
        }
        self.refresh();
    }

    /// Queries the map soon, because something failed.
    pub(crate) fn refresh(self: &Arc<Self>) {
        let mut state = self.state();
        state.wanted = true;
        if std::mem::replace(&mut state.runs, true) {
            return;
        }
        let running = Running(Arc::downgrade(self));
        tokio::spawn(async move {
            while let Some(cluster) = running.0.upgrade() {
                cluster.state().wanted = false;
                // What fails meanwhile asks again: then this was not the last time.
                let _ = cluster.query_map().await;
                sleep(PAUSE).await;
                if !cluster.state().wanted {
                    break;
                }
            }
        });
    }

    /// Takes the map of the first node that answers: of those that are connected, then of any.
    async fn query_map(&self) -> RedisResult<()> {
        let mut known: Vec<_> = self.map().nodes().chain(&self.nodes.seeds).cloned().collect();
        known.sort_unstable();
        known.dedup();
        let turn = {
            let mut state = self.state();
            state.turn = state.turn.wrapping_add(1);
            state.turn
        };
        let count = known.len().max(1);
        known.rotate_left(turn % count);
        let (connected, others): (Vec<_>, Vec<_>) = known
            .into_iter()
            .partition(|address| self.servers().get(address).is_some_and(|server| server.is_connected()));
        let mut last = no_master();
        for some in connected.chunks(ASKED).chain(others.chunks(ASKED)) {
            match select_ok(some.iter().map(|address| self.map_of(address).boxed())).await {
                Ok((map, _)) => {
                    self.servers()
                        .retain(|address, _| map.nodes().chain(&self.nodes.seeds).any(|node| node == address));
                    *self.map_mut() = map;
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn map_of(&self, address: &str) -> RedisResult<SlotMap> {
        let mut command = cmd("CLUSTER");
        command.arg("SLOTS");
        let reply = async { self.server(address)?.ask(&command).await };
        let reply = reply.await.map_err(Failure::into_error)?;
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        let shapeless = || RedisError::from((ErrorKind::UnexpectedReturnType, "a node knows no slots of its cluster"));
        SlotMap::parse(reply, host).ok_or_else(shapeless)
    }

    fn server(&self, address: &str) -> Result<Arc<Server>, Failure> {
        if let Some(server) = self.servers().get(address) {
            return Ok(server.clone());
        }
        let client = self.nodes.client(address).map_err(Failure::before_it_was_sent)?;
        let origin = Arc::new(Origin::Server(Box::new(client)));
        let server = || Server::new(origin, self.timeout);
        Ok(self.servers().entry(address.into()).or_insert_with(server).clone())
    }

    fn map(&self) -> RwLockReadGuard<'_, SlotMap> {
        self.map.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn map_mut(&self) -> RwLockWriteGuard<'_, SlotMap> {
        self.map.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn servers(&self) -> MutexGuard<'_, HashMap<Arc<str>, Arc<Server>>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, Refresh> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(cluster) = self.0.upgrade() {
            cluster.state().runs = false;
        }
    }
}

/// Builds the error for a slot that no known node serves.
fn no_master() -> RedisError {
    std::io::Error::new(std::io::ErrorKind::NotConnected, "no node of the cluster serves the slot").into()
}
