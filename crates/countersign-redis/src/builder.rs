use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::Durability;
use redis::cluster::ClusterClient;
use redis::sentinel::{SentinelClient, SentinelServerType};
use redis::{Client, ConnectionInfo, IntoConnectionInfo as _, RedisResult};
use rustls::crypto::CryptoProvider;

use crate::cluster::Cluster;
use crate::durable::Durable;
use crate::given::GivenCluster;
use crate::layout::Layout;
use crate::link::{Link, Wire};
use crate::masters::{Masters, Nodes};
use crate::origin::Origin;
use crate::server::Server;
use crate::setup::{self, RedisSetupError};
use crate::store::RedisStore;

/// Describes a [`RedisStore`]: [`RedisStore::builder`] and its siblings begin one, and so does a client of the
/// [`redis`] crate that the host has made, with certificates of its own for instance.
#[must_use = "it does nothing until it connects"]
pub struct RedisStoreBuilder {
    way: Way,
    prefix: String,
    partitions: u16,
    retention: Duration,
    timeout: Duration,
    may_evict: bool,
    replicated: Option<(u8, Duration)>,
}

/// How Redis is reached.
pub(crate) enum Way {
    Server(String),
    Cluster(Vec<String>),
    Sentinels(Vec<String>, String),
    GivenServer(Box<Client>),
    GivenCluster(Box<ClusterClient>),
    GivenSentinels(Box<SentinelClient>),
}

impl Way {
    /// Whether connections are encrypted; of a given client its maker has taken care.
    fn wants_tls(&self) -> bool {
        match self {
            Self::Server(url) => url.starts_with("rediss:"),
            Self::Cluster(urls) | Self::Sentinels(urls, _) => urls.iter().any(|url| url.starts_with("rediss:")),
            Self::GivenServer(_) | Self::GivenCluster(_) | Self::GivenSentinels(_) => false,
        }
    }
}

impl RedisStoreBuilder {
    pub(crate) fn new(way: Way) -> Self {
        Self {
            way,
            prefix: "cs".to_owned(),
            partitions: 256,
            retention: Duration::from_secs(24 * 60 * 60),
            timeout: Duration::from_secs(1),
            may_evict: false,
            replicated: None,
        }
    }

    /// Sets the prefix of every key: `cs` by default.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets the number of partitions that records are split into by recipient: a power of two up to 16384, 256 by default.
    /// The first process fixes it.
    pub const fn partitions(mut self, partitions: u16) -> Self {
        self.partitions = partitions;
        self
    }

    /// Sets how long a record stays after its end: 24 hours by default.
    pub const fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Sets how long Redis may take for a reply: 1 second by default. A command whose reply is lost is retried, for up to
    /// twice that time in total.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Accepts a Redis that may evict records when its memory is full.
    pub const fn allow_eviction(mut self) -> Self {
        self.may_evict = true;
        self
    }

    /// Acknowledges a write only when at least `replicas` replicas have it, too; waits for them up to `within` (`WAIT`).
    ///
    /// With fewer replicas in time the write fails with an unknown outcome: a code is then not judged, though its check may
    /// have been charged. Each write takes one more round trip, and a connection while it is under way.
    pub const fn wait_for_replicas(mut self, replicas: u8, within: Duration) -> Self {
        self.replicated = Some((replicas, within));
        self
    }

    /// Connects, and checks that this Redis can be used. Requires a tokio runtime.
    ///
    /// # Errors
    /// One [`RedisSetupError`] per rule.
    pub async fn connect(self) -> Result<RedisStore, RedisSetupError> {
        if !self.partitions.is_power_of_two() || self.partitions > 1 << 14 {
            return Err(RedisSetupError::Partitions);
        }
        if self.way.wants_tls() && CryptoProvider::get_default().is_none() {
            // Without one the client panics when it connects. An error means that another was set meanwhile, which will do.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        // Boxed, so that the futures of hosts do not grow by what only happens once.
        let (wire, masters) = Box::pin(reach(self.way, self.timeout)).await.map_err(setup::unreachable)?;
        let durable = match (self.replicated, masters) {
            (None, _) => None,
            (Some((0, _)), _) => return Err(RedisSetupError::NoReplicas),
            (Some(_), None) => return Err(RedisSetupError::ReplicasOfGivenCluster),
            (Some((replicas, within)), Some(masters)) => Some(Durable::new(masters, replicas, within, self.timeout)),
        };
        let link = Link::new(wire, self.timeout);
        let of_server = setup::look(&link, self.may_evict).await?;
        let durability = match &durable {
            Some(durable) => Durability::Replicated { replicas: durable.replicas() },
            None => of_server,
        };
        let layout = Layout::new(self.prefix, self.partitions);
        setup::claim(&link, &layout, self.partitions).await?;
        Ok(RedisStore::new(Arc::new(link), layout, self.retention, durable, durability))
    }
}

/// The shared connection, and where writes with a connection of their own would go.
async fn reach(way: Way, timeout: Duration) -> RedisResult<(Wire, Option<Masters>)> {
    let origin = match way {
        Way::Server(url) => Origin::Server(Box::new(Client::open(url)?)),
        Way::GivenServer(client) => Origin::Server(client),
        Way::Sentinels(urls, name) => {
            Origin::sentinels(SentinelClient::build(urls, name, None, SentinelServerType::Master)?)
        }
        Way::GivenSentinels(sentinels) => Origin::sentinels(*sentinels),
        Way::Cluster(urls) => {
            let seeds: RedisResult<Vec<ConnectionInfo>> =
                urls.iter().map(|url| url.as_str().into_connection_info()).collect();
            let cluster = Cluster::connect(Nodes::new(&seeds?)?, timeout).await?;
            return Ok((Wire::Cluster(cluster.clone()), Some(Masters::Cluster(cluster))));
        }
        Way::GivenCluster(client) => {
            return Ok((Wire::GivenCluster(GivenCluster::connect(*client, timeout).await?), None));
        }
    };
    let origin = Arc::new(origin);
    Ok((Wire::Server(Server::new(origin.clone(), timeout)), Some(Masters::One(origin))))
}

impl From<Client> for RedisStoreBuilder {
    /// One server, by a client that knows how to reach it.
    fn from(client: Client) -> Self {
        Self::new(Way::GivenServer(Box::new(client)))
    }
}

impl From<ClusterClient> for RedisStoreBuilder {
    /// A cluster, by a client with its own timeouts. It cannot be [`replicated`](Self::wait_for_replicas).
    fn from(client: ClusterClient) -> Self {
        Self::new(Way::GivenCluster(Box::new(client)))
    }
}

impl From<SentinelClient> for RedisStoreBuilder {
    /// The master that sentinels name; the client must be made for a master, and not for replicas.
    fn from(client: SentinelClient) -> Self {
        Self::new(Way::GivenSentinels(Box::new(client)))
    }
}

impl fmt::Debug for RedisStoreBuilder {
    /// Without its URLs, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("prefix", &self.prefix)
            .field("partitions", &self.partitions)
            .field("replicated", &self.replicated)
            .finish_non_exhaustive()
    }
}
