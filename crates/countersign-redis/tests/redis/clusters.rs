//! What a cluster does beyond what one server does: its slots move, its client repeats, each master has replicas of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign::store::{Draws, Durability, Limit, Query, StoreError};
use countersign::{CheckOutcome, Engine, Store as _, Timestamp};
use countersign_redis::{RedisSetupError, RedisStore, RedisStoreBuilder};
use countersign_testkit::fixtures::{Started, phone_number};
use redis::cluster::{ClusterClient, ClusterClientBuilder, NodeAddress};

use crate::deployment::{Deployment, SMS, WORKSPACE};
use crate::servers::{Cluster, Wire};

/// A start, a wrong code, a right one: each answered as if nothing moved.
async fn live(deployment: &Deployment, engine: &Engine, person: u64) {
    let request = countersign::StartRequest::new(phone_number(person)).step(SMS);
    let verification = engine.start(WORKSPACE, request).await.unwrap();
    let reply = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { remaining: 2, .. }), "charged once");
    let reply = engine.check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Verified));
    let error = engine.check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap_err();
    assert!(
        matches!(error, countersign::EngineError::Refused(countersign::Refusal::UnexpectedStatus(_))),
        "no code passes twice"
    );
}

/// Lives that go on while every slot moves, twice.
async fn live_while_slots_move(cluster: &Cluster, settle: impl Fn(RedisStoreBuilder) -> RedisStoreBuilder) {
    let deployment = Arc::new(Deployment::new());
    let store = settle(RedisStore::cluster(cluster.urls()).partitions(16).timeout(Duration::from_secs(20)));
    let engine = deployment.engine(store).await;
    for person in 0..64 {
        live(&deployment, &engine, person).await;
    }
    let over = Arc::new(AtomicBool::new(false));
    let lives: Vec<_> = (0..8)
        .map(|lane| {
            let (deployment, engine, over) = (deployment.clone(), engine.clone(), over.clone());
            tokio::spawn(async move {
                let mut person = 1_000 * (lane + 1);
                while !over.load(Ordering::Relaxed) {
                    live(&deployment, &engine, person).await;
                    person += 1;
                }
                person - 1_000 * (lane + 1)
            })
        })
        .collect();
    tokio::task::block_in_place(|| {
        cluster.move_all_to_the_next();
        cluster.move_all_to_the_next();
    });
    over.store(true, Ordering::Relaxed);
    let mut lived = 64;
    for life in lives {
        lived += life.await.unwrap();
    }
    // All of them are still there, wherever they are now.
    let mut found = 0;
    let mut query = Query::default();
    loop {
        let page = engine.list(WORKSPACE, &query).await.unwrap();
        found += page.verifications.len() as u64;
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    assert_eq!(found, lived);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_slots_move_between_masters_every_answer_is_right() {
    let cluster = Cluster::start();
    live_while_slots_move(&cluster, |store| store).await;
    for error in ["MOVED", "ASK", "TRYAGAIN"] {
        assert!(cluster.told(error) > 0, "nobody was told {error}: this test showed nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_to_a_cluster_wait_for_the_replica_of_the_right_master_also_while_slots_move() {
    let cluster = Cluster::with_replicas(1);
    live_while_slots_move(&cluster, |store| store.wait_for_replicas(1, Duration::from_secs(20))).await;
    for error in ["MOVED", "ASK", "TRYAGAIN"] {
        assert!(cluster.told(error) > 0, "nobody was told {error}: this test showed nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_replica_a_master_of_a_cluster_gives_no_answer_in_the_durable_mode() {
    let cluster = Cluster::with_replicas(1);
    let store =
        RedisStore::cluster(cluster.urls()).wait_for_replicas(1, Duration::from_millis(300)).connect().await.unwrap();
    assert_eq!(store.durability(), Durability::Replicated { replicas: 1 });
    let records: Vec<_> = (0..60).map(|seed| Started::new(seed).record()).collect();
    // It sleeps, so that it acknowledges nothing; the other masters have theirs.
    let mut asleep = redis::cmd("CLIENT");
    asleep.arg("PAUSE").arg(60_000).arg("ALL").exec(&mut cluster.replica(0).connection()).unwrap();
    let (mut told, mut untold) = (0, 0);
    for record in &records {
        match store.insert(record, &Draws::NONE).await {
            Ok(_) => told += 1,
            Err(StoreError::Unavailable { reason, .. }) => {
                assert_eq!(reason, "0 of 1 replicas had the write in time");
                untold += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(told > 0 && untold > 0, "{told} and {untold}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_the_clusters_client_repeats_is_told_as_made_also_when_others_wrote_behind_it() {
    let cluster = Cluster::start();
    let wires: Vec<_> = cluster.masters().iter().map(Wire::to).collect();
    let through: HashMap<_, _> =
        cluster.masters().iter().zip(&wires).map(|(master, wire)| (node(master.port()), node(wire.port()))).collect();
    let client = ClusterClientBuilder::new(cluster.urls()).node_address_map(through).build().unwrap();
    let deployment = Arc::new(Deployment::new());
    let engines = [
        deployment.engine(RedisStore::cluster(cluster.urls())).await,
        deployment.engine(RedisStore::from_client(client)).await,
    ];
    for wire in &wires {
        wire.lose_one_answer_in(4);
    }
    for person in 0..20 {
        let request = countersign::StartRequest::new(phone_number(person)).step(SMS);
        let verification = engines[0].start(WORKSPACE, request).await.unwrap();
        let wrong = Arc::new(deployment.wrong_code(&verification));
        let calls: Vec<_> = (0..2)
            .map(|n| {
                let (engine, wrong, id) = (engines[n].clone(), wrong.clone(), verification.id());
                tokio::spawn(async move { engine.check(WORKSPACE, id, &wrong).await })
            })
            .collect();
        for call in calls {
            assert!(matches!(call.await.unwrap().unwrap().outcome, CheckOutcome::Mismatch { .. }));
        }
        assert_eq!(engines[0].get(WORKSPACE, verification.id()).await.unwrap().failed_checks(), 2);
        let reply = engines[1].check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap();
        assert!(matches!(reply.outcome, CheckOutcome::Verified));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_a_dying_master_may_have_made_is_never_told_as_not_made() {
    let mut cluster = Cluster::start();
    let store = RedisStore::cluster(cluster.urls()).timeout(Duration::from_millis(300)).connect().await.unwrap();
    let records: Vec<_> = (0..30).map(|seed| Started::new(seed).record()).collect();
    cluster.kill_a_master();
    let (mut unknown, mut lost) = (0, 0);
    for record in &records {
        match store.insert(record, &Draws::NONE).await {
            Ok(_) => {}
            // The connection broke under the first of them.
            Err(StoreError::Unavailable { .. }) => (unknown, lost) = (unknown + 1, lost + 1),
            // From then on no command left.
            Err(StoreError::NotDone { .. }) if unknown > 0 => lost += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(lost > 0, "some of them belong to the dead master");
}

#[tokio::test]
async fn a_given_clusters_client_serves_and_cannot_wait_for_replicas() {
    let cluster = Cluster::start();
    let client = || ClusterClient::new(cluster.urls()).unwrap();
    let refused =
        RedisStore::from_client(client()).wait_for_replicas(1, Duration::from_secs(1)).connect().await.unwrap_err();
    assert!(matches!(refused, RedisSetupError::ReplicasOfGivenCluster));
    let store = RedisStore::from_client(client()).connect().await.unwrap();
    let record = Started::new(1).record();
    store.insert(&record, &Draws::NONE).await.unwrap();
    assert_eq!(store.due(Timestamp::MAX, Limit::default()).await.unwrap(), [record.id()]);
}

fn node(port: u16) -> NodeAddress {
    NodeAddress::try_from(format!("127.0.0.1:{port}").as_str()).unwrap()
}
