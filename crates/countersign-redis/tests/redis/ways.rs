//! The ways to reach a Redis: users that may do little, TLS, clients of the host's own, sentinels.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Draws, Limit, Query};
use countersign::{CheckOutcome, Store as _, Timestamp};
use countersign_redis::{RedisSetupError, RedisStore};
use countersign_testkit::ScriptedTransport;
use countersign_testkit::fixtures::Started;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use redis::sentinel::{SentinelClient, SentinelServerType};
use redis::{Client, TlsCertificates, cmd};
use tempfile::TempDir;

use crate::deployment::{Deployment, WORKSPACE, request};
use crate::servers::{Sentinel, Server, catch_up};

/// What the crate's documentation says that a user needs.
const USER: &str = "user mailer on >open-sesame ~cs:* ~{cs:* -@all +eval +evalsha +get +set +getrange +append +del +exists \
                    +pexpire +pttl +zadd +zrem +zrange +zrangebyscore +zrangebylex +zrevrangebylex +info +ping +wait \
                    +cluster|slots +asking";

#[tokio::test]
async fn a_user_that_may_do_no_more_than_the_documentation_says_does_for_everything() {
    let (server, replica) = (Server::start(&["--repl-diskless-sync-delay", "0"]), Server::start(&[]));
    cmd("REPLICAOF").arg("127.0.0.1").arg(server.port()).exec(&mut replica.connection()).unwrap();
    catch_up(&replica, &server);
    let mut words = USER.split_whitespace().skip(1);
    cmd("ACL")
        .arg("SETUSER")
        .arg(words.next().unwrap())
        .arg(words.collect::<Vec<_>>())
        .exec(&mut server.connection())
        .unwrap();
    let url = format!("redis://mailer:open-sesame@127.0.0.1:{}/", server.port());
    let deployment = Deployment::with(ScriptedTransport::by_message_id());
    let engine = deployment.engine(RedisStore::builder(&url).wait_for_replicas(1, Duration::from_secs(10))).await;
    let verification = engine.start(WORKSPACE, request()).await.unwrap();
    let reply = engine.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { .. }));
    assert_eq!(engine.list(WORKSPACE, &Query::default()).await.unwrap().verifications.len(), 1);
    let store = RedisStore::builder(&url).connect().await.unwrap();
    let record = store.load(verification.id()).await.unwrap().unwrap().verification;
    let message = record.index_keys().messages().next().unwrap().clone();
    assert_eq!(store.find_by_message(&message).await.unwrap(), Some(record.id()));
    let recipient = record.index_keys().open_recipient.unwrap();
    assert_eq!(store.find_by_recipient(recipient, Limit::default()).await.unwrap().len(), 1);
    assert_eq!(store.due(Timestamp::MAX, Limit::default()).await.unwrap(), [record.id()]);
    assert!(store.delete(record.id()).await.unwrap());
    let oldest_first = Query { order: countersign::store::Order::OldestFirst, ..Query::default() };
    assert!(engine.list(WORKSPACE, &oldest_first).await.unwrap().verifications.is_empty());
    let documented = include_str!("../../src/lib.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(documented.contains(USER), "the documentation names another user");
}

#[tokio::test]
async fn a_user_that_is_unknown_or_may_too_little_is_told_apart_from_a_server_that_is_not_there() {
    let server = Server::start(&["--user", "reader", "on", ">open-sesame", "~*", "-@all", "+@read", "+ping"]);
    for user in ["reader:open-sesame", "reader:shut-sesame", "nobody:open-sesame"] {
        let url = format!("redis://{user}@127.0.0.1:{}/", server.port());
        let error = RedisStore::builder(url).timeout(Duration::from_secs(5)).connect().await.unwrap_err();
        assert!(matches!(error, RedisSetupError::NotAllowed(_)), "{user}: {error:?}");
        assert!(!format!("{error:?} {error}").contains("sesame"), "{error:?}");
    }
    let error =
        RedisStore::builder("redis://127.0.0.1:1/").timeout(Duration::from_millis(100)).connect().await.unwrap_err();
    assert!(matches!(error, RedisSetupError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn over_tls_a_given_client_brings_its_certificates_and_a_server_that_nobody_vouches_for_is_refused() {
    let papers = Papers::new();
    let server = Server::start_encrypted(&papers.settings());
    let url = server.url().replace("redis:", "rediss:");
    let roots = TlsCertificates { client_tls: None, root_cert: Some(papers.authority.clone().into_bytes()) };
    // A program that uses TLS has chosen whose cryptography it uses.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::build_with_tls(url.as_str(), roots).unwrap();
    let store = RedisStore::from_client(client).connect().await.unwrap();
    let record = Started::new(1).record();
    store.insert(&record, &Draws::NONE).await.unwrap();
    assert_eq!(store.load(record.id()).await.unwrap().unwrap().verification, record);
    let error = RedisStore::builder(&url).timeout(Duration::from_secs(1)).connect().await.unwrap_err();
    assert!(matches!(error, RedisSetupError::Unreachable(_)), "{error:?}");
    assert!(format!("{error:?}").contains("nknown"), "of an unknown issuer: {error:?}");
}

#[tokio::test]
async fn an_encrypted_redis_needs_nothing_but_its_url() {
    // Nothing else of this process has chosen whose cryptography is used.
    let papers = Papers::new();
    let server = Server::start_encrypted(&papers.settings());
    let url = server.url().replace("redis:", "rediss:");
    let error = RedisStore::builder(url).timeout(Duration::from_secs(1)).connect().await.unwrap_err();
    assert!(format!("{error:?}").contains("nknown"), "it got as far as the certificate: {error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_sentinels_make_another_server_master_the_store_follows_and_no_code_passes_twice() {
    let (mut master, replica) = (Server::start(&["--repl-diskless-sync-delay", "0"]), Server::start(&[]));
    cmd("REPLICAOF").arg("127.0.0.1").arg(master.port()).exec(&mut replica.connection()).unwrap();
    catch_up(&replica, &master);
    let sentinel = Sentinel::watch(&master, "codes");
    let deployment = Deployment::new();
    let patient = Duration::from_secs(60);
    let durable =
        RedisStore::sentinels([sentinel.url()], "codes").timeout(patient).wait_for_replicas(1, Duration::from_secs(20));
    let (plain, durable) = (
        deployment.engine(RedisStore::from_client(sentinel_client(&sentinel)).timeout(patient)).await,
        deployment.engine(durable).await,
    );
    let verification = durable.start(WORKSPACE, request()).await.unwrap();
    let reply = durable.check(WORKSPACE, verification.id(), &deployment.wrong_code(&verification)).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { remaining: 2, .. }));
    sentinel.knows_a_replica();
    master.kill();
    // It is asked while nobody is master, and answered when somebody is.
    let right = Arc::new(deployment.code(&verification));
    let calls = [plain.clone(), plain.clone()].map(|engine| {
        let (right, id) = (right.clone(), verification.id());
        tokio::spawn(async move { engine.check(WORKSPACE, id, &right).await })
    });
    let mut verified = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(reply) => verified += u32::from(matches!(reply.outcome, CheckOutcome::Verified)),
            Err(error) => {
                assert!(matches!(error, countersign::EngineError::Refused(countersign::Refusal::UnexpectedStatus(_))));
            }
        }
    }
    assert_eq!(verified, 1);
    let after = plain.get(WORKSPACE, verification.id()).await.unwrap();
    assert_eq!(after.failed_checks(), 1, "what the replica had acknowledged is there");
    // The new master has no replica: nothing is answered in the durable mode.
    let error = durable.start(WORKSPACE, request()).await.unwrap_err();
    assert!(matches!(error, countersign::EngineError::Unavailable(_)));
}

fn sentinel_client(sentinel: &Sentinel) -> SentinelClient {
    SentinelClient::build(vec![sentinel.url()], "codes", None, SentinelServerType::Master).unwrap()
}

/// An authority, and a certificate of it for this machine.
struct Papers {
    folder: TempDir,
    authority: String,
}

impl Papers {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate =
            CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("certificate.pem"), certificate.pem()).unwrap();
        fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
        fs::write(folder.path().join("authority.pem"), issuer.pem()).unwrap();
        Self { folder, authority: issuer.pem() }
    }

    fn settings(&self) -> Vec<String> {
        let path = |name: &str| self.folder.path().join(name).to_str().unwrap().to_owned();
        [
            ["--tls-cert-file".to_owned(), path("certificate.pem")],
            ["--tls-key-file".to_owned(), path("key.pem")],
            ["--tls-ca-cert-file".to_owned(), path("authority.pem")],
            ["--tls-auth-clients".to_owned(), "no".to_owned()],
        ]
        .concat()
    }
}
