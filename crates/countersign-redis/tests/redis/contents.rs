//! What Redis holds, for how long, and what a store says of a Redis that will not do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Draws, Durability, Limit, Order, Query, StoreError};
use countersign::{
    Channel, CheckOutcome, Dispatch, Engine, Keyring, Limits, MessageId, Platform, Receipt, Report, ReportedStatus,
    SendError, Store as _, ThreadEntropy, Timeout, Timestamp, Transport, Verification,
};
use countersign_redis::{RedisSetupError, RedisStore};
use countersign_testkit::ScriptedTransport;
use countersign_testkit::fixtures::{Advance as _, Started, at, phone_number, sms, whatsapp};
use redis::cmd;

use crate::deployment::{Deployment, SMS, WORKSPACE, request};
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

#[tokio::test]
async fn a_check_costs_two_round_trips_also_when_reports_name_the_providers_id() {
    let server = Server::start(&[]);
    let deployment = Deployment::with(ScriptedTransport::by_message_id());
    let engine = deployment.engine(RedisStore::builder(server.url())).await;
    let warm = engine.start(WORKSPACE, request()).await.unwrap();
    let _ = engine.check(WORKSPACE, warm.id(), &deployment.code(&warm)).await.unwrap();
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    for (code, what) in [
        (deployment.wrong_code(&verification), "a wrong code"),
        (deployment.wrong_code(&verification), "another"),
        (deployment.code(&verification), "the right one"),
    ] {
        forget_calls(&server);
        let _ = engine.check(WORKSPACE, verification.id(), &code).await.unwrap();
        let calls = calls(&server);
        assert!(!calls.contains_key("eval"), "every script is known");
        assert_eq!([calls["get"], calls["evalsha"]], [1, 1], "{what}");
    }
}

#[tokio::test]
async fn a_message_is_found_after_a_write_by_a_process_that_did_not_see_the_one_before() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(server.url()).connect().await.unwrap();
    let other = RedisStore::builder(server.url()).connect().await.unwrap();
    let before = Started::new(1).record();
    let version = store.insert(&before, &Draws::NONE).await.unwrap();
    let message = MessageId::new("provider-1").unwrap();
    let after = before.handed_over_as(&message);
    other.update(&after, version, &Draws::NONE).await.unwrap();
    assert_eq!(store.find_by_message(&message).await.unwrap(), Some(before.id()));
}

#[tokio::test]
async fn a_list_over_thousands_of_dead_entries_takes_few_commands_and_removes_them() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(server.url()).connect().await.unwrap();
    let mut living = Vec::new();
    let mut entries = redis::pipe();
    for seed in 0..20_000_u64 {
        let record = Started::new(seed).at(at(seed)).recipient(phone_number(seed % 2_000)).record();
        // A few of them live.
        if seed % 2_000 == 7 {
            store.insert(&record, &Draws::NONE).await.unwrap();
            living.push(record.id());
            continue;
        }
        let key =
            [format!("{{cs:{:x}}}of", record.id().tag() % 256).as_bytes(), record.workspace().as_uuid().as_bytes()]
                .concat();
        entries.cmd("ZADD").arg(key).arg(0).arg(record.id().as_uuid().as_bytes()).ignore();
    }
    entries.exec(&mut server.connection()).unwrap();
    living.sort_unstable();
    let workspace = Started::new(0).record().workspace();
    for order in [Order::OldestFirst, Order::NewestFirst] {
        forget_calls(&server);
        let page = store.list(workspace, &Query { order, ..Query::default() }).await.unwrap();
        let mut found: Vec<_> = page.verifications.iter().map(Verification::id).collect();
        found.sort_unstable();
        assert_eq!(found, living);
        let calls = calls(&server);
        let sent: u64 = ["get", "evalsha", "eval", "zrangebylex", "zrevrangebylex"]
            .iter()
            .filter_map(|name| calls.get(*name))
            .sum();
        assert!(sent < 3_000, "{sent} commands: {calls:?}");
    }
    let left = || {
        let mut connection = server.connection();
        let keys: Vec<Vec<u8>> = cmd("KEYS").arg("*of*").query(&mut connection).unwrap();
        keys.iter().map(|key| cmd("ZCARD").arg(key).query::<usize>(&mut connection).unwrap()).sum::<usize>()
    };
    assert_eq!(left(), living.len(), "the dead entries are gone");
}

/// Names its messages as emails are named: by our reference, and a domain.
#[derive(Debug)]
struct Email(ScriptedTransport);

#[async_trait::async_trait]
impl Transport for Email {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        self.0.send(dispatch).await?;
        let message_id = MessageId::new(&format!("{}@mail.example", dispatch.reference())).unwrap();
        Ok(Receipt::ByMessageId { message_id })
    }
}

#[tokio::test]
async fn an_email_is_found_by_its_message_id_without_an_index_entry() {
    let server = Server::start(&[]);
    let store = Arc::new(RedisStore::builder(server.url()).connect().await.unwrap());
    let keyring = Arc::new(Keyring::ephemeral(&ThreadEntropy).unwrap());
    let channel = Channel::new(Platform::Sms, Arc::new(Email(ScriptedTransport::new())));
    let engine = Engine::builder(store.clone(), keyring).channel(SMS, channel).build().unwrap();
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    let verification = engine.get(WORKSPACE, verification.id()).await.unwrap();
    let message = verification.attempts()[0].message_id().unwrap().clone();
    assert_eq!(message.reference(), Some(verification.attempt_id(0)));
    let names: Vec<Vec<u8>> = cmd("KEYS").arg("cs:m:*").query(&mut server.connection()).unwrap();
    assert!(names.is_empty(), "{names:?}");
    forget_calls(&server);
    let delivered = Report::by_message_id(message, ReportedStatus::Delivered);
    assert!(engine.report(WORKSPACE, &delivered).await.unwrap().is_some(), "found by its message id");
    let calls = calls(&server);
    assert_eq!([calls["get"], calls["evalsha"]], [1, 1], "a load and an update");
    // Another's reference is a name as any other.
    let stranger = Report::by_message_id(
        MessageId::new("01890a5d-ac96-774b-bcce-b302099a8057.0@mail.example").unwrap(),
        ReportedStatus::Delivered,
    );
    assert!(engine.report(WORKSPACE, &stranger).await.unwrap().is_none());
}
