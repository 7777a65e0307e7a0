//! The server that a configuration describes.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use countersign::idempotency::IdempotencyStore;
use countersign::{Engine, Store};
use countersign_http::{Config, MemoryIdempotencyStore, Server};
use countersign_memory::MemoryStore;
use countersign_redis::{RedisSetupError, RedisStore};

use crate::service::Service;
use crate::settings::{RedisSettings, Settings, StoreSettings, WebhookSettings};

/// Connects to the store and builds the server.
///
/// # Errors
/// When the store cannot be reached or used.
pub(crate) async fn service(settings: Settings) -> Result<Service, Box<dyn Error>> {
    let Settings { listen, store, keyring, workspaces, directory, limits, origins, proxies, webhooks } = settings;
    let (store, idempotency, memory): (Arc<dyn Store>, Arc<dyn IdempotencyStore>, _) = match store {
        StoreSettings::Memory { max_records } => {
            let memory = Arc::new(MemoryStore::with_capacity_limit(max_records));
            let kept = MemoryIdempotencyStore::default().with_retention(limits.idempotency_retention);
            (memory.clone(), Arc::new(kept), Some(memory))
        }
        StoreSettings::Redis(redis) => {
            let store = connect(&redis, limits.retention).await?;
            let kept = store.idempotency().with_retention(limits.idempotency_retention);
            (Arc::new(store), Arc::new(kept), None)
        }
    };
    let engine = Engine::builder(store, keyring).directory(directory).policy(limits.policy).build()?;

    let config = Config::new(workspaces.keys)
        .bounds(limits.bounds)
        .allowed_origins(origins)
        .trusted_proxies(proxies)
        .idempotency(idempotency);
    let config = webhooks
        .into_iter()
        .try_fold(config, |config, WebhookSettings { path, webhook, scope }| config.webhook(path, webhook, scope))?;
    let server = Server::new(engine, config).connections(limits.connections);
    let server = match memory {
        // Redis forgets by itself.
        Some(memory) => server.worker(|worker| worker.purge(memory, limits.retention)),
        None => server,
    };
    Ok(Service { listen, server, guide: None })
}

/// The store cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("store")]
struct StoreUnusable(#[source] RedisSetupError);

async fn connect(redis: &RedisSettings, retention: Duration) -> Result<RedisStore, Box<dyn Error>> {
    let builder = match redis.urls.as_slice() {
        [url] => RedisStore::builder(url),
        nodes => RedisStore::cluster(nodes),
    };
    let mut builder = builder.prefix(&redis.prefix).timeout(redis.timeout).retention(retention);
    if redis.allow_eviction {
        builder = builder.allow_eviction();
    }
    if let Some((replicas, within)) = redis.replicated {
        builder = builder.wait_for_replicas(replicas, within);
    }
    Ok(builder.connect().await.map_err(StoreUnusable)?)
}
