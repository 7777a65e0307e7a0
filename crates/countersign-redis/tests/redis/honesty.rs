//! Clause 11 of the contract of a store, rule by rule: failures are honest, over a wire that breaks.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::Store;
use countersign_redis::{RedisStore, RedisStoreBuilder};
use countersign_testkit::conformance::faults::{AfterLoss, ConnectionFault, FaultyConnection};

use crate::servers::{Server, Wire, catch_up};

mod one_server {
    use super::BreakableWire;

    countersign_testkit::store_fault_conformance!(|| async { BreakableWire::new(|store| store).await });
}

/// Writes have connections of their own, and wait for a replica.
mod replicated {
    use super::BreakableWire;

    countersign_testkit::store_fault_conformance!(|| async { BreakableWire::wait_for_replicas().await });
}

#[derive(Debug)]
struct BreakableWire {
    store: Arc<RedisStore>,
    witness: Arc<RedisStore>,
    wire: Wire,
    // They end after the stores.
    _servers: Vec<Server>,
}

impl BreakableWire {
    async fn new(settle: impl FnOnce(RedisStoreBuilder) -> RedisStoreBuilder) -> Self {
        Self::over(vec![Server::start(&[])], settle).await
    }

    async fn wait_for_replicas() -> Self {
        let master = Server::start(&["--repl-diskless-sync-delay", "0"]);
        let replica = Server::start(&["--replicaof", "127.0.0.1", &master.port().to_string()]);
        catch_up(&replica, &master);
        Self::over(vec![master, replica], |store| store.wait_for_replicas(1, Duration::from_millis(1_500))).await
    }

    async fn over(servers: Vec<Server>, settle: impl FnOnce(RedisStoreBuilder) -> RedisStoreBuilder) -> Self {
        let wire = Wire::to(&servers[0]);
        let store = settle(RedisStore::builder(wire.url()).timeout(Duration::from_millis(200)));
        let witness = RedisStore::builder(servers[0].url());
        Self {
            store: Arc::new(store.connect().await.unwrap()),
            witness: Arc::new(witness.connect().await.unwrap()),
            wire,
            _servers: servers,
        }
    }
}

#[async_trait]
impl FaultyConnection for BreakableWire {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    fn witness(&self) -> Arc<dyn Store> {
        self.witness.clone()
    }

    async fn fail(&self, fault: ConnectionFault) {
        let wire = &self.wire;
        match fault {
            ConnectionFault::RequestLost { request, then: AfterLoss::Reconnects } => wire.lose_request(request),
            ConnectionFault::RequestLost { request, then: AfterLoss::Refuses } => wire.lose_request_and_refuse(request),
            ConnectionFault::AnswerLost { request, then: AfterLoss::Reconnects } => wire.lose_answer(request),
            ConnectionFault::AnswerLost { request, then: AfterLoss::Refuses } => wire.lose_answer_and_refuse(request),
            ConnectionFault::Silence { requests_arrive: true } => wire.mute(),
            ConnectionFault::Silence { requests_arrive: false } => wire.cut(),
            ConnectionFault::Refused => wire.refuse(),
        }
    }

    async fn restore(&self) {
        self.wire.restore();
    }
}
