use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, FromRedisValue, RedisResult, ScriptInvocation};

/// A connection that all calls share, and that comes back by itself.
pub(super) enum Link {
    Server(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Link {
    /// Connects to the one server, or to the cluster of several.
    pub(super) async fn connect(urls: &[String], timeout: Duration) -> RedisResult<Self> {
        if let [url] = urls {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(timeout))
                .set_response_timeout(Some(timeout))
                .set_number_of_retries(1);
            return Client::open(url.as_str())?.get_connection_manager_with_config(config).await.map(Self::Server);
        }
        let builder = ClusterClient::builder(urls.iter().map(String::as_str));
        let client = builder.connection_timeout(timeout).response_timeout(timeout).build()?;
        client.get_async_connection().await.map(Self::Cluster)
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<Option<T>> {
        match self {
            Self::Server(server) => command.query_async(&mut server.clone()).await,
            Self::Cluster(cluster) => command.query_async(&mut cluster.clone()).await,
        }
    }

    pub(super) async fn run(&self, script: &ScriptInvocation<'_>) -> RedisResult<()> {
        match self {
            Self::Server(server) => script.invoke_async(&mut server.clone()).await,
            Self::Cluster(cluster) => script.invoke_async(&mut cluster.clone()).await,
        }
    }
}
