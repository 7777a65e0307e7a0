//! The contract of idempotency responses on one server and on a cluster, and what processes share.

use std::time::Duration;

use countersign::WorkspaceId;
use countersign::idempotency::{Claim, IdempotencyKey, IdempotencyStore as _, StoredResponse};
use countersign_redis::{RedisIdempotencyStore, RedisStore};
use redis::cmd;
use uuid::Uuid;

use crate::servers::{Server, Wire};

const MINUTE: Duration = Duration::from_secs(60);
const SEAL: [u8; 16] = [7; 16];

fn key(key: &str) -> IdempotencyKey {
    IdempotencyKey::new(WorkspaceId::new(Uuid::from_u128(1)), key).unwrap()
}

async fn over(url: &str) -> RedisIdempotencyStore {
    RedisStore::builder(url).timeout(Duration::from_millis(500)).connect().await.unwrap().idempotency()
}

mod one_server {
    use std::sync::Arc;

    use countersign::idempotency::IdempotencyStore;
    use countersign_testkit::conformance::Fresh;

    use super::over;
    use crate::servers::Server;

    countersign_testkit::idempotency_conformance!(
        || async {
            let server = Server::start(&[]);
            Fresh::<dyn IdempotencyStore>::guarded(Arc::new(over(&server.url()).await), server)
        },
        unreachable: || async { over(&Server::start(&[]).url()).await },
    );
}

mod cluster {
    use std::sync::Arc;

    use countersign::idempotency::IdempotencyStore;
    use countersign_redis::RedisStore;
    use countersign_testkit::conformance::Fresh;

    use crate::servers::Cluster;

    countersign_testkit::idempotency_conformance!(|| async {
        let cluster = Cluster::start();
        let store = RedisStore::cluster(cluster.urls()).partitions(16).connect().await.unwrap();
        Fresh::<dyn IdempotencyStore>::guarded(Arc::new(store.idempotency()), cluster)
    });
}

#[tokio::test]
async fn processes_share_claims_and_responses() {
    let server = Server::start(&[]);
    let (one, other) = (over(&server.url()).await, over(&server.url()).await);
    assert!(matches!(one.claim(&key("order"), SEAL, MINUTE).await.unwrap(), Claim::Mine(_)));
    let running = Claim::Taken { seal: SEAL, response: None };
    assert_eq!(other.claim(&key("order"), [8; 16], MINUTE).await.unwrap(), running);
    let response = StoredResponse::new(b"first".to_vec());
    one.keep(&key("order"), SEAL, response.clone()).await.unwrap();
    let kept = Claim::Taken { seal: SEAL, response: Some(response) };
    assert_eq!(other.claim(&key("order"), [8; 16], MINUTE).await.unwrap(), kept);
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_found_again() {
    let server = Server::start(&[]);
    let wire = Wire::to(&server);
    let store = over(&wire.url()).await;
    wire.lose_answer(1);
    assert!(matches!(store.claim(&key("order"), SEAL, MINUTE).await.unwrap(), Claim::Mine(_)));
    let running = Claim::Taken { seal: SEAL, response: None };
    assert_eq!(store.claim(&key("order"), [8; 16], MINUTE).await.unwrap(), running);
}

#[tokio::test]
async fn responses_have_the_store_s_prefix_and_their_own_retention_and_no_connection_of_their_own() {
    let server = Server::start(&[]);
    let clients = || -> usize {
        let list: String = cmd("CLIENT").arg("LIST").query(&mut server.connection()).unwrap();
        list.lines().count()
    };
    let records = RedisStore::builder(server.url()).prefix("own").connect().await.unwrap();
    let before = clients();
    let store = records.idempotency().with_retention(MINUTE);
    assert!(matches!(store.claim(&key("order"), SEAL, Duration::from_secs(5)).await.unwrap(), Claim::Mine(_)));
    let name = format!("own:i:{}:order", Uuid::from_u128(1));
    let left = || -> i64 { cmd("PTTL").arg(&name).query(&mut server.connection()).unwrap() };
    assert!((1..=5_000).contains(&left()), "the lease");
    store.keep(&key("order"), SEAL, StoredResponse::new(b"{}".to_vec())).await.unwrap();
    assert!((5_001..=60_000).contains(&left()), "the retention");
    assert_eq!(clients(), before);
}
