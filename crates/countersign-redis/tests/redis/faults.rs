//! Servers that die, forget, refuse and answer late, and connections that break: nothing is counted twice, nothing that
//! was acknowledged is missing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::store::{Draws, StoreError};
use countersign::{CheckOutcome, Limits, MaxAttempts, Store as _};
use countersign_redis::RedisStore;
use countersign_testkit::fixtures::Started;
use redis::cmd;

use crate::deployment::{Deployment, WORKSPACE, request};
use crate::servers::{Server, Wire};

const ATTEMPTS: u8 = 10;

fn patient() -> Limits {
    Limits { max_attempts: MaxAttempts::new(ATTEMPTS).unwrap(), ..Limits::default() }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_made_once_and_told_as_made() {
    let server = Server::start(&[]);
    let wire = Wire::to(&server);
    let store = RedisStore::builder(wire.url()).connect().await.unwrap();
    let record = Started::new(1).record();
    wire.lose_answer(1);
    let first = store.insert(&record, &Draws::NONE).await.unwrap();
    wire.lose_answer(1);
    let second = store.update(&record, first, &Draws::NONE).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(store.load(record.id()).await.unwrap().unwrap().version, second);
    assert!(matches!(store.update(&record, first, &Draws::NONE).await, Err(StoreError::Conflict { .. })));
    store.insert(&Started::new(2).record(), &Draws::NONE).await.unwrap();
    assert!(store.delete(Started::new(2).record().id()).await.unwrap());
    // The first answer is the record.
    wire.lose_answer(2);
    // Nobody can tell its own deletion from another's.
    assert!(matches!(store.delete(record.id()).await, Err(StoreError::Unavailable { .. })));
    assert!(!store.delete(record.id()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_code_is_charged_once_for_its_call_while_answers_are_lost_and_others_write() {
    let server = Server::start(&[]);
    let (good, bad) = (Wire::to(&server), Wire::to(&server));
    let deployment = Deployment::new();
    let engines = [
        deployment.engine(RedisStore::builder(good.url())).await,
        deployment.engine(RedisStore::builder(bad.url())).await,
    ];
    bad.lose_one_answer_in(3);
    for _ in 0..30 {
        let verification = engines[0].start(WORKSPACE, request().limits(patient())).await.unwrap();
        let wrong = Arc::new(deployment.wrong_code(&verification));
        let calls: Vec<_> = (0..usize::from(ATTEMPTS) - 1)
            .map(|n| {
                let (engine, wrong, id) = (engines[n % 2].clone(), wrong.clone(), verification.id());
                tokio::spawn(async move { engine.check(WORKSPACE, id, &wrong).await })
            })
            .collect();
        for call in calls {
            let reply = call.await.unwrap().unwrap();
            assert!(matches!(reply.outcome, CheckOutcome::Mismatch { .. }));
        }
        let after = engines[0].get(WORKSPACE, verification.id()).await.unwrap();
        assert_eq!(after.failed_checks(), ATTEMPTS - 1, "one for each call");
        let reply = engines[1].check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap();
        assert!(matches!(reply.outcome, CheckOutcome::Verified), "told to who sent it, though the answer may be lost");
    }
}

#[tokio::test]
async fn answers_that_come_too_late_are_unavailable_within_the_time_and_later_all_is_well() {
    let server = Server::start(&[]);
    let wire = Wire::to(&server);
    let deployment = Deployment::new();
    let engine = deployment.engine(RedisStore::builder(wire.url()).timeout(Duration::from_millis(200))).await;
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    wire.be_late_by(Duration::from_secs(1));
    let began = tokio::time::Instant::now();
    let error = engine.check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap_err();
    assert!(matches!(error, countersign::EngineError::Unavailable(_)));
    assert!(began.elapsed() < Duration::from_secs(10), "it does not wait for ever");
    wire.be_late_by(Duration::ZERO);
    let reply = engine.check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Verified));
}

#[tokio::test]
async fn a_full_redis_refuses_and_nothing_is_charged() {
    let server = Server::start(&["--maxmemory-policy", "noeviction"]);
    let deployment = Deployment::new();
    let engine = deployment.engine(RedisStore::builder(server.url())).await;
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    let set =
        |limit: &str| cmd("CONFIG").arg("SET").arg("maxmemory").arg(limit).exec(&mut server.connection()).unwrap();
    set("1mb");
    let store = RedisStore::builder(server.url()).connect().await;
    assert!(store.is_err(), "not even the number of partitions can be written");
    let error = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap_err();
    assert!(matches!(error, countersign::EngineError::Unavailable(_)));
    assert!(refusal(&error).contains("OOM") && refusal(&error).contains("maxmemory"), "{}", refusal(&error));
    let error = engine.start(WORKSPACE, request()).await.unwrap_err();
    assert!(matches!(error, countersign::EngineError::Unavailable(_)));
    assert_eq!(engine.get(WORKSPACE, verification.id()).await.unwrap(), verification, "it still reads");
    set("0");
    let reply = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { remaining: 2, .. }), "nothing was charged before");
}

#[tokio::test]
async fn a_master_that_became_a_replica_refuses_and_when_it_is_master_again_all_is_well() {
    let (server, other) = (Server::start(&["--repl-diskless-sync-delay", "0"]), Server::start(&[]));
    let deployment = Deployment::new();
    let engine = deployment.engine(RedisStore::builder(server.url()).timeout(Duration::from_millis(200))).await;
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    cmd("REPLICAOF").arg("127.0.0.1").arg(1).exec(&mut server.connection()).unwrap();
    drop(other);
    let error = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap_err();
    assert!(refusal(&error).contains("READONLY"), "{}", refusal(&error));
    cmd("REPLICAOF").arg("NO").arg("ONE").exec(&mut server.connection()).unwrap();
    let reply = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { remaining: 2, .. }), "nothing was charged before");
}

#[tokio::test]
async fn a_server_that_loads_its_data_is_waited_for_within_the_time() {
    // So many microseconds for each key: they last five times as long as the store has patience.
    let mut server = Server::start(&["--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024"]);
    let store = RedisStore::builder(server.url()).timeout(Duration::from_millis(300)).connect().await.unwrap();
    let patient = RedisStore::builder(server.url()).timeout(Duration::from_secs(30)).connect().await.unwrap();
    let records: Vec<_> = (0..600).map(|seed| Started::new(seed).record()).collect();
    for record in &records {
        patient.insert(record, &Draws::NONE).await.unwrap();
    }
    cmd("SAVE").exec(&mut server.connection()).unwrap();
    server.kill();
    server.start_loading();
    let error = store.load(records[0].id()).await.unwrap_err();
    assert!(error.to_string().contains("LOADING"), "{error}");
    let error = store.insert(&Started::new(900).record(), &Draws::NONE).await.unwrap_err();
    assert!(matches!(&error, StoreError::NotDone { .. }) && error.to_string().contains("LOADING"), "{error}");
    for record in &records {
        assert_eq!(patient.load(record.id()).await.unwrap().unwrap().verification, *record);
    }
    assert_eq!(patient.load(Started::new(900).record().id()).await.unwrap().map(|stored| stored.version), None);
}

fn refusal(error: &countersign::EngineError) -> String {
    let source = std::error::Error::source(error).expect("the store's error");
    assert!(matches!(source.downcast_ref(), Some(StoreError::NotDone { .. })), "{source:?}");
    source.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_in_the_middle_of_its_work_comes_back_with_all_that_it_acknowledged() {
    let mut server = Server::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let store = RedisStore::builder(server.url()).timeout(Duration::from_millis(500)).connect().await.unwrap();
    let store = Arc::new(store);
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..8)
        .map(|lane| {
            let (store, acknowledged) = (store.clone(), acknowledged.clone());
            tokio::spawn(async move {
                let mut own = Vec::new();
                for seed in 0.. {
                    let record = Started::new(lane * 1_000_000 + seed).record();
                    match store.insert(&record, &Draws::NONE).await {
                        Ok(_) => own.push(record),
                        // Somebody has killed it.
                        Err(error) => return (own, error),
                    }
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
                unreachable!("it writes until it cannot")
            })
        })
        .collect();
    while acknowledged.load(Ordering::SeqCst) < 300 {
        tokio::task::yield_now().await;
    }
    server.kill();
    let mut written = Vec::new();
    for writer in writers {
        let (own, error) = writer.await.unwrap();
        assert!(matches!(error, StoreError::NotDone { .. } | StoreError::Unavailable { .. }), "{error:?}");
        written.extend(own);
    }
    let gone = store.insert(&Started::new(900).record(), &Draws::NONE).await;
    assert!(matches!(gone, Err(StoreError::NotDone { .. })), "it cannot be reached at all: {gone:?}");
    server.start_again();
    let mut looks = 0;
    while store.load(written[0].id()).await.is_err() {
        looks += 1;
        assert!(looks < 100, "the connection does not come back");
    }
    assert!(written.len() >= 300);
    for record in written {
        assert_eq!(store.load(record.id()).await.unwrap().unwrap().verification, record);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_codes_over_four_engines_no_more_are_answered_than_allowed_and_one_right_one_wins() {
    let server = Server::start(&[]);
    let deployment = Deployment::new();
    let mut engines = Vec::new();
    for _ in 0..4 {
        engines.push(deployment.engine(RedisStore::builder(server.url())).await);
    }
    for right in [true, false] {
        let verification = engines[0].start(WORKSPACE, request()).await.unwrap();
        let typed = Arc::new(if right { deployment.code(&verification) } else { deployment.wrong_code(&verification) });
        let racers = (0..2_000).map(|n| {
            let code = typed.clone();
            let (engine, id) = (engines[n % 4].clone(), verification.id());
            tokio::spawn(async move {
                // Too many at once is an answer that says to ask again.
                loop {
                    match engine.check(WORKSPACE, id, &code).await {
                        Err(countersign::EngineError::Contended) => tokio::task::yield_now().await,
                        answer => break answer,
                    }
                }
            })
        });
        let racers: Vec<_> = racers.collect();
        let (mut wins, mut mismatches) = (0, 0);
        for racer in racers {
            match racer.await.unwrap() {
                Ok(reply) if matches!(reply.outcome, CheckOutcome::Verified) => wins += 1,
                Ok(_) => mismatches += 1,
                Err(error) => assert!(matches!(
                    error,
                    countersign::EngineError::Refused(
                        countersign::Refusal::MaxAttemptsReached | countersign::Refusal::UnexpectedStatus(_)
                    )
                )),
            }
        }
        assert_eq!((wins, mismatches), if right { (1, 0) } else { (0, 3) });
        let after = engines[3].get(WORKSPACE, verification.id()).await.unwrap();
        assert_eq!(after.failed_checks(), if right { 0 } else { 3 });
    }
}
