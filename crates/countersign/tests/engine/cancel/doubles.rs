//! A store and a provider that wait before and after each operation, so that a caller can be dropped at either place.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Limit, Page, Query, StoreError, Stored, Version};
use countersign::{
    AttemptId, Dispatch, MessageId, Receipt, RecipientKey, SendError, Store, Timestamp, Transport, Verification,
    VerificationId, WorkspaceId,
};
use countersign_memory::MemoryStore;

/// What becomes of a write whose caller was dropped while it was on its way to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undelivered {
    /// It never arrives.
    Lost,
    /// It arrives after another caller has loaded the record, and before that one writes.
    Late,
}

#[derive(Debug)]
enum Write {
    Insert(Verification),
    Update(Verification, Version),
}

/// One store, and the writes that are still on their way to it.
#[derive(Debug)]
pub struct Shared {
    pub store: MemoryStore,
    undelivered: Undelivered,
    late: Mutex<Vec<Write>>,
    /// Writes of the caller that gets dropped, as far as the store made them.
    applied: AtomicUsize,
}

impl Shared {
    pub fn new(undelivered: Undelivered) -> Self {
        Self { store: MemoryStore::new(), undelivered, late: Mutex::default(), applied: AtomicUsize::new(0) }
    }

    pub fn applied(&self) -> usize {
        self.applied.load(Ordering::SeqCst)
    }

    async fn deliver_late(&self) {
        let late = std::mem::take(&mut *self.late.lock().unwrap());
        for write in late {
            let result = match &write {
                Write::Insert(verification) => self.store.insert(verification, &Draws::NONE).await,
                Write::Update(verification, version) => self.store.update(verification, *version, &Draws::NONE).await,
            };
            self.note(&result);
        }
    }

    fn note(&self, result: &Result<Version, StoreError>) {
        if result.is_ok() {
            self.applied.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// A write on its way: dropped before it was delivered, it may arrive late.
struct OnItsWay<'a> {
    shared: &'a Shared,
    write: Option<Write>,
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        if let Some(write) = self.write.take()
            && self.shared.undelivered == Undelivered::Late
        {
            self.shared.late.lock().unwrap().push(write);
        }
    }
}

/// The connection of the caller that gets dropped: it waits before and after each operation.
#[derive(Debug)]
pub struct WaitingStore(pub Arc<Shared>);

impl WaitingStore {
    async fn write(&self, write: Write) -> Result<Version, StoreError> {
        let shared = &*self.0;
        let mut on_its_way = OnItsWay { shared, write: Some(write) };
        once_pending().await;
        let result = match on_its_way.write.take() {
            Some(Write::Insert(verification)) => shared.store.insert(&verification, &Draws::NONE).await,
            Some(Write::Update(verification, version)) => {
                shared.store.update(&verification, version, &Draws::NONE).await
            }
            None => unreachable!("taken once"),
        };
        shared.note(&result);
        once_pending().await;
        result
    }

    async fn read<T>(&self, read: impl Future<Output = T> + Send) -> T {
        once_pending().await;
        let result = read.await;
        once_pending().await;
        result
    }
}

#[async_trait]
impl Store for WaitingStore {
    async fn insert(&self, verification: &Verification, _: &Draws) -> Result<Version, StoreError> {
        self.write(Write::Insert(verification.clone())).await
    }

    async fn update(&self, verification: &Verification, expected: Version, _: &Draws) -> Result<Version, StoreError> {
        self.write(Write::Update(verification.clone(), expected)).await
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        self.read(self.0.store.load(id)).await
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        self.read(self.0.store.delete(id)).await
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        self.read(self.0.store.find_by_message(message)).await
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        self.read(self.0.store.find_by_recipient(recipient, limit)).await
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        self.read(self.0.store.due(now, limit)).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        self.read(self.0.store.list(workspace, query)).await
    }

    fn durability(&self) -> Durability {
        self.0.store.durability()
    }
}

/// The connection of everybody else: it never waits, and what it has read is old once a late write arrives.
#[derive(Debug)]
pub struct PlainStore(pub Arc<Shared>);

#[async_trait]
impl Store for PlainStore {
    async fn insert(&self, verification: &Verification, draws: &Draws) -> Result<Version, StoreError> {
        self.0.store.insert(verification, draws).await
    }

    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        draws: &Draws,
    ) -> Result<Version, StoreError> {
        self.0.store.update(verification, expected, draws).await
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        let loaded = self.0.store.load(id).await;
        self.0.deliver_late().await;
        loaded
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        self.0.store.delete(id).await
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        self.0.store.find_by_message(message).await
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        self.0.store.find_by_recipient(recipient, limit).await
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let due = self.0.store.due(now, limit).await;
        self.0.deliver_late().await;
        due
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        self.0.store.list(workspace, query).await
    }

    fn durability(&self) -> Durability {
        self.0.store.durability()
    }
}

/// How a provider answers; it depends on the message alone, never on the order of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    Takes,
    Refuses,
    /// It cannot be reached by the first try of each message.
    MissesTheFirst,
    /// It takes the first try of each message, and does not answer it.
    LeavesTheFirstUnanswered,
}

/// The messages that a provider got: for each, the codes of all its tries.
#[derive(Debug)]
pub struct Provider {
    habit: Habit,
    got: Mutex<HashMap<AttemptId, Vec<String>>>,
}

impl Provider {
    pub fn new(habit: Habit) -> Self {
        Self { habit, got: Mutex::default() }
    }

    pub fn got(&self) -> HashMap<AttemptId, Vec<String>> {
        self.got.lock().unwrap().clone()
    }

    fn answer(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let mut got = self.got.lock().unwrap();
        let tries = got.entry(dispatch.reference()).or_default();
        tries.push(dispatch.code().expose().to_owned());
        match self.habit {
            Habit::Refuses => Err(SendError::Refused { detail: None }),
            Habit::MissesTheFirst if tries.len() == 1 => Err(SendError::NotSent { retry_after: None, detail: None }),
            Habit::LeavesTheFirstUnanswered if tries.len() == 1 => Err(SendError::Unknown { detail: None }),
            Habit::Takes | Habit::MissesTheFirst | Habit::LeavesTheFirstUnanswered => {
                Ok(Receipt::ByReference { message_id: None })
            }
        }
    }
}

#[async_trait]
impl Transport for Provider {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        self.answer(dispatch)
    }
}

/// A provider's line that waits before and after each message.
#[derive(Debug)]
pub struct WaitingTransport(pub Arc<Provider>);

#[async_trait]
impl Transport for WaitingTransport {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        once_pending().await;
        let answer = self.0.answer(dispatch);
        once_pending().await;
        answer
    }
}

/// Is pending once, and asks to be polled again.
async fn once_pending() {
    struct Once(bool);
    impl Future for Once {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            if std::mem::replace(&mut self.0, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }
    Once(false).await;
}
