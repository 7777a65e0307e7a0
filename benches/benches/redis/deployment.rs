//! An engine over a Redis store, and what its callers do.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use countersign::{
    Channel, ChannelId, Dispatch, Engine, KeyId, Keyring, Platform, Receipt, SendError, StartRequest, Transport,
    VerificationId,
};
use countersign_benches::population::{WORKSPACE, request, wrong_code};
use countersign_redis::{RedisStore, RedisStoreBuilder};

use crate::crowd::{CALLERS, Crowd};
use crate::servers::Server;

/// A provider that takes everything at once, and whose reports name our reference.
#[derive(Debug)]
struct Taker;

#[async_trait]
impl Transport for Taker {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        Ok(Receipt::ByReference { message_id: None })
    }
}

/// An engine, and the verifications that it shall start.
#[derive(Clone)]
pub(crate) struct Deployment {
    servers: Arc<[String]>,
    engine: Engine,
    requests: Arc<[StartRequest]>,
    ids: Arc<[OnceLock<VerificationId>]>,
}

impl Deployment {
    /// On one server.
    pub(crate) async fn on(server: &Server, live: usize) -> Self {
        Self::over(RedisStore::builder(server.url()), &[server.url()], live).await
    }

    /// For so many verifications, each of another number, in a store on those servers.
    pub(crate) async fn over(store: RedisStoreBuilder, servers: &[String], live: usize) -> Self {
        let secret: [u8; 32] = std::array::from_fn(|i| i.to_le_bytes()[0]);
        let keyring =
            Keyring::new(KeyId::new(1), countersign::KeySecret::from_bytes(&secret).expect("32 different bytes"));
        let store: RedisStore = store.connect().await.expect("its server runs");
        // The request names a channel of the population's.
        let channel = Channel::new(Platform::Sms, Arc::new(Taker));
        let engine = Engine::builder(Arc::new(store), keyring)
            .channel(ChannelId::new(uuid::Uuid::from_u128(2)), channel)
            .build()
            .expect("one channel");
        let requests = (0..live).map(request).collect();
        let ids = (0..live).map(|_| OnceLock::new()).collect();
        Self { servers: servers.into(), engine, requests, ids }
    }

    /// Starts the `n`-th verification.
    pub(crate) async fn start(self, n: usize) {
        let started = self.engine.start(WORKSPACE, self.requests[n].clone()).await.expect("it is stored");
        self.ids[n].set(started.id()).expect("nobody started it before");
    }

    /// Tries a wrong code on the `n`-th verification.
    pub(crate) async fn check(self, n: usize) {
        let id = *self.ids[n].get().expect("it was started");
        let reply = self.engine.check(WORKSPACE, id, &wrong_code()).await;
        // In one of a million verifications it is the right one, and the next check of that is refused.
        if let Err(error) = reply {
            assert!(
                matches!(error, countersign::EngineError::Refused(countersign::Refusal::UnexpectedStatus(_))),
                "{error}"
            );
        }
    }

    pub(crate) async fn start_all(&self) -> Crowd {
        let deployment = self.clone();
        Crowd::at_work(&self.servers, CALLERS, self.requests.len(), move |n| deployment.clone().start(n)).await
    }

    pub(crate) async fn check_all(&self, callers: usize) -> Crowd {
        let deployment = self.clone();
        Crowd::at_work(&self.servers, callers, self.ids.len(), move |n| deployment.clone().check(n)).await
    }
}
