//! What a Redis must be like, and what can be wrong with it.

use countersign::store::{Durability, StoreError};
use redis::{ErrorKind, RedisError, Value, cmd, from_redis_value};

use crate::layout::Layout;
use crate::link::Link;

/// Why a store could not be set up. No URL is repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisSetupError {
    /// The server did not answer, or not as Redis does.
    #[error("Redis cannot be reached: check its URL, and that it runs")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server wants another user or password, or this user may not do what a store does.
    #[error("Redis cannot be used by this user: check its name and password, and what it may do")]
    NotAllowed(#[source] Box<dyn std::error::Error + Send + Sync>),
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
    /// Writes shall wait for replicas of a cluster that only a given client knows how to reach.
    #[error(
        "writes wait on connections of their own, which a given cluster client does not make: name the cluster by URLs"
    )]
    ReplicasOfGivenCluster,
    /// Redis may throw records away when its memory is full.
    #[error("Redis may evict records ({policy}): set maxmemory-policy to noeviction, or allow it")]
    Eviction {
        /// The server's policy.
        policy: String,
    },
}

pub(crate) fn unreachable(error: RedisError) -> RedisSetupError {
    match is_about_the_user(&error) {
        true => RedisSetupError::NotAllowed(Box::new(error)),
        false => RedisSetupError::Unreachable(Box::new(error)),
    }
}

impl From<StoreError> for RedisSetupError {
    fn from(error: StoreError) -> Self {
        let said = std::error::Error::source(&error).and_then(|source| source.downcast_ref());
        match said.is_some_and(is_about_the_user) {
            true => Self::NotAllowed(Box::new(error)),
            false => Self::Unreachable(Box::new(error)),
        }
    }
}

fn is_about_the_user(error: &RedisError) -> bool {
    error.kind() == ErrorKind::AuthenticationFailed || matches!(error.code(), Some("NOAUTH" | "NOPERM" | "WRONGPASS"))
}

/// Refuses what loses records, and says what the rest survives.
pub(crate) async fn look(link: &Link, may_evict: bool) -> Result<Durability, RedisSetupError> {
    let mut durability = Durability::Local;
    for node in info(link).await? {
        let value = |name: &str| {
            let lines = node.lines();
            lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')).next().unwrap_or_default().trim()
        };
        let policy = value("maxmemory_policy");
        if !may_evict && policy != "noeviction" && value("maxmemory") != "0" {
            return Err(RedisSetupError::Eviction { policy: policy.to_owned() });
        }
        if value("aof_enabled") != "1" {
            durability = Durability::Memory;
        }
    }
    Ok(durability)
}

/// What each server says of itself.
async fn info(link: &Link) -> Result<Vec<String>, RedisSetupError> {
    let mut command = cmd("INFO");
    command.arg("everything");
    let text = |value| from_redis_value(value).map_err(|error| unreachable(RedisError::from(error)));
    let answer = link.ask(&command).await?;
    if let Value::Map(nodes) = answer {
        return nodes.into_iter().map(|(_, of_node)| text(of_node)).collect();
    }
    Ok(vec![text(answer)?])
}

/// Fixes the number of partitions, or finds out that somebody did.
pub(crate) async fn claim(link: &Link, layout: &Layout, partitions: u16) -> Result<(), RedisSetupError> {
    let key = layout.count();
    let mut set = cmd("SET");
    set.arg(&key).arg(partitions).arg("NX");
    link.ask(&set).await?;
    let mut get = cmd("GET");
    get.arg(&key);
    let there: u16 = from_redis_value(link.ask(&get).await?).map_err(|error| unreachable(RedisError::from(error)))?;
    if there == partitions { Ok(()) } else { Err(RedisSetupError::OtherPartitions { there }) }
}
