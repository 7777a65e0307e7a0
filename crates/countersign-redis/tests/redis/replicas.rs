//! What a promoted replica knows, and what is answered while it cannot be told.

use std::time::Duration;

use countersign::store::{Draws, Durability};
use countersign::{CheckOutcome, Store as _};
use countersign_redis::{RedisSetupError, RedisStore, RedisStoreBuilder};
use redis::cmd;

use crate::deployment::{Deployment, WORKSPACE, request};
use crate::servers::{Server, Wire, catch_up};

/// A master that takes a new replica at once, and not after its usual five seconds.
const MASTER: [&str; 2] = ["--repl-diskless-sync-delay", "0"];

/// Guesses before a cut, while it lasts, and after the replica was promoted: how many were answered in all.
async fn answered_guesses(settle: impl Fn(RedisStoreBuilder) -> RedisStoreBuilder) -> u32 {
    let (master, replica) = (Server::start(&MASTER), Server::start(&[]));
    let wire = Wire::to(&master);
    wire.follow(&replica, &master);
    let deployment = Deployment::new();
    let before = deployment.engine(settle(RedisStore::builder(master.url()))).await;
    let verification = before.start(WORKSPACE, request()).await.unwrap();
    let guess = deployment.wrong_code(&verification);
    let mut answered = 0;

    let first = before.check(WORKSPACE, verification.id(), &guess).await.unwrap();
    assert!(matches!(first.outcome, CheckOutcome::Mismatch { remaining: 2, .. }));
    answered += 1;
    catch_up(&replica, &master);
    wire.cut();
    for _ in 0..2 {
        match before.check(WORKSPACE, verification.id(), &guess).await {
            Ok(_) => answered += 1,
            Err(error) => assert!(matches!(error, countersign::EngineError::Unavailable(_))),
        }
    }
    cmd("REPLICAOF").arg("NO").arg("ONE").exec(&mut replica.connection()).unwrap();
    drop(master);
    let after = deployment.engine(RedisStore::builder(replica.url())).await;
    while after.check(WORKSPACE, verification.id(), &guess).await.is_ok() {
        answered += 1;
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn when_writes_wait_for_a_replica_no_guess_is_answered_twice_across_its_promotion() {
    let answered = answered_guesses(|store| store.wait_for_replicas(1, Duration::from_secs(1))).await;
    assert_eq!(answered, 3, "as many as the verification allows");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_a_promoted_replica_may_have_missed_charges() {
    // Why the other test is worth something: the same cut, seen.
    let answered = answered_guesses(|store| store).await;
    assert_eq!(answered, 5, "three and the two that the replica never heard of");
}

#[tokio::test]
async fn a_store_that_waits_for_replicas_says_so_and_keeps_its_contract_with_them() {
    let (master, replica) = (Server::start(&MASTER), Server::start(&[]));
    let wire = Wire::to(&master);
    wire.follow(&replica, &master);
    let store = RedisStore::builder(master.url()).wait_for_replicas(1, Duration::from_secs(5)).connect().await.unwrap();
    assert_eq!(store.durability(), Durability::Replicated { replicas: 1 });
    let record = countersign_testkit::fixtures::Started::new(1).record();
    let version = store.insert(&record, &Draws::NONE).await.unwrap();
    store.update(&record, version, &Draws::NONE).await.unwrap();
    assert!(store.update(&record, version, &Draws::NONE).await.is_err(), "that version is gone");
    let of_replica: u64 = cmd("DBSIZE").query(&mut replica.connection()).unwrap();
    assert_eq!(of_replica, cmd("DBSIZE").query::<u64>(&mut master.connection()).unwrap());
    assert!(store.delete(record.id()).await.unwrap());
}

#[tokio::test]
async fn a_write_that_is_made_again_on_another_connection_waits_for_the_replica_too() {
    let (master, replica) = (Server::start(&MASTER), Server::start(&[]));
    let (to_replica, to_client) = (Wire::to(&master), Wire::to(&master));
    to_replica.follow(&replica, &master);
    let store =
        RedisStore::builder(to_client.url()).wait_for_replicas(1, Duration::from_millis(300)).connect().await.unwrap();
    let record = countersign_testkit::fixtures::Started::new(1).record();
    let version = store.insert(&record, &Draws::NONE).await.unwrap();
    let version = store.update(&record, version, &Draws::NONE).await.unwrap();
    to_replica.cut();
    to_client.lose_answer(1);
    let error = store.update(&record, version, &Draws::NONE).await.unwrap_err();
    assert_eq!(error.to_string(), "the store did not answer: 0 of 1 replicas had the write in time");
}

#[tokio::test]
async fn waiting_for_no_replica_is_refused() {
    let server = Server::start(&[]);
    let none =
        RedisStore::builder(server.url()).wait_for_replicas(0, Duration::from_secs(1)).connect().await.unwrap_err();
    assert!(matches!(none, RedisSetupError::NoReplicas));
}
