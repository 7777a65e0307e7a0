//! Checks of a Redis before it is used.

use countersign::store::{Durability, StoreError};
use redis::{ErrorKind, RedisError, Value, cmd, from_redis_value};

use crate::layout::Layout;
use crate::link::Link;

/// Why a store could not be set up. No URL is part of it: it may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisSetupError {
    /// The server did not reply, or not as Redis does.
    #[error("Redis cannot be reached: check its URL, and that it is running")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The user or the password is wrong, or the user lacks permissions.
    #[error("Redis rejected this user: check its name, password and permissions")]
    NotAllowed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The number of partitions is not a power of two from 1 to 16384.
    #[error("the number of partitions must be a power of two from 1 to 16384")]
    Partitions,
    /// Redis was set up with another number of partitions.
    #[error("this prefix has {there} partitions: set the same number, or use another prefix")]
    OtherPartitions {
        /// The number in Redis.
        there: u16,
    },
    /// The replica count is zero.
    #[error("replica count must be at least 1: set it, or do not call replicated")]
    NoReplicas,
    /// Waiting for replicas needs connections that a given cluster client does not make.
    #[error(
        "waiting for replicas needs connections that a given cluster client does not make: connect to the cluster by URLs"
    )]
    ReplicasOfGivenCluster,
    /// Redis may evict records when its memory is full.
    #[error("Redis may evict records ({policy}): set maxmemory-policy to noeviction, or allow eviction")]
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

/// Rejects a Redis that may evict records; returns the durability of any other.
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

/// Returns the `INFO` of each server.
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

/// Sets the number of partitions, or compares it with the one that is set.
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
