//! What a cluster's failover costs: how long calls fail, under load, after a master is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign::store::{Draws, Limit, Query, StoreError};
use countersign::{Store, Timestamp};
use countersign_redis::{RedisStore, RedisStoreBuilder};
use countersign_testkit::fixtures::{Started, phone_number};
use redis::cluster::ClusterClient;
use tokio::time::Instant;

use crate::deployment::WORKSPACE;
use crate::servers::{Cluster, Server};

/// Recipients of all masters, as there are 256 partitions.
const RECIPIENTS: u64 = 60;
/// Answers in a row after which the service counts as recovered.
const IN_A_ROW: u64 = 30;
/// Callers that write, each without a pause.
const WRITERS: u64 = 16;

/// Keeps the store as busy as a service would, until it is over.
fn load(store: &Arc<RedisStore>, over: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let mut tasks = Vec::new();
    for writer in 0..WRITERS {
        let (store, over) = (store.clone(), over.clone());
        tasks.push(tokio::spawn(async move {
            let mut seed = 1_000_000 * (writer + 1);
            while !over.load(Ordering::Relaxed) {
                let record = Started::new(seed).recipient(phone_number(seed % RECIPIENTS)).record();
                if store.insert(&record, &Draws::NONE).await.is_ok() {
                    let _ = store.load(record.id()).await;
                }
                seed += 1;
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }));
    }
    // Workers and pages ask every partition.
    for _ in 0..4 {
        let (store, over) = (store.clone(), over.clone());
        tasks.push(tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                let _ = store.due(Timestamp::MAX, Limit::default()).await;
                let _ = store.list(WORKSPACE, &Query::default()).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }));
    }
    tasks
}

/// Kills a master under load, and measures from then on: when its replica serves, when the first call for its slots is
/// answered, and when the last of 30 in a row is, over the recipients of all masters.
async fn recovers_as_fast_as_the_cluster(settle: impl FnOnce(&Cluster) -> RedisStoreBuilder) -> Arc<Cluster> {
    let mut cluster = Cluster::with_settings(1, &["--cluster-node-timeout", "1000"]);
    let store = Arc::new(settle(&cluster).connect().await.unwrap());
    let over = Arc::new(AtomicBool::new(false));
    let tasks = load(&store, &over);
    tokio::time::sleep(Duration::from_millis(500)).await;

    tokio::task::block_in_place(|| cluster.kill_a_master());
    let killed = Instant::now();
    let cluster = Arc::new(cluster);
    let watched = cluster.clone();
    let serves = tokio::task::spawn_blocking(move || {
        while !watched.does_without_the_first() {
            assert!(killed.elapsed() < Duration::from_secs(60), "the cluster did not fail over");
            std::thread::sleep(Duration::from_millis(10));
        }
        killed.elapsed()
    });
    let (mut in_a_row, mut failed, mut first_after_failure, mut longest) = (0, 0, None, Duration::ZERO);
    let mut seed = 0;
    // Answers count from the first call on that failed, or waited for the replica.
    let recovered = loop {
        let record = Started::new(seed).recipient(phone_number(seed % RECIPIENTS)).record();
        let began = Instant::now();
        match store.insert(&record, &Draws::NONE).await {
            Ok(_) => {
                in_a_row += 1;
                if began.elapsed() > Duration::from_millis(200) || failed > 0 {
                    first_after_failure.get_or_insert_with(|| killed.elapsed());
                }
            }
            Err(_) => {
                in_a_row = 0;
                failed += 1;
            }
        }
        longest = longest.max(began.elapsed());
        seed += 1;
        if in_a_row >= IN_A_ROW && first_after_failure.is_some() {
            break killed.elapsed();
        }
        assert!(killed.elapsed() < Duration::from_secs(60), "it did not recover: {failed} calls failed");
    };
    let serves = serves.await.unwrap();
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let first = first_after_failure.unwrap();
    assert!(
        recovered <= 2 * serves,
        "the cluster served after {serves:?}; the first call was answered after {first:?}, {IN_A_ROW} in a row after \
         {recovered:?}, {failed} failed, the longest took {longest:?}"
    );
    // Nothing lingers: every partition answers again.
    store.list(WORKSPACE, &Query::default()).await.unwrap();
    store.due(Timestamp::MAX, Limit::default()).await.unwrap();
    cluster
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_master_is_killed_under_load_calls_are_answered_within_twice_the_clusters_own_failover_time() {
    let began = Instant::now();
    let cluster = recovers_as_fast_as_the_cluster(|cluster| RedisStore::cluster(cluster.urls())).await;
    // Twenty queries of the map a second, of three nodes each, however many commands failed.
    let bound = 60 * (began.elapsed().as_secs() + 1);
    let asked = tokio::task::block_in_place(|| cluster.masters()[1..].iter().map(queries_of_the_map).sum::<u64>());
    assert!((1..=bound).contains(&asked), "{asked} queries of the map");
}

fn queries_of_the_map(server: &Server) -> u64 {
    let info: String = redis::cmd("INFO").arg("commandstats").query(&mut server.connection()).unwrap();
    let calls = info
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_cluster|slots:calls=")?.split(',').next()?.parse().ok());
    calls.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_clusters_client_recovers_within_twice_the_clusters_own_failover_time_too() {
    recovers_as_fast_as_the_cluster(|cluster| RedisStore::from_client(ClusterClient::new(cluster.urls()).unwrap()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_wait_for_a_replica_recover_within_twice_the_clusters_own_failover_time() {
    // The promoted replica has no replica of its own: the others show that calls are answered.
    let mut cluster = Cluster::with_settings(2, &["--cluster-node-timeout", "1000"]);
    let store = RedisStore::cluster(cluster.urls()).wait_for_replicas(1, Duration::from_millis(500));
    let store = store.connect().await.unwrap();
    for seed in 0..RECIPIENTS {
        store.insert(&Started::new(seed).recipient(phone_number(seed)).record(), &Draws::NONE).await.unwrap();
    }
    tokio::task::block_in_place(|| cluster.kill_a_master());
    let killed = Instant::now();
    let cluster = Arc::new(cluster);
    let serves = tokio::task::spawn_blocking(move || {
        while !cluster.does_without_the_first() {
            assert!(killed.elapsed() < Duration::from_secs(60), "the cluster did not fail over");
            std::thread::sleep(Duration::from_millis(10));
        }
        (killed.elapsed(), cluster)
    });
    let (serves, _cluster) = serves.await.unwrap();
    let mut in_a_row = 0;
    let mut seed = RECIPIENTS;
    while in_a_row < RECIPIENTS {
        assert!(killed.elapsed() < 3 * serves, "{in_a_row} in a row after {:?} of {serves:?}", killed.elapsed());
        match store.insert(&Started::new(seed).recipient(phone_number(seed % RECIPIENTS)).record(), &Draws::NONE).await
        {
            Ok(_) => in_a_row += 1,
            Err(_) => in_a_row = 0,
        }
        seed += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_master_of_three_away_the_others_records_are_served_and_their_due_work_is_found() {
    let settings = ["--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"];
    let mut cluster = Cluster::with_settings(0, &settings);
    let store = RedisStore::cluster(cluster.urls()).timeout(Duration::from_millis(500)).connect().await.unwrap();
    let records: Vec<_> =
        (0..RECIPIENTS).map(|seed| Started::new(seed).recipient(phone_number(seed)).record()).collect();
    for record in &records {
        store.insert(record, &Draws::NONE).await.unwrap();
    }
    tokio::task::block_in_place(|| cluster.kill_a_master());
    let mut living = Vec::new();
    for record in &records {
        match store.load(record.id()).await {
            Ok(found) => {
                assert!(found.is_some());
                living.push(record.id());
            }
            Err(StoreError::Unavailable { .. } | StoreError::NotDone { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(!living.is_empty() && living.len() < records.len(), "{} of {}", living.len(), records.len());
    living.sort_unstable();
    for _ in 0..3 {
        let began = Instant::now();
        let mut due = store.due(Timestamp::MAX, Limit::MAX).await.unwrap();
        due.sort_unstable();
        assert_eq!(due, living, "those of the living masters");
        assert!(began.elapsed() < Duration::from_millis(500), "it waited {:?} for the dead one", began.elapsed());
    }
    // Any partition may have the first item of a page, unless the query leaves none.
    let error = store.list(WORKSPACE, &Query::default()).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. } | StoreError::NotDone { .. }), "{error:?}");
    let nothing = Query { start_at: Some(Timestamp::MAX), end_at: Some(Timestamp::MAX), ..Query::default() };
    assert!(store.list(WORKSPACE, &nothing).await.unwrap().verifications.is_empty());
    for master in 1..3 {
        tokio::task::block_in_place(|| cluster.kill(master));
    }
    assert!(store.due(Timestamp::MAX, Limit::MAX).await.is_err(), "nobody is left");
}
