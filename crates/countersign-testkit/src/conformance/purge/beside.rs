//! Clauses 2 and 4: a purge beside readers, writers and other purges.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::store::{Draws, Limit, Purge, StoreError};
use countersign::{Store, Timestamp};

use super::removals::{ended, purge};
use super::store_of;
use crate::conformance::expect::{insert, is_listed, limit, load, update};
use crate::conformance::race::race;
use crate::conformance::readers::Readers;
use crate::fixtures::{Advance, Started, at};

/// Clause 2: once it is not loaded it is not listed, and once it is not listed it is not loaded.
pub async fn a_purged_record_disappears_from_loads_and_lists_together(purged: Arc<dyn Purge>) {
    const RECORDS: u64 = 16;
    let store = store_of(&purged);
    let records: Arc<Vec<_>> = Arc::new((0..RECORDS).map(|seed| ended(seed, seed)).collect());
    for record in records.iter() {
        insert(&store, record).await;
    }
    let asked = Arc::clone(&records);
    let mut readers = Readers::start(&store, move |store| {
        let records = Arc::clone(&asked);
        async move {
            for record in records.iter() {
                if load(&store, record.id()).await.is_none() {
                    assert!(!is_listed(&store, record).await, "not loaded any more, and listed");
                } else if !is_listed(&store, record).await {
                    assert!(load(&store, record.id()).await.is_none(), "not listed any more, and loaded");
                }
            }
        }
    });
    for _ in 0..RECORDS {
        readers.come_along().await;
        assert_eq!(purge(&purged, at(11), limit(1)).await, 1, "one of those that are left");
    }
    readers.finish().await;
}

const WRITERS: u64 = 4;
/// How many purges are made beside the writers, and how many rounds a writer makes at most meanwhile.
const PURGES: usize = 40;
const MAX_ROUNDS: usize = 500;

/// Clause 4: records go back and forth between open and ended, and only an ended one is removed.
pub async fn a_purge_removes_no_record_that_is_open_again(purged: Arc<dyn Purge>) {
    let purges = Arc::new(AtomicUsize::new(0));
    let (beside, counted) = (Arc::clone(&purged), Arc::clone(&purges));
    let purging = tokio::spawn(async move {
        let mut removed = 0;
        for _ in 0..PURGES {
            removed += purge(&beside, Timestamp::MAX, Limit::MAX).await;
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
        }
        removed
    });
    let flips = (0..WRITERS).map(|seed| tokio::spawn(flip(store_of(&purged), seed, Arc::clone(&purges))));
    let writers: Vec<_> = flips.collect();
    let mut gone = 0;
    for writer in writers {
        gone += writer.await.expect("a writer finds nothing wrong");
    }
    let removed = purging.await.expect("a purge is answered");
    let rest = purge(&purged, Timestamp::MAX, Limit::MAX).await;
    assert_eq!(removed + rest, gone, "each removal is counted once");
}

/// Ends a record and opens it again, as long as purges are made, and ends it at last. Returns how often it was, or is yet
/// to be, removed.
async fn flip(store: Arc<dyn Store>, seed: u64, purges: Arc<AtomicUsize>) -> usize {
    let open = Started::new(seed).record();
    let end = open.canceled();
    let mut gone = 0;
    let mut version = insert(&store, &open).await;
    for _ in 0..MAX_ROUNDS {
        version = match store.update(&end, version, &Draws::NONE).await {
            Ok(version) => version,
            Err(error) => panic!("an open record cannot be purged: {error}"),
        };
        tokio::task::yield_now().await;
        version = match store.update(&open, version, &Draws::NONE).await {
            Ok(version) => version,
            Err(StoreError::Conflict { .. }) => {
                gone += 1;
                assert!(load(&store, open.id()).await.is_none(), "a purged record is gone");
                insert(&store, &open).await
            }
            Err(error) => panic!("an update wins or conflicts: {error}"),
        };
        tokio::task::yield_now().await;
        let stored = load(&store, open.id()).await.expect("an open record cannot be purged");
        assert_eq!((stored.verification, stored.version), (open.clone(), version), "as it was written last");
        if purges.load(Ordering::SeqCst) == PURGES {
            break;
        }
    }
    update(&store, &end, version).await;
    gone + 1
}

/// Clause 4.
pub async fn of_concurrent_purges_one_counts_each_record(purged: Arc<dyn Purge>) {
    const RECORDS: u64 = 40;
    let store = store_of(&purged);
    for _ in 0..5 {
        for seed in 0..RECORDS {
            insert(&store, &ended(seed, seed)).await;
        }
        let removed = race(&purged, |number, purged| async move {
            let mut removed = 0;
            loop {
                let batch = purge(&purged, at(11), limit(1 + number)).await;
                removed += batch;
                if batch == 0 {
                    return removed;
                }
            }
        })
        .await;
        assert_eq!(removed.iter().sum::<usize>(), 40, "each record counts once: {removed:?}");
    }
}
