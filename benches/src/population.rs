//! An engine over the memory store with so many live verifications in it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use countersign::{
    Channel, ChannelId, Dispatch, Engine, KeyId, Keyring, Limits, MaxAttempts, MessageId, PhoneNumber, Platform,
    Policy, Receipt, SendError, StartRequest, Store, SubmittedCode, Timeout, Transport, Verification, VerificationId,
    WorkspaceId,
};
use countersign_memory::MemoryStore;
use uuid::Uuid;

/// The workspace of every verification here.
pub const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
const SMS: ChannelId = ChannelId::new(Uuid::from_u128(2));

/// A provider that takes everything at once, and whose reports would name its own id: every index has an entry.
#[derive(Debug, Default)]
struct Taker(AtomicU64);

#[async_trait::async_trait]
impl Transport for Taker {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        // Spread like random ids.
        let n =
            u128::from(self.0.fetch_add(1, Ordering::Relaxed)).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        Ok(Receipt::ByMessageId { message_id: MessageId::from_uuid(Uuid::from_u128(n)) })
    }
}

/// An engine and the verifications that live in its store, in an order without pattern.
#[derive(Debug)]
pub struct Population {
    /// The engine.
    pub engine: Engine,
    /// Its store.
    pub store: Arc<MemoryStore>,
    /// Its keys.
    pub keyring: Arc<Keyring>,
    /// What lives in it.
    pub ids: Vec<VerificationId>,
}

impl Population {
    /// Starts so many verifications of one step, each for another number.
    #[must_use]
    #[allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
    pub fn of(live: usize) -> Self {
        let secret: [u8; 32] = std::array::from_fn(|i| i.to_le_bytes()[0]);
        let keyring = Arc::new(Keyring::new(
            KeyId::new(1),
            countersign::KeySecret::from_bytes(&secret).expect("32 different bytes"),
        ));
        let store = Arc::new(MemoryStore::new());
        let engine = Engine::builder(store.clone(), keyring.clone())
            .channel(SMS, Channel::new(Platform::Sms, Arc::new(Taker::default())))
            .policy(Policy::default())
            .build()
            .expect("one channel");
        let mut ids: Vec<_> =
            (0..live).map(|n| ready(engine.start(WORKSPACE, request(n))).expect("started").id()).collect();
        shuffle(&mut ids);
        Self { engine, store, keyring, ids }
    }

    /// One of the verifications as it is stored.
    #[must_use]
    #[allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
    pub fn any(&self) -> Verification {
        let id = self.ids.first().expect("somebody lives here");
        ready(self.store.load(*id)).expect("in memory").expect("just started").verification
    }
}

/// A request for the `n`-th person, with ten checks and an hour.
#[must_use]
#[allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
pub fn request(n: usize) -> StartRequest {
    let limits = Limits { max_attempts: MaxAttempts::MAX, timeout: Timeout::MAX, ..Limits::default() };
    StartRequest::new(number(n)).step(SMS).limits(limits).locale(countersign::Locale::default())
}

/// The `n`-th of ten million numbers.
#[must_use]
#[allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
pub fn number(n: usize) -> PhoneNumber {
    format!("+3161{:07}", n % 10_000_000).parse().expect("a mobile number of the Netherlands")
}

/// A code that is wrong for all but one verification in a million.
#[must_use]
#[allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
pub fn wrong_code() -> SubmittedCode {
    SubmittedCode::parse("271828").expect("six digits")
}

/// The outcome of a future that never waits: everything here is in memory.
#[allow(clippy::panic, reason = "a benchmark that waits measures something else")]
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// The same order on every run, and no pattern in it.
fn shuffle<T>(items: &mut [T]) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for last in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (last as u64 + 1)).unwrap_or(0);
        items.swap(last, other);
    }
}
