//! Our side: an engine behind the router, with all that a service would switch on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use countersign::{
    Channel, ChannelId, CheckOutcome, Dispatch, Engine, KeyId, KeySecret, Keyring, Platform, Receipt, SendError, Store,
    SubmittedCode, Transport,
};
use countersign_api::Record;
use countersign_benches::population::{WORKSPACE, number, request};
use countersign_http::{AccessKeyHash, AccessKeys, Config, Server};
use countersign_memory::MemoryStore;
use countersign_redis::RedisStore;
use countersign_worker::Worker;
use tokio::net::TcpListener;

use crate::child::Known;
use crate::tape::{Operation, Wire};

pub(crate) const KEY: &str = "bench-4Zk0cQm8sT2vXy7LpR1wA9";
pub(crate) const SMS: ChannelId = ChannelId::new(uuid::Uuid::from_u128(2));

/// A provider that takes everything at once; it tells a code only while the deployment is being filled.
#[derive(Debug, Default)]
struct Taker {
    telling: AtomicBool,
    told: Mutex<Option<String>>,
}

#[async_trait]
impl Transport for Taker {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        if self.telling.load(Ordering::SeqCst) {
            *self.told.lock().expect("nobody panicked") = Some(dispatch.code().expose().to_owned());
        }
        Ok(Receipt::ByReference { message_id: None })
    }
}

fn engine(store: Arc<dyn Store>) -> (Engine, Arc<Taker>) {
    let secret: [u8; 32] = std::array::from_fn(|i| i.to_le_bytes()[0]);
    let keyring = Keyring::new(KeyId::new(1), KeySecret::from_bytes(&secret).expect("32 different bytes"));
    let taker = Arc::new(Taker::default());
    let engine = Engine::builder(store, keyring)
        .channel(SMS, Channel::new(Platform::Sms, taker.clone()))
        .build()
        .expect("one channel");
    (engine, taker)
}

/// Starts so many verifications, and gives them with their codes.
async fn fill(engine: &Engine, taker: &Taker, live: usize) -> Vec<Known> {
    let mut known = Vec::with_capacity(live);
    for n in 0..live {
        known.push(fill_one(engine, taker, n).await);
    }
    known
}

async fn fill_one(engine: &Engine, taker: &Taker, n: usize) -> Known {
    taker.telling.store(true, Ordering::SeqCst);
    let started = engine.start(WORKSPACE, request(n)).await.expect("it is stored");
    taker.telling.store(false, Ordering::SeqCst);
    let code = taker.told.lock().expect("nobody panicked").take().expect("it was sent");
    Known { record: Record::new(&started, engine.now()), code }
}

/// The records and codes of so many verifications, for whoever needs objects of our making.
pub(crate) async fn records(live: usize) -> Vec<Known> {
    let (engine, taker) = engine(Arc::new(MemoryStore::new()));
    fill(&engine, &taker, live).await
}

/// Verifications that were started and rightly checked through that wire, with what was said for either.
pub(crate) async fn recorded(wire: &Wire, live: usize) -> Vec<(Known, [Operation; 2])> {
    let store: RedisStore = RedisStore::builder(wire.url()).connect().await.expect("its server runs");
    let (engine, taker) = engine(Arc::new(store));
    // Whoever comes first brings the scripts along.
    for known in fill(&engine, &taker, 1).await {
        check(&engine, &known).await;
    }
    wire.take();
    let mut recorded = Vec::with_capacity(live);
    for n in 0..live {
        let known = fill_one(&engine, &taker, n).await;
        let start = wire.take();
        check(&engine, &known).await;
        recorded.push((known, [start, wire.take()]));
    }
    recorded
}

async fn check(engine: &Engine, known: &Known) {
    let id = known.record.id.verification().expect("an engine's");
    let code = SubmittedCode::parse(&known.code).expect("digits");
    let reply = engine.check(WORKSPACE, id, &code).await.expect("it is stored");
    assert_eq!(reply.outcome, CheckOutcome::Verified);
}

pub(crate) async fn serve(live: usize) -> (String, Vec<Known>) {
    over(Arc::new(MemoryStore::new()), live, |worker| worker).await
}

/// The same, forgetting what ended two seconds ago, so that after a long load nothing is there but what is left over.
pub(crate) async fn serve_forgetting(live: usize) -> (String, Vec<Known>) {
    let store = Arc::new(MemoryStore::new());
    over(store.clone(), live, |worker| worker.purge(store, Duration::from_secs(2))).await
}

pub(crate) async fn serve_on_redis(url: &str, live: usize) -> (String, Vec<Known>) {
    let store: RedisStore = RedisStore::builder(url).connect().await.expect("its server runs");
    over(Arc::new(store), live, |worker| worker).await
}

async fn over(store: Arc<dyn Store>, live: usize, worker: impl FnOnce(Worker) -> Worker) -> (String, Vec<Known>) {
    let (engine, taker) = engine(store);
    let known = fill(&engine, &taker, live).await;
    let keys = AccessKeys::new().with_key(WORKSPACE, AccessKeyHash::new(KEY).expect("a good key"));
    let server = Server::new(engine, Config::new(keys)).worker(worker);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("bound").to_string();
    tokio::spawn(server.serve(listener, std::future::pending()));
    (address, known)
}

/// A start of one message, as a client of the API writes it.
pub(crate) fn start_body(n: usize) -> String {
    format!(
        "{{\"identifier\":{{\"phonenumber\":\"{}\"}},\"steps\":[{{\"channelId\":\"{SMS}\"}}],\
        \"maxAttempts\":10,\"timeout\":3600,\"locale\":\"en-US\"}}",
        number(n).to_e164()
    )
}
