use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Limit, Page, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};

/// Whether a failing call fails before it did anything, or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultTiming {
    /// Nothing happens: the request was lost.
    Before,
    /// It happens, and the caller gets an error: the answer was lost.
    After,
}

/// One method of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as the methods are")]
pub enum StoreCall {
    Insert,
    Update,
    Load,
    Delete,
    FindByMessage,
    FindByRecipient,
    Due,
    List,
}

/// Which calls of a [`FaultyStore`] fail, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultPlan {
    /// The first call that fails, from 0: of `only` if that names a method, else of all.
    pub call: usize,
    /// Whether it fails before or after it acts.
    pub when: FaultTiming,
    /// Whether every later call fails too: a store that stays away.
    pub onwards: bool,
    /// The one method that fails and is counted; all of them when none is named.
    pub only: Option<StoreCall>,
}

impl FaultPlan {
    /// Plans one failure, at that call.
    #[must_use]
    pub const fn once(call: usize, when: FaultTiming) -> Self {
        Self { call, when, onwards: false, only: None }
    }

    /// Plans failures from that call on.
    #[must_use]
    pub const fn starting_at(call: usize, when: FaultTiming) -> Self {
        Self { call, when, onwards: true, only: None }
    }

    /// Limits the plan to one method.
    #[must_use]
    pub const fn only_for(mut self, only: StoreCall) -> Self {
        self.only = Some(only);
        self
    }
}

/// A store that fails as planned with [`StoreError::Unavailable`], and passes every other call on to another store.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    plan: Mutex<Option<FaultPlan>>,
    calls: AtomicUsize,
    planned_for: AtomicUsize,
}

impl FaultyStore {
    /// Wraps a store, without a fault until one is [planned](Self::plan).
    #[must_use]
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self { inner, plan: Mutex::default(), calls: AtomicUsize::new(0), planned_for: AtomicUsize::new(0) }
    }

    /// Wraps a store with a plan of faults.
    #[must_use]
    pub fn with_plan(inner: Arc<dyn Store>, plan: FaultPlan) -> Self {
        let store = Self::new(inner);
        store.plan(Some(plan));
        store
    }

    /// Replaces the plan, or removes it, and counts its calls from 0.
    pub fn plan(&self, plan: Option<FaultPlan>) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
        self.planned_for.store(0, Ordering::SeqCst);
    }

    /// Returns how many calls there were, of all methods but `durability`, including failed ones.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Counts a call, and says how it is to fail.
    fn fault(&self, call: StoreCall) -> Option<FaultTiming> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let plan = (*self.plan.lock().unwrap_or_else(PoisonError::into_inner))?;
        if plan.only.is_some_and(|only| only != call) {
            return None;
        }
        let number = self.planned_for.fetch_add(1, Ordering::SeqCst);
        (number == plan.call || (plan.onwards && number > plan.call)).then_some(plan.when)
    }

    async fn pass<T>(
        &self,
        call: StoreCall,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        match self.fault(call) {
            None => work.await,
            Some(FaultTiming::Before) => Err(unavailable()),
            Some(FaultTiming::After) => {
                // An answer that gets lost may be an error, too.
                let _: Result<T, StoreError> = work.await;
                Err(unavailable())
            }
        }
    }
}

fn unavailable() -> StoreError {
    StoreError::unavailable("a fault was planned here")
}

#[async_trait]
impl Store for FaultyStore {
    async fn insert(&self, verification: &Verification, draws: &Draws) -> Result<Version, StoreError> {
        self.pass(StoreCall::Insert, self.inner.insert(verification, draws)).await
    }

    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        draws: &Draws,
    ) -> Result<Version, StoreError> {
        self.pass(StoreCall::Update, self.inner.update(verification, expected, draws)).await
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        self.pass(StoreCall::Load, self.inner.load(id)).await
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        self.pass(StoreCall::Delete, self.inner.delete(id)).await
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        self.pass(StoreCall::FindByMessage, self.inner.find_by_message(message)).await
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        self.pass(StoreCall::FindByRecipient, self.inner.find_by_recipient(recipient, limit)).await
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        self.pass(StoreCall::Due, self.inner.due(now, limit)).await
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        self.pass(StoreCall::List, self.inner.list(workspace, query)).await
    }

    fn durability(&self) -> Durability {
        self.inner.durability()
    }
}
