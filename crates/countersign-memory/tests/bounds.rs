//! What the memory store promises beyond the contract: purging and the bound on records.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use countersign::store::{Draws, Purge as _, Query, StoreError};
use countersign::{Store, Timestamp, Verification};
use countersign_memory::MemoryStore;
use countersign_testkit::fixtures::{Advance, Started, at, workspace};
use futures::executor::block_on;

/// A record that was taken back so many seconds after the tests' epoch.
fn canceled_at(seconds: u64) -> Verification {
    Started::new(seconds).at(at(seconds - 1)).record().canceled()
}

fn insert(store: &MemoryStore, record: &Verification) {
    block_on(store.insert(record, &Draws::NONE)).expect("the store has room");
}

fn holds(store: &MemoryStore, record: &Verification) -> bool {
    block_on(store.load(record.id())).expect("memory answers").is_some()
}

/// Everything that ended before that time, in as many batches as it takes.
fn purge(store: &MemoryStore, ended_before: Timestamp) -> usize {
    block_on(store.purge_older_than(Duration::ZERO, ended_before)).expect("memory answers")
}

#[test]
fn purge_removes_what_ended_before_and_nothing_else() {
    let store = MemoryStore::new();
    let open = Started::new(1_000).record();
    let ended: Vec<Verification> = (1..=600).map(canceled_at).collect();
    ended.iter().chain([&open]).for_each(|record| insert(&store, record));

    assert_eq!(purge(&store, at(500)), 499);

    for (record, second) in ended.iter().zip(1_u64..) {
        assert_eq!(holds(&store, record), second >= 500, "ended at second {second}");
    }
    assert!(holds(&store, &open));
    assert_eq!(store.len(), 102);
    assert_eq!(purge(&store, at(500)), 0);
    assert_eq!(purge(&store, Timestamp::MAX), 101);
    let left = block_on(store.list(workspace(1), &Query::default())).expect("memory answers").verifications;
    assert_eq!(left, [open]);
}

#[test]
fn purge_takes_any_number_from_one_recipient() {
    let store = MemoryStore::new();
    for seed in 0..2_500 {
        // One recipient, so one shard, and more than one batch removes.
        insert(&store, &Started::new(seed).recipient(countersign_testkit::fixtures::phone()).record().canceled());
    }
    assert_eq!(purge(&store, Timestamp::MAX), 2_500);
    assert!(store.is_empty());
}

#[test]
fn a_full_store_says_so_loses_nothing_and_takes_records_again_after_a_purge() {
    let store = MemoryStore::with_capacity_limit(3);
    let (open, ended, more) = (Started::new(1).record(), canceled_at(2), Started::new(3).record());
    let late = Started::new(4).record();
    [&open, &ended, &more].into_iter().for_each(|record| insert(&store, record));

    assert!(matches!(block_on(store.insert(&late, &Draws::NONE)), Err(StoreError::Full { capacity: 3 })));
    assert!(matches!(block_on(store.insert(&open, &Draws::NONE)), Err(StoreError::AlreadyExists)));
    assert!([&open, &ended, &more].into_iter().all(|record| holds(&store, record)) && !holds(&store, &late));
    assert_eq!(store.len(), 3);

    assert_eq!(purge(&store, Timestamp::MAX), 1);
    insert(&store, &late);
    assert!(matches!(block_on(store.insert(&ended, &Draws::NONE)), Err(StoreError::Full { .. })));

    assert!(block_on(store.delete(more.id())).expect("memory answers"));
    assert!(!block_on(store.delete(more.id())).expect("memory answers"), "a place is given back once");
    insert(&store, &ended);
    assert!(matches!(block_on(store.insert(&more, &Draws::NONE)), Err(StoreError::Full { .. })));
}

#[test]
fn the_bound_holds_and_every_place_is_used_under_races() {
    const THREADS: u64 = 8;
    const EACH: u64 = 200;
    const CAPACITY: usize = 100;
    let store = MemoryStore::with_capacity_limit(CAPACITY);
    let (begin, done) = (Barrier::new(THREADS as usize), AtomicBool::new(false));
    let (inserted, deleted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (store, begin, inserted, deleted) = (&store, &begin, &inserted, &deleted);
                scope.spawn(move || {
                    let records: Vec<_> = (0..EACH).map(|n| Started::new(thread * EACH + n).record()).collect();
                    begin.wait();
                    for (record, n) in records.iter().zip(0_u64..) {
                        match block_on(store.insert(record, &Draws::NONE)) {
                            Ok(_) => inserted.fetch_add(1, Ordering::Relaxed),
                            Err(StoreError::Full { capacity: CAPACITY }) => continue,
                            Err(error) => panic!("{error}"),
                        };
                        if n % 2 == 0 && block_on(store.delete(record.id())).expect("memory answers") {
                            deleted.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                })
            })
            .collect();
        let watcher = scope.spawn(|| {
            let mut most = 0;
            while !done.load(Ordering::Relaxed) {
                most = most.max(store.len());
                thread::sleep(Duration::from_micros(50));
            }
            most
        });
        threads.into_iter().for_each(|thread| thread.join().expect("no thread panics"));
        done.store(true, Ordering::Relaxed);
        assert!(watcher.join().expect("no thread panics") <= CAPACITY);
    });
    assert_eq!(store.len(), inserted.into_inner() - deleted.into_inner());

    // No place was lost, and none given back twice: exactly the rest still goes in.
    let rest = CAPACITY - store.len();
    let later = (THREADS * EACH..).map(|seed| Started::new(seed).record());
    assert_eq!(
        later.take(CAPACITY).filter(|record| block_on(store.insert(record, &Draws::NONE)).is_ok()).count(),
        rest
    );
    assert_eq!(store.len(), CAPACITY);
}

#[test]
fn debug_shows_counts_and_no_record() {
    let store = MemoryStore::with_capacity_limit(5);
    insert(&store, &Started::new(1).record());
    assert_eq!(format!("{store:?}"), "MemoryStore { records: 1, capacity: 5, .. }");
}
