//! What Redis holds, for how long, and what a store says of a Redis that will not do.

use std::collections::BTreeMap;
use std::time::Duration;

use countersign::store::{Draws, Durability, Limit, Query, StoreError};
use countersign::{CheckOutcome, Limits, Report, ReportedStatus, Store as _, Timeout, Timestamp};
use countersign_redis::{RedisSetupError, RedisStore};
use countersign_testkit::ScriptedTransport;
use countersign_testkit::fixtures::{Started, at, phone_number, sms, whatsapp};
use redis::cmd;

use crate::deployment::{Deployment, WORKSPACE, request};
use crate::servers::Server;

fn keys(server: &Server) -> u64 {
    cmd("DBSIZE").query(&mut server.connection()).unwrap()
}

/// How often each command was called by clients and scripts.
fn calls(server: &Server) -> BTreeMap<String, u64> {
    let info: String = cmd("INFO").arg("commandstats").query(&mut server.connection()).unwrap();
    let stats = info.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
    stats.map(|(name, rest)| (name.to_owned(), rest.split(',').next().unwrap().parse().unwrap())).collect()
}

fn forget_calls(server: &Server) {
    cmd("CONFIG").arg("RESETSTAT").exec(&mut server.connection()).unwrap();
}

#[tokio::test]
async fn when_everything_has_ended_and_its_time_is_over_redis_is_as_empty_as_before() {
    let server = Server::start(&[]);
    // Its messages are found by the provider's ids, which have keys of their own.
    let deployment = Deployment::with(ScriptedTransport::by_message_id());
    let engine = deployment.engine(RedisStore::builder(server.url()).retention(Duration::from_millis(300))).await;
    let before = keys(&server);
    let limits = Limits { timeout: Timeout::MIN, ..Limits::default() };
    for right in [true, true, false] {
        let verification = engine.start(WORKSPACE, request().limits(limits)).await.unwrap();
        if right {
            let code = deployment.code(&verification);
            let reply = engine.check(WORKSPACE, verification.id(), &code).await.unwrap();
            assert!(matches!(reply.outcome, CheckOutcome::Verified));
        } else {
            engine.cancel(WORKSPACE, verification.id()).await.unwrap();
        }
    }
    let mut connection = server.connection();
    for key in cmd("KEYS").arg("*").query::<Vec<Vec<u8>>>(&mut connection).unwrap() {
        let left: i64 = cmd("PTTL").arg(&key).query(&mut connection).unwrap();
        assert_eq!(left == -1, key.ends_with(b":partitions"), "all but the number of partitions goes by itself");
    }
    assert!(keys(&server) >= before + 6);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(engine.list(WORKSPACE, &Query::default()).await.unwrap().verifications.is_empty());
    // Index entries last as long as an open record would have: half a minute, which is the least there is.
    let mut looks = 0;
    while keys(&server) > before {
        looks += 1;
        assert!(looks < 400, "{} keys are left of {before}", keys(&server));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn entries_of_records_that_expired_go_with_later_inserts() {
    let server = Server::start(&[]);
    let store =
        RedisStore::builder(server.url()).partitions(1).retention(Duration::from_millis(1)).connect().await.unwrap();
    let mut connection = server.connection();
    for seed in 0..50 {
        let record = Started::new(seed).record();
        store.insert(&record, &Draws::NONE).await.unwrap();
        // As if its time to live were over.
        for key in cmd("KEYS").arg("*").query::<Vec<Vec<u8>>>(&mut connection).unwrap() {
            if key.len() == "{cs:0}".len() + 16 {
                cmd("DEL").arg(key).exec(&mut connection).unwrap();
            }
        }
    }
    let entries: usize = cmd("ZCARD").arg("{cs:0}due").query(&mut connection).unwrap();
    assert!(entries <= 2, "{entries} entries of one live record");
}

#[tokio::test]
async fn each_call_costs_the_round_trips_that_the_documentation_says() {
    let server = Server::start(&[]);
    let deployment = Deployment::new();
    let engine = deployment.engine(RedisStore::builder(server.url())).await;
    // The first call of a script brings it along.
    let warm = engine.start(WORKSPACE, request()).await.unwrap();
    let _ = engine.check(WORKSPACE, warm.id(), &deployment.code(&warm)).await.unwrap();
    // Loads, and scripts that write.
    let trips = || {
        let calls = calls(&server);
        assert!(!calls.contains_key("eval"), "every script is known");
        let [loads, writes] = ["get", "evalsha"].map(|name| calls.get(name).copied().unwrap_or(0));
        forget_calls(&server);
        (loads, writes)
    };

    forget_calls(&server);
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    assert_eq!(trips(), (0, 2), "a start, and what came of its message");
    let delivered = Report::by_reference(verification.attempt_id(0), ReportedStatus::Delivered);
    engine.report(WORKSPACE, &delivered).await.unwrap();
    assert_eq!(trips(), (1, 1), "a report");
    let _ = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap();
    assert_eq!(trips(), (1, 1), "a check");
    engine.resend(WORKSPACE, verification.id(), None).await.unwrap();
    assert_eq!(trips(), (1, 2), "a resend, and what came of its message");
    let _ = engine.check(WORKSPACE, verification.id(), &deployment.code(&verification)).await.unwrap();
    assert_eq!(trips(), (1, 1), "the check that passes");
}

#[tokio::test]
async fn a_server_that_lost_its_scripts_gets_them_again() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(server.url()).connect().await.unwrap();
    let record = Started::new(1).record();
    store.insert(&record, &Draws::NONE).await.unwrap();
    cmd("SCRIPT").arg("FLUSH").exec(&mut server.connection()).unwrap();
    assert!(matches!(store.insert(&record, &Draws::NONE).await, Err(StoreError::AlreadyExists)));
}

#[tokio::test]
async fn another_number_of_partitions_than_redis_was_begun_with_is_refused() {
    let server = Server::start(&[]);
    RedisStore::builder(server.url()).partitions(64).connect().await.unwrap();
    let other = RedisStore::builder(server.url()).connect().await.unwrap_err();
    assert!(matches!(other, RedisSetupError::OtherPartitions { there: 64 }));
    RedisStore::builder(server.url()).prefix("elsewhere").connect().await.unwrap();
    for number in [0, 3, 20_000] {
        let error = RedisStore::builder(server.url()).partitions(number).connect().await.unwrap_err();
        assert!(matches!(error, RedisSetupError::Partitions), "{number}");
    }
}

#[tokio::test]
async fn a_redis_that_may_evict_records_is_refused_unless_that_is_allowed() {
    for (policy, limit, refused) in [
        ("allkeys-lru", "20mb", true),
        ("volatile-ttl", "20mb", true),
        ("noeviction", "20mb", false),
        ("allkeys-lru", "0", false),
    ] {
        let server = Server::start(&["--maxmemory", limit, "--maxmemory-policy", policy]);
        let connected = RedisStore::builder(server.url()).connect().await;
        assert_eq!(matches!(connected, Err(RedisSetupError::Eviction { .. })), refused, "{policy} {limit}");
        assert!(RedisStore::builder(server.url()).allow_eviction().connect().await.is_ok());
    }
}

#[tokio::test]
async fn no_debug_output_and_no_error_holds_the_password_of_a_url() {
    let builder = RedisStore::builder("redis://mailer:open-sesame@127.0.0.1:1/").timeout(Duration::from_millis(200));
    assert!(!format!("{builder:?}").contains("open-sesame"));
    let error = builder.connect().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("open-sesame"), "{error:?}");
    let error = RedisStore::builder("redis://mailer:open-sesame@:no-port/").connect().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("open-sesame"), "{error:?}");
}

#[tokio::test]
async fn a_store_says_what_its_server_survives() {
    let in_memory = Server::start(&[]);
    let on_disk = Server::start(&["--appendonly", "yes"]);
    assert_eq!(RedisStore::builder(in_memory.url()).connect().await.unwrap().durability(), Durability::Memory);
    assert_eq!(RedisStore::builder(on_disk.url()).connect().await.unwrap().durability(), Durability::Local);
}

#[tokio::test]
async fn the_earliest_are_due_first_however_they_lie_in_the_partitions() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(server.url()).partitions(8).connect().await.unwrap();
    let mut due = Vec::new();
    for seed in 0..400 {
        // Half of them are one person's, and so in one partition.
        let person = if seed % 2 == 0 { 0 } else { seed };
        let record = Started::new(seed).at(at(seed % 50)).recipient(phone_number(person)).record();
        store.insert(&record, &Draws::NONE).await.unwrap();
        due.push((record.index_keys().due.unwrap(), *record.id().as_uuid().as_bytes()));
    }
    due.sort_unstable();
    for limit in [1, 7, 100, 399, 400, 1_000] {
        let found = store.due(Timestamp::MAX, Limit::new(limit).unwrap()).await.unwrap();
        let found: Vec<_> = found.into_iter().map(|id| *id.as_uuid().as_bytes()).collect();
        let first: Vec<_> = due.iter().take(limit).map(|(_, id)| *id).collect();
        assert!(found == first, "of {limit}");
    }
}

#[tokio::test]
async fn a_record_is_kept_in_the_bytes_that_it_has_everywhere() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(server.url()).partitions(1).connect().await.unwrap();
    let record = Started::new(7).steps(vec![whatsapp(), sms()]).record();
    store.insert(&record, &Draws::NONE).await.unwrap();
    let key = [b"{cs:0}".as_slice(), record.id().as_uuid().as_bytes()].concat();
    let written: Vec<u8> = cmd("GET").arg(&key).query(&mut server.connection()).unwrap();
    assert!(written.ends_with(&record.to_bytes()));
}

#[tokio::test]
async fn a_record_of_a_later_release_is_corrupt_and_says_what_to_do() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(server.url()).partitions(1).connect().await.unwrap();
    let record = Started::new(1).record();
    store.insert(&record, &Draws::NONE).await.unwrap();
    let key = [b"{cs:0}".as_slice(), record.id().as_uuid().as_bytes()].concat();
    let written: Vec<u8> = cmd("GET").arg(&key).query(&mut server.connection()).unwrap();
    // The number of the store's header, then that of the record's format.
    for place in [0, written.len() - record.to_bytes().len()] {
        cmd("SET").arg(&key).arg(&written).exec(&mut server.connection()).unwrap();
        cmd("SETRANGE").arg(&key).arg(place).arg(&[9_u8][..]).exec(&mut server.connection()).unwrap();
        let error = store.load(record.id()).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }));
        assert!(error.to_string().ends_with(": update this program"), "{error}");
    }
}
