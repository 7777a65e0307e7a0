//! An engine whose clock follows tokio's, and a transport that takes its time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use countersign::{
    Channel, Clock, Dispatch, Engine, EngineBuilder, Platform, Policy, Receipt, SendError, SendMode, StartRequest,
    Store, Timestamp, Transport, Verification,
};
use countersign_memory::MemoryStore;
use countersign_testkit::fixtures::{EPOCH, channel, keyring, phone_number, workspace};
use countersign_testkit::{FaultyStore, SeededEntropy};
use tokio::time::Instant;

/// Shows the tests' epoch and the virtual time since it was made.
#[derive(Debug, Clone, Copy)]
struct VirtualClock(Instant);

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        EPOCH.saturating_add(self.0.elapsed())
    }
}

/// A carrier that answers after a while, and counts.
#[derive(Debug)]
pub struct Carrier {
    answers_after: Duration,
    began: AtomicUsize,
    ended: AtomicUsize,
}

impl Carrier {
    /// How many messages were handed to it.
    pub fn began(&self) -> usize {
        self.began.load(Ordering::SeqCst)
    }

    /// How many of them it answered.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Transport for Carrier {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        self.began.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.answers_after).await;
        self.ended.fetch_add(1, Ordering::SeqCst);
        Ok(Receipt::ByReference { message_id: None })
    }
}

pub struct VirtualEngine {
    pub engine: Engine,
    pub memory: Arc<MemoryStore>,
    pub store: Arc<FaultyStore>,
    pub carrier: Arc<Carrier>,
    clock: VirtualClock,
}

impl VirtualEngine {
    /// An engine that leaves its messages to be sent to the worker, by a carrier that answers after that time.
    pub fn new(answers_after: Duration) -> Self {
        let memory = Arc::new(MemoryStore::new());
        let store = Arc::new(FaultyStore::new(memory.clone()));
        let carrier = Arc::new(Carrier { answers_after, began: AtomicUsize::new(0), ended: AtomicUsize::new(0) });
        let clock = VirtualClock(Instant::now());
        let engine = builder(store.clone(), carrier.clone(), clock).build().unwrap();
        Self { engine, memory, store, carrier, clock }
    }

    /// Another process over the same store and carrier.
    pub fn another(&self) -> Engine {
        builder(self.store.clone(), self.carrier.clone(), self.clock).build().unwrap()
    }

    /// Starts that many verifications; nothing is sent before a worker runs.
    pub async fn start(&self, count: u64) -> Vec<Verification> {
        let mut started = Vec::new();
        for number in 0..count {
            let request = StartRequest::new(phone_number(number)).step(channel(1));
            started.push(self.engine.start(workspace(1), request).await.unwrap());
        }
        started
    }
}

fn builder(store: Arc<dyn Store>, carrier: Arc<dyn Transport>, clock: VirtualClock) -> EngineBuilder {
    Engine::builder(store, keyring())
        .channel(channel(1), Channel::new(Platform::Sms, carrier))
        .policy(Policy::default().with_send_mode(SendMode::Deferred))
        .clock(Arc::new(clock))
        .entropy(Arc::new(SeededEntropy::new(7)))
}
