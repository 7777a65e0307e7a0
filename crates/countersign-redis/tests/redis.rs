//! What Redis holds, for how long, and what a store says of a Redis that will not do.

#[path = "redis/servers.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod servers;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Durability, Limit, Query, StoreError};
use countersign::{
    Channel, ChannelId, Checked, Engine, Keyring, Limits, PhoneNumber, Platform, Request, Store, SubmittedCode,
    ThreadEntropy, Timeout, Verification, WorkspaceId,
};
use countersign_redis::{RedisSetupError, RedisStore};
use countersign_testkit::ScriptedTransport;
use countersign_testkit::fixtures::Started;
use redis::cmd;
use servers::Server;
use uuid::Uuid;

const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
const SMS: ChannelId = ChannelId::new(Uuid::from_u128(2));

struct House {
    engine: Engine,
    sms: Arc<ScriptedTransport>,
}

impl House {
    fn new(store: RedisStore, sms: Arc<ScriptedTransport>) -> Self {
        let keyring = Keyring::ephemeral(&ThreadEntropy).unwrap();
        let channel = Channel::new(Platform::Sms, sms.clone());
        Self { engine: Engine::builder(Arc::new(store), keyring).channel(SMS, channel).build().unwrap(), sms }
    }

    async fn start(&self) -> Verification {
        let phone = PhoneNumber::parse("+31612345678").unwrap();
        let limits = Limits { timeout: Timeout::MIN, ..Limits::default() };
        self.engine.start(WORKSPACE, Request::new(phone).step(SMS).limits(limits)).await.unwrap()
    }

    fn code(&self, verification: &Verification) -> SubmittedCode {
        self.sms.last_code_for(verification.id()).unwrap()
    }
}

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
    let store = RedisStore::at(server.url()).retention(Duration::from_millis(300)).connect().await.unwrap();
    let before = keys(&server);
    // Its messages are found by the provider's ids, which have keys of their own.
    let house = House::new(store, Arc::new(ScriptedTransport::by_message_id()));
    for right in [true, true, false] {
        let verification = house.start().await;
        if right {
            let code = house.code(&verification);
            let reply = house.engine.check(WORKSPACE, verification.id(), &code).await.unwrap();
            assert!(matches!(reply.outcome, Checked::Verified));
        } else {
            house.engine.cancel(WORKSPACE, verification.id()).await.unwrap();
        }
    }
    let mut connection = server.connection();
    for key in cmd("KEYS").arg("*").query::<Vec<Vec<u8>>>(&mut connection).unwrap() {
        let left: i64 = cmd("PTTL").arg(&key).query(&mut connection).unwrap();
        assert_eq!(left == -1, key.ends_with(b":partitions"), "all but the number of partitions goes by itself");
    }
    assert!(keys(&server) >= before + 6);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(house.engine.list(WORKSPACE, &Query::default()).await.unwrap().verifications.is_empty());
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
    let store = RedisStore::at(server.url()).partitions(1).retention(Duration::from_millis(1)).connect().await.unwrap();
    let mut connection = server.connection();
    for seed in 0..50 {
        let record = Started::new(seed).record();
        store.insert(&record).await.unwrap();
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
async fn a_check_is_two_round_trips_and_a_start_is_two() {
    let server = Server::start(&[]);
    let store = RedisStore::at(server.url()).connect().await.unwrap();
    let house = House::new(store, Arc::new(ScriptedTransport::new()));
    // The first call of a script brings it along.
    let warm = house.start().await;
    let _ = house.engine.check(WORKSPACE, warm.id(), &house.code(&warm)).await.unwrap();

    forget_calls(&server);
    let verification = house.start().await;
    let start = calls(&server);
    assert_eq!((start.get("evalsha"), start.get("get"), start.get("eval")), (Some(&2), None, None), "{start:?}");

    forget_calls(&server);
    let code = house.code(&verification);
    let _ = house.engine.check(WORKSPACE, verification.id(), &code).await.unwrap();
    let check = calls(&server);
    assert_eq!((check.get("evalsha"), check.get("get"), check.get("eval")), (Some(&1), Some(&1), None), "{check:?}");
}

#[tokio::test]
async fn a_server_that_lost_its_scripts_gets_them_again() {
    let server = Server::start(&[]);
    let store = RedisStore::at(server.url()).connect().await.unwrap();
    let record = Started::new(1).record();
    store.insert(&record).await.unwrap();
    cmd("SCRIPT").arg("FLUSH").exec(&mut server.connection()).unwrap();
    assert!(matches!(store.insert(&record).await, Err(StoreError::AlreadyExists)));
}

#[tokio::test]
async fn another_number_of_partitions_than_redis_was_begun_with_is_refused() {
    let server = Server::start(&[]);
    RedisStore::at(server.url()).partitions(64).connect().await.unwrap();
    let other = RedisStore::at(server.url()).connect().await.unwrap_err();
    assert!(matches!(other, RedisSetupError::OtherPartitions { there: 64 }));
    RedisStore::at(server.url()).prefix("elsewhere").connect().await.unwrap();
    for number in [0, 3, 20_000] {
        let error = RedisStore::at(server.url()).partitions(number).connect().await.unwrap_err();
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
        let connected = RedisStore::at(server.url()).connect().await;
        assert_eq!(matches!(connected, Err(RedisSetupError::Eviction { .. })), refused, "{policy} {limit}");
        assert!(RedisStore::at(server.url()).allow_eviction().connect().await.is_ok());
    }
}

#[tokio::test]
async fn no_debug_output_and_no_error_holds_the_password_of_a_url() {
    let builder = RedisStore::at("redis://mailer:open-sesame@127.0.0.1:1/").timeout(Duration::from_millis(200));
    assert!(!format!("{builder:?}").contains("open-sesame"));
    let error = builder.connect().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("open-sesame"), "{error:?}");
    let error = RedisStore::at("redis://mailer:open-sesame@:no-port/").connect().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("open-sesame"), "{error:?}");
}

#[tokio::test]
async fn a_store_says_what_its_server_survives() {
    let in_memory = Server::start(&[]);
    let on_disk = Server::start(&["--appendonly", "yes"]);
    assert_eq!(RedisStore::at(in_memory.url()).connect().await.unwrap().durability(), Durability::Memory);
    assert_eq!(RedisStore::at(on_disk.url()).connect().await.unwrap().durability(), Durability::Local);
}

#[tokio::test]
async fn a_record_of_another_format_is_corrupt_and_says_what_to_do() {
    let server = Server::start(&[]);
    let store = RedisStore::at(server.url()).partitions(1).connect().await.unwrap();
    let record = Started::new(1).record();
    store.insert(&record).await.unwrap();
    let key = [b"{cs:0}".as_slice(), record.id().as_uuid().as_bytes()].concat();
    cmd("SETRANGE").arg(&key).arg(0).arg(&[9_u8][..]).exec(&mut server.connection()).unwrap();
    let error = store.load(record.id()).await.unwrap_err();
    assert_eq!(error.to_string(), "what is stored cannot be read: its format is another: update this program");
}

#[tokio::test]
async fn a_server_that_is_gone_is_unavailable_and_when_it_is_back_nothing_acknowledged_is_missing() {
    let mut server = Server::start(&["--appendonly", "yes"]);
    let store = RedisStore::at(server.url()).timeout(Duration::from_millis(500)).connect().await.unwrap();
    let mut acknowledged = Vec::new();
    for seed in 0..200 {
        let record = Started::new(seed).record();
        store.insert(&record).await.unwrap();
        acknowledged.push(record);
    }
    server.kill();
    let error = store.load(acknowledged[0].id()).await.unwrap_err();
    assert!(matches!(error, StoreError::NotDone { .. } | StoreError::Unavailable { .. }), "{error:?}");
    assert!(matches!(store.insert(&Started::new(900).record()).await, Err(StoreError::NotDone { .. })));
    assert!(matches!(store.due(acknowledged[0].expires_at(), Limit::default()).await, Err(StoreError::NotDone { .. })));
    server.start_again();
    let mut looks = 0;
    while store.load(acknowledged[0].id()).await.is_err() {
        looks += 1;
        assert!(looks < 100, "the connection does not come back");
    }
    for record in acknowledged {
        assert_eq!(store.load(record.id()).await.unwrap().unwrap().verification, record);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_racing_codes_over_four_engines_no_more_are_answered_than_allowed_and_one_right_one_wins() {
    let server = Server::start(&[]);
    let sms = Arc::new(ScriptedTransport::new());
    let keyring = Arc::new(Keyring::ephemeral(&ThreadEntropy).unwrap());
    let mut engines = Vec::new();
    for _ in 0..4 {
        let store = RedisStore::at(server.url()).connect().await.unwrap();
        let channel = Channel::new(Platform::Sms, sms.clone());
        let builder = Engine::builder(Arc::new(store), keyring.clone()).channel(SMS, channel);
        engines.push(builder.build().unwrap());
    }
    let phone = PhoneNumber::parse("+31612345678").unwrap();
    for right in [true, false] {
        let verification = engines[0].start(WORKSPACE, Request::new(phone).step(SMS)).await.unwrap();
        let sent = sms.sent_for(verification.id())[0].code().to_owned();
        let wrong: String = sent.chars().map(|c| if c == '1' { '2' } else { '1' }).collect();
        let typed = if right { sent } else { wrong };
        let racers = (0..2_000).map(|n| {
            let code = SubmittedCode::parse(&typed).unwrap();
            let (engine, id) = (engines[n % 4].clone(), verification.id());
            tokio::spawn(async move {
                // Too many at once is an answer that says to ask again.
                loop {
                    match engine.check(WORKSPACE, id, &code).await {
                        Err(error) if error.code() == "Contended" => tokio::task::yield_now().await,
                        answer => break answer,
                    }
                }
            })
        });
        let racers: Vec<_> = racers.collect();
        let (mut wins, mut mismatches) = (0, 0);
        for racer in racers {
            match racer.await.unwrap() {
                Ok(reply) if matches!(reply.outcome, Checked::Verified) => wins += 1,
                Ok(_) => mismatches += 1,
                Err(error) => assert!(["MaxAttemptsReached", "UnexpectedVerificationStatus"].contains(&error.code())),
            }
        }
        assert_eq!((wins, mismatches), if right { (1, 0) } else { (0, 3) });
        let after = engines[3].get(WORKSPACE, verification.id()).await.unwrap();
        assert_eq!(after.failed_checks(), if right { 0 } else { 3 });
    }
}
