//! Where the one master of a store is.

use redis::sentinel::SentinelClient;
use redis::{Client, RedisResult};
use tokio::sync::Mutex;

/// A server whose address is known, or sentinels that know it.
pub(crate) enum Origin {
    Server(Box<Client>),
    Sentinels(Box<Mutex<SentinelClient>>),
}

impl Origin {
    pub(crate) fn sentinels(sentinels: SentinelClient) -> Self {
        Self::Sentinels(Box::new(Mutex::new(sentinels)))
    }

    /// The server that is master now, as far as anybody knows.
    pub(crate) async fn master(&self) -> RedisResult<Client> {
        match self {
            Self::Server(client) => Ok((**client).clone()),
            Self::Sentinels(sentinels) => sentinels.lock().await.async_get_client().await,
        }
    }
}
