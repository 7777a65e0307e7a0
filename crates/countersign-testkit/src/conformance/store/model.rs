//! All clauses: random operations, answered by the store and by [`NaiveStore`] alike.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem::discriminant;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Draws, Limit, Order, Page, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::conformance::expect::limit;
use crate::fixtures::{EPOCH, Started, Walk, phone_number, workspace};
use crate::naive::NaiveStore;

const OPERATIONS: usize = 10_000;
/// How many operations between two looks at everything.
const LOOK_EVERY: usize = 250;
const RECORDS: u64 = 24;
const RECENT_MESSAGES: usize = 40;

/// 10,000 operations of one seed.
pub async fn random_operations_are_answered_as_by_the_model_1(store: Arc<dyn Store>) {
    Comparison::new(store, 1).run().await;
}

/// 10,000 operations of another seed.
pub async fn random_operations_are_answered_as_by_the_model_2(store: Arc<dyn Store>) {
    Comparison::new(store, 2).run().await;
}

/// 10,000 operations of a third seed.
pub async fn random_operations_are_answered_as_by_the_model_3(store: Arc<dyn Store>) {
    Comparison::new(store, 3).run().await;
}

struct Comparison {
    store: Arc<dyn Store>,
    model: NaiveStore,
    rng: StdRng,
    walk: Walk,
    starts: Vec<Verification>,
    recipients: Vec<RecipientKey>,
    messages: VecDeque<MessageId>,
    /// The store's version of each version of the model: stores may count as they like.
    versions: BTreeMap<VerificationId, Vec<(Version, Version)>>,
}

impl Comparison {
    fn new(store: Arc<dyn Store>, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        // Few recipients, workspaces and milliseconds, so that records meet.
        let starts: Vec<_> = (0..RECORDS)
            .map(|number| {
                Started::new(seed * 1_000 + number)
                    .at(EPOCH.saturating_add(Duration::from_millis(rng.random_range(0..12))))
                    .workspace(workspace(number % 2))
                    .recipient(phone_number(number % 5))
                    .record()
            })
            .collect();
        let recipients: BTreeSet<_> = starts.iter().filter_map(|start| start.index_keys().open_recipient).collect();
        Self {
            store,
            model: NaiveStore::new(),
            rng,
            walk: Walk::new(seed),
            starts,
            recipients: recipients.into_iter().collect(),
            messages: VecDeque::new(),
            versions: BTreeMap::new(),
        }
    }

    async fn run(mut self) {
        for number in 0..OPERATIONS {
            let start = self.starts.choose(&mut self.rng).expect("there are some").clone();
            match self.rng.random_range(0..20) {
                0..=3 => self.insert(&start).await,
                4..=9 => self.update(&start).await,
                10 | 11 => self.delete(start.id()).await,
                12 => self.load(start.id()).await,
                13 | 14 => self.message().await,
                15 | 16 => self.recipient().await,
                17 => self.due().await,
                _ => self.list().await,
            }
            if number % LOOK_EVERY == 0 {
                self.look_at_everything().await;
            }
        }
        self.look_at_everything().await;
    }

    async fn insert(&mut self, start: &Verification) {
        let record = self.changed(start);
        let (expected, got) =
            (self.model.insert(&record, &Draws::NONE).await, self.store.insert(&record, &Draws::NONE).await);
        self.compare_write(record.id(), expected, got);
        self.load(record.id()).await;
    }

    async fn update(&mut self, start: &Verification) {
        let id = start.id();
        let current = self.model.load(id).await.expect("the model answers");
        let Some(known) = self.versions.get(&id) else { return };
        // Mostly the version that the record is at, sometimes one that it was at, perhaps before a delete.
        let latest = known.last().copied().filter(|_| self.rng.random_range(0..5) > 0);
        let Some((of_model, of_store)) = latest.or_else(|| known.choose(&mut self.rng).copied()) else { return };
        let record = self.changed(current.as_ref().map_or(start, |stored| &stored.verification));
        let (expected, got) = (
            self.model.update(&record, of_model, &Draws::NONE).await,
            self.store.update(&record, of_store, &Draws::NONE).await,
        );
        self.compare_write(id, expected, got);
        self.load(id).await;
    }

    async fn delete(&self, id: VerificationId) {
        let (expected, got) = (self.model.delete(id).await, self.store.delete(id).await);
        assert_eq!(got.expect("a delete is answered"), expected.expect("the model answers"), "delete {id}");
    }

    async fn load(&self, id: VerificationId) {
        let expected = self.model.load(id).await.expect("the model answers");
        let got = self.store.load(id).await.expect("a load is answered");
        let versions = self.versions.get(&id);
        let of_store = |of_model| versions?.iter().find(|(model, _)| *model == of_model).map(|(_, store)| *store);
        let expected = expected.map(|Stored { verification, version }| (verification, of_store(version)));
        assert_eq!(got.map(|stored| (stored.verification, Some(stored.version))), expected, "load {id}");
    }

    async fn message(&mut self) {
        let Some(message) = self.messages.get(self.rng.random_range(0..RECENT_MESSAGES)) else { return };
        self.compare_message(message).await;
    }

    async fn recipient(&mut self) {
        let key = *self.recipients.choose(&mut self.rng).expect("there are some");
        let many = limit(self.rng.random_range(1..8));
        self.compare_recipient(key, many).await;
    }

    async fn due(&mut self) {
        let now = EPOCH.saturating_add(Duration::from_secs(self.rng.random_range(0..700)));
        let many = limit(self.rng.random_range(1..30));
        self.compare_due(now, many).await;
    }

    async fn list(&mut self) {
        let rng = &mut self.rng;
        let mut edge =
            || rng.random::<bool>().then_some(EPOCH.saturating_add(Duration::from_millis(rng.random_range(0..14))));
        let (start_at, end_at) = (edge(), edge());
        let order = if rng.random() { Order::NewestFirst } else { Order::OldestFirst };
        let after = rng.random::<bool>().then(|| self.starts.choose(rng).expect("there are some").id());
        let query = Query { start_at, end_at, order, after, limit: limit(rng.random_range(1..30)) };
        let whose = workspace(rng.random_range(0..3));
        self.compare_list(whose, &query).await;
    }

    /// Everything that can be asked, without changing anything.
    async fn look_at_everything(&self) {
        for start in &self.starts {
            self.load(start.id()).await;
        }
        for message in &self.messages {
            self.compare_message(message).await;
        }
        for key in &self.recipients {
            self.compare_recipient(*key, Limit::MAX).await;
        }
        self.compare_due(Timestamp::MAX, Limit::MAX).await;
        for order in [Order::NewestFirst, Order::OldestFirst] {
            for whose in 0..3 {
                self.compare_list(workspace(whose), &Query { order, limit: Limit::MAX, ..Query::default() }).await;
            }
        }
    }

    /// The record some changes later, or begun again once it has ended: stores interpret nothing.
    fn changed(&mut self, record: &Verification) -> Verification {
        if record.ended_at().is_some() {
            return self.starts.iter().find(|start| start.id() == record.id()).unwrap_or(record).clone();
        }
        let mut changed = record.clone();
        for _ in 0..self.rng.random_range(1..4) {
            changed = self.walk.step(&changed);
        }
        if self.rng.random_range(0..6) == 0 {
            changed = self.walk.end(&changed);
        }
        let named: Vec<_> = changed.index_keys().messages().filter(|it| !self.messages.contains(it)).cloned().collect();
        self.messages.extend(named);
        while self.messages.len() > RECENT_MESSAGES {
            self.messages.pop_front();
        }
        changed
    }

    fn compare_write(
        &mut self,
        id: VerificationId,
        expected: Result<Version, StoreError>,
        got: Result<Version, StoreError>,
    ) {
        match (expected, got) {
            (Ok(of_model), Ok(of_store)) => {
                let given = self.versions.entry(id).or_default();
                assert!(given.iter().all(|(_, before)| *before != of_store), "version {of_store:?} was given before");
                given.push((of_model, of_store));
            }
            (Err(expected), Err(got)) => {
                assert_eq!(discriminant(&got), discriminant(&expected), "{got} for {expected}");
            }
            (expected, got) => panic!("a write gave {got:?} where the model gives {expected:?}"),
        }
    }

    async fn compare_message(&self, message: &MessageId) {
        let expected = self.model.find_by_message(message).await.expect("the model answers");
        let got = self.store.find_by_message(message).await.expect("a lookup by message is answered");
        assert_eq!(got, expected, "by {message:?}");
    }

    async fn compare_recipient(&self, key: RecipientKey, many: Limit) {
        let expected = self.model.find_by_recipient(key, many).await.expect("the model answers");
        let got = self.store.find_by_recipient(key, many).await.expect("a lookup by recipient is answered");
        let times = |records: &[Verification]| records.iter().map(Verification::created_at).collect::<Vec<_>>();
        assert_eq!(times(&got), times(&expected), "the newest {many:?} of {key:?}");
        let all = self.model.find_by_recipient(key, Limit::MAX).await.expect("the model answers");
        let mut seen = BTreeSet::new();
        for record in got {
            assert!(seen.insert(record.id()), "once");
            assert!(all.contains(&record), "open, of that recipient, as it was written last");
        }
    }

    async fn compare_due(&self, now: Timestamp, many: Limit) {
        let expected = self.model.due(now, many).await.expect("the model answers");
        let got = self.store.due(now, many).await.expect("a question for what is due is answered");
        let once: BTreeSet<_> = got.iter().copied().collect();
        assert_eq!(once.len(), got.len(), "each is due once");
        assert_eq!(self.due_times(&got).await, self.due_times(&expected).await, "the earliest {many:?} due at {now}");
    }

    async fn due_times(&self, ids: &[VerificationId]) -> Vec<Option<Timestamp>> {
        let mut times = Vec::new();
        for id in ids {
            let stored = self.model.load(*id).await.expect("the model answers");
            times.push(stored.and_then(|stored| stored.verification.next_timeout()));
        }
        times
    }

    async fn compare_list(&self, whose: WorkspaceId, query: &Query) {
        let expected = self.model.list(whose, query).await.expect("the model answers");
        let Page { verifications, next } = self.store.list(whose, query).await.expect("a list is answered");
        assert_eq!(verifications, expected.verifications, "{query:?} of {whose}");
        assert_eq!(next.is_some(), expected.next.is_some(), "a cursor as long as there is more: {query:?}");
    }
}
