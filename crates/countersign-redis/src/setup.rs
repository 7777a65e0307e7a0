//! How a store is reached, and what can be wrong with that.

use std::fmt;
use std::time::Duration;

use countersign::store::Durability;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClient;
use redis::{Client, RedisError, Value, cmd, from_redis_value};

use crate::durable::Durable;
use crate::layout::Layout;
use crate::link::Link;
use crate::store::RedisStore;

/// Why a store could not be set up. No URL is repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisSetupError {
    /// The server did not answer, or not as Redis does.
    #[error("Redis cannot be reached: check its URL, and that it runs")]
    Unreachable(#[from] RedisError),
    /// The number is no power of two from 1 to 16384.
    #[error("partitions are a power of two, 1 to 16384")]
    Partitions,
    /// Somebody began with another number.
    #[error("this Redis was begun with {there} partitions: set the same, or use another prefix")]
    OtherPartitions {
        /// What Redis has.
        there: u16,
    },
    /// Writes shall wait for no replica.
    #[error("replicated by none: name how many replicas must have a write, or leave it out")]
    NoReplicas,
    /// Writes shall wait for replicas of a cluster.
    #[error("writes to a cluster cannot wait for replicas yet: use one server with replicas")]
    ReplicasOfCluster,
    /// Redis may throw records away when its memory is full.
    #[error("Redis may evict records ({policy}): set maxmemory-policy to noeviction, or allow it")]
    Eviction {
        /// The server's policy.
        policy: String,
    },
}

/// Describes a [`RedisStore`].
#[derive(Clone)]
#[must_use = "it does nothing until it connects"]
pub struct RedisStoreBuilder {
    nodes: Vec<String>,
    cluster: bool,
    prefix: String,
    partitions: u16,
    retention: Duration,
    timeout: Duration,
    may_evict: bool,
    replicated: Option<(u8, Duration)>,
}

impl RedisStoreBuilder {
    pub(crate) fn new(nodes: Vec<String>, cluster: bool) -> Self {
        Self {
            nodes,
            cluster,
            prefix: "cs".to_owned(),
            partitions: 256,
            retention: Duration::from_secs(24 * 60 * 60),
            timeout: Duration::from_secs(2),
            may_evict: false,
            replicated: None,
        }
    }

    /// What every key begins with: `cs` unless given.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Into how many parts records are split by recipient: a power of two up to 16384, 256 unless given. Fixed by who
    /// comes first.
    pub const fn partitions(mut self, partitions: u16) -> Self {
        self.partitions = partitions;
        self
    }

    /// How long a record stays after its end: 24 hours unless given.
    pub const fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// How long Redis may take for an answer: 2 seconds unless given.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Takes a Redis that may throw records away when its memory is full.
    pub const fn allow_eviction(mut self) -> Self {
        self.may_evict = true;
        self
    }

    /// Answers a write only when so many replicas have it too, for which they have so long (`WAIT`).
    ///
    /// When fewer have it in time, no answer is given: a code is then not judged, though its check may have been charged.
    /// It costs a round trip a write. For one server with replicas; a cluster cannot be asked so yet.
    pub const fn replicated(mut self, replicas: u8, within: Duration) -> Self {
        self.replicated = Some((replicas, within));
        self
    }

    /// Connects, and looks whether this Redis will do.
    ///
    /// # Errors
    /// One [`RedisSetupError`] per rule.
    pub async fn connect(self) -> Result<RedisStore, RedisSetupError> {
        if !self.partitions.is_power_of_two() || self.partitions > 1 << 14 {
            return Err(RedisSetupError::Partitions);
        }
        let durable = match self.replicated {
            Some((0, _)) => return Err(RedisSetupError::NoReplicas),
            Some(_) if self.cluster => return Err(RedisSetupError::ReplicasOfCluster),
            Some((replicas, within)) => Some(Durable::new(self.client()?, replicas, within, self.timeout)),
            None => None,
        };
        let link = self.link().await?;
        let of_server = self.check_server(&link).await?;
        let durability = match &durable {
            Some(durable) => Durability::Replicated { replicas: durable.replicas() },
            None => of_server,
        };
        let layout = Layout::new(self.prefix, self.partitions);
        claim(&link, &layout, self.partitions).await?;
        Ok(RedisStore::new(link, layout, self.retention, durable, durability))
    }

    async fn link(&self) -> Result<Link, RedisError> {
        if self.cluster {
            let client = ClusterClient::builder(self.nodes.clone())
                .connection_timeout(self.timeout)
                .response_timeout(self.timeout)
                .build()?;
            return Ok(Link::Cluster(client.get_async_connection().await?));
        }
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout))
            .set_number_of_retries(2);
        Ok(Link::Server(ConnectionManager::new_with_config(self.client()?, config).await?))
    }

    fn client(&self) -> Result<Client, RedisError> {
        Client::open(self.nodes.first().map_or("", String::as_str))
    }

    /// Refuses what loses records, and says what the rest survives.
    async fn check_server(&self, link: &Link) -> Result<Durability, RedisSetupError> {
        let mut durability = Durability::Local;
        for node in info(link).await? {
            let value = |name: &str| {
                let lines = node.lines();
                lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')).next().unwrap_or_default().trim()
            };
            let policy = value("maxmemory_policy");
            if !self.may_evict && policy != "noeviction" && value("maxmemory") != "0" {
                return Err(RedisSetupError::Eviction { policy: policy.to_owned() });
            }
            if value("aof_enabled") != "1" {
                durability = Durability::Memory;
            }
        }
        Ok(durability)
    }
}

impl fmt::Debug for RedisStoreBuilder {
    /// Without its URLs, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("nodes", &self.nodes.len())
            .field("prefix", &self.prefix)
            .field("partitions", &self.partitions)
            .finish_non_exhaustive()
    }
}

/// What each server says of itself.
async fn info(link: &Link) -> Result<Vec<String>, RedisError> {
    let mut command = cmd("INFO");
    command.arg("everything");
    let answer = link.ask(&command).await?;
    if let Value::Map(nodes) = answer {
        return nodes.into_iter().map(|(_, text)| Ok(from_redis_value(text)?)).collect();
    }
    Ok(vec![from_redis_value(answer)?])
}

/// Fixes the number of partitions, or finds out that somebody did.
async fn claim(link: &Link, layout: &Layout, partitions: u16) -> Result<(), RedisSetupError> {
    let key = layout.count();
    let mut set = cmd("SET");
    set.arg(&key).arg(partitions).arg("NX");
    link.ask(&set).await?;
    let mut get = cmd("GET");
    get.arg(&key);
    let there: u16 = from_redis_value(link.ask(&get).await?).map_err(RedisError::from)?;
    if there == partitions { Ok(()) } else { Err(RedisSetupError::OtherPartitions { there }) }
}
