//! All clauses: random operations and purges, answered by the store and by [`NaiveStore`] alike.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Draws, Limit, Order, Purge, Query};
use countersign::{Store, Timestamp, Verification};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::removals::purge;
use super::store_of;
use crate::conformance::expect::{by_recipient, due, limit, list, recipient_of};
use crate::fixtures::{EPOCH, Started, Walk, phone_number, workspace};
use crate::naive::NaiveStore;

const OPERATIONS: usize = 1_500;
/// How many operations between two looks at everything.
const LOOK_EVERY: usize = 15;
const RECORDS: u64 = 24;

/// Records come, change and end, and purges of every size remove what the model says may go.
pub async fn random_operations_and_purges_are_answered_as_by_the_model(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let model = NaiveStore::new();
    let (mut rng, mut walk) = (StdRng::seed_from_u64(1), Walk::new(1));
    let starts: Vec<_> = (0..RECORDS).map(start).collect();
    for number in 0..OPERATIONS {
        let start = starts.choose(&mut rng).expect("there are some");
        if rng.random_range(0..6) == 0 {
            let ended_before = EPOCH.saturating_add(Duration::from_secs(rng.random_range(0..40)));
            let many = if rng.random() { Limit::MAX } else { limit(rng.random_range(1..4)) };
            compare_purge(&purged, &model, &starts, ended_before, many).await;
        } else {
            write(&store, &model, start, &mut walk, rng.random_range(0..4) == 0).await;
        }
        if number % LOOK_EVERY == 0 {
            compare(&store, &model, &starts, start).await;
        }
    }
}

fn start(number: u64) -> Verification {
    let at = EPOCH.saturating_add(Duration::from_millis(number * 700));
    Started::new(number).at(at).workspace(workspace(number % 2)).recipient(phone_number(number % 5)).record()
}

/// Inserts a record that is not there; else takes it further, or to an end.
async fn write(store: &Arc<dyn Store>, model: &NaiveStore, start: &Verification, walk: &mut Walk, end: bool) {
    let of_model = model.load(start.id()).await.expect("the model answers");
    let of_store = store.load(start.id()).await.expect("a load is answered");
    let (Some(of_model), Some(of_store)) = (of_model, of_store) else {
        model.insert(start, &Draws::NONE).await.expect("the model has no such record");
        store.insert(start, &Draws::NONE).await.expect("an insert of a purged id succeeds");
        return;
    };
    let open = of_model.verification.ended_at().is_none();
    let next = match (open, end) {
        (true, true) => walk.end(&of_model.verification),
        (true, false) => walk.step(&of_model.verification),
        // An ended record begins again: stores interpret nothing.
        (false, _) => start.clone(),
    };
    model.update(&next, of_model.version, &Draws::NONE).await.expect("the model's own version");
    store.update(&next, of_store.version, &Draws::NONE).await.expect("the store's own version");
}

/// Which of those that qualify go first is up to the store: the model removes the same ones.
async fn compare_purge(
    purged: &Arc<dyn Purge>,
    model: &NaiveStore,
    starts: &[Verification],
    ended_before: Timestamp,
    many: Limit,
) {
    let qualifies = |record: &Verification| record.ended_at().is_some_and(|ended_at| ended_at < ended_before);
    let mut qualified = Vec::new();
    for start in starts {
        let stored = model.load(start.id()).await.expect("the model answers");
        qualified.extend(stored.filter(|stored| qualifies(&stored.verification)).map(|_| start.id()));
    }
    let removed = purge(purged, ended_before, many).await;
    assert_eq!(removed, qualified.len().min(many.get()), "up to {many:?} of what ended before {ended_before}");
    let mut gone = 0;
    for id in qualified {
        if purged.load(id).await.expect("a load is answered").is_none() {
            assert!(model.delete(id).await.expect("the model answers"), "it was there");
            gone += 1;
        }
    }
    assert_eq!(gone, removed, "as many are gone as it says, of those that qualify");
}

/// Everything that can be asked about one record and its neighbours, without changing anything.
async fn compare(store: &Arc<dyn Store>, model: &NaiveStore, starts: &[Verification], start: &Verification) {
    for start in starts {
        let got = store.load(start.id()).await.expect("a load is answered").map(|stored| stored.verification);
        let expected = model.load(start.id()).await.expect("the model answers").map(|stored| stored.verification);
        assert_eq!(got, expected, "load {}", start.id());
    }
    let query = Query { order: Order::OldestFirst, limit: Limit::MAX, ..Query::default() };
    let expected = model.list(start.workspace(), &query).await.expect("the model answers");
    let listed = list(store, start.workspace(), &query).await;
    assert_eq!(listed.verifications, expected.verifications, "the list of {}", start.workspace());
    let key = recipient_of(start);
    let expected = model.find_by_recipient(key, Limit::MAX).await.expect("the model answers");
    assert_eq!(by_recipient(store, key, Limit::MAX).await, expected, "the open records of a recipient");
    let expected = model.due(Timestamp::MAX, Limit::MAX).await.expect("the model answers").len();
    assert_eq!(due(store, Timestamp::MAX, Limit::MAX).await.len(), expected, "as many are due at some time");
}
