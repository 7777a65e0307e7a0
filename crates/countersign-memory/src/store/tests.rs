use std::collections::BTreeSet;

use countersign::store::{Draws, Limit, Purge as _, StoreError, Version};
use countersign::{Store, Timestamp, Verification};
use countersign_testkit::fixtures::{Advance, Started, Walk};
use futures::executor::block_on;
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Strategy, any, prop_oneof, proptest};

use super::index::{Best, Index};
use super::shard::{Shard, rank_of_recipient};
use super::{MemoryStore, Order, lock};

/// Panics unless every index holds exactly the keys that the records say they have.
fn assert_consistent(store: &MemoryStore) {
    let mut messages = Index::new();
    let mut listed = Index::new();
    let mut count = 0;
    for (number, shard) in store.shards.iter().enumerate() {
        let shard = lock(shard);
        let Shard { records, due, open, ended, .. } = &*shard;
        let all: Vec<&Verification> = records.iter().map(|entry| &entry.verification).collect();
        let keys = |key: &dyn Fn(&Verification) -> Option<u64>| -> Index {
            all.iter().filter_map(|record| Some((key(record)?, record.id()))).collect()
        };
        assert!(all.iter().all(|record| usize::from(record.id().tag()) % store.shards.len() == number));
        listed.extend(keys(&|record| Some(store.shared.listed.rank(record.workspace()))));
        assert_eq!(*due, keys(&|record| record.next_timeout().map(Timestamp::as_millis)));
        assert_eq!(*ended, keys(&|record| record.ended_at().map(Timestamp::as_millis)));
        assert_eq!(*open, keys(&|record| record.index_keys().open_recipient.map(rank_of_recipient)));
        for record in &all {
            let found = records.get(record.id()).map(|entry| &entry.verification);
            assert_eq!(found, Some(*record));
            let of_record = record.index_keys().messages().map(|message| store.shared.messages.rank_of(message));
            messages.extend(of_record.map(|rank| (rank, record.id())));
        }
        count += all.len();
    }
    assert_eq!(store.shared.messages.keys(), messages);
    assert_eq!(store.shared.listed.keys(), listed);
    assert_eq!(store.len(), count);
}

#[derive(Debug, Clone, Copy)]
enum Op {
    Insert(u64),
    InsertAgain(usize),
    Step(usize),
    End(usize),
    UpdateAtAnOldVersion(usize),
    Delete(usize),
    Purge(usize),
}

fn ops() -> impl Strategy<Value = Op> {
    prop_oneof![
        3 => any::<u64>().prop_map(Op::Insert),
        1 => any::<usize>().prop_map(Op::InsertAgain),
        6 => any::<usize>().prop_map(Op::Step),
        2 => any::<usize>().prop_map(Op::End),
        1 => any::<usize>().prop_map(Op::UpdateAtAnOldVersion),
        1 => any::<usize>().prop_map(Op::Delete),
        1 => any::<usize>().prop_map(Op::Purge),
    ]
}

/// What was written and is still there, as a test knows it.
type Known = Vec<(Verification, Version)>;

fn apply(store: &MemoryStore, known: &mut Known, walk: &mut Walk, op: Op) {
    let chosen = |at: usize| at.checked_rem(known.len());
    match op {
        Op::Insert(seed) => {
            let record = Walk::new(seed).started();
            let duplicate = known.iter().any(|(other, _)| other.id() == record.id());
            match block_on(store.insert(&record, &Draws::NONE)) {
                Ok(version) => known.push((record, version)),
                Err(error) => assert!(duplicate && matches!(error, StoreError::AlreadyExists), "{error}"),
            }
        }
        Op::InsertAgain(at) => {
            let Some(at) = chosen(at) else { return };
            assert!(matches!(block_on(store.insert(&known[at].0, &Draws::NONE)), Err(StoreError::AlreadyExists)));
        }
        Op::Step(at) | Op::End(at) => {
            let Some(at) = chosen(at) else { return };
            let (record, version) = &known[at];
            let next = if matches!(op, Op::End(_)) { walk.end(record) } else { walk.step(record) };
            let version = block_on(store.update(&next, *version, &Draws::NONE)).expect("the version is the latest");
            known[at] = (next, version);
        }
        Op::UpdateAtAnOldVersion(at) => {
            let Some(at) = chosen(at) else { return };
            let (record, version) = &known[at];
            let ended = walk.end(record);
            let old = Version::new(version.get() - 1);
            assert!(matches!(block_on(store.update(&ended, old, &Draws::NONE)), Err(StoreError::Conflict { .. })));
        }
        Op::Delete(at) => {
            let Some(at) = chosen(at) else { return };
            let (record, version) = known.swap_remove(at);
            assert!(block_on(store.delete(record.id())).expect("memory answers"));
            assert!(matches!(block_on(store.update(&record, version, &Draws::NONE)), Err(StoreError::Conflict { .. })));
        }
        Op::Purge(at) => {
            // Up to the end of one of them, so that some ended before, some then, and some later.
            let ends: Vec<Timestamp> = known.iter().filter_map(|(record, _)| record.ended_at()).collect();
            let Some(before) = at.checked_rem(ends.len()).map(|at| ends[at]) else { return };
            let goes = |record: &Verification| record.ended_at().is_some_and(|ended_at| ended_at < before);
            let removed = block_on(store.purge(before, Limit::MAX)).expect("memory answers");
            assert_eq!(removed, known.iter().filter(|(record, _)| goes(record)).count());
            known.retain(|(record, _)| !goes(record));
        }
    }
}

proptest! {
    #[test]
    fn every_index_holds_exactly_the_keys_of_the_records(seed: u64, ops in vec(ops(), 1..60)) {
        let store = MemoryStore::new();
        let (mut known, mut walk) = (Known::new(), Walk::new(seed));
        for op in ops {
            apply(&store, &mut known, &mut walk, op);
        }
        assert_consistent(&store);
        for (record, version) in &known {
            let stored = block_on(store.load(record.id())).expect("memory answers").expect("it was not removed");
            assert_eq!((&stored.verification, stored.version), (record, *version));
        }
        assert_eq!(store.len(), known.len());
    }

    #[test]
    fn the_best_of_several_indexes_are_the_best_of_all(
        shard_of in btree_map(any::<u64>(), 0_usize..6, 0..100),
        most in 1_usize..40,
    ) {
        let id = Started::new(0).record().id();
        for order in [Order::NewestFirst, Order::OldestFirst] {
            let mut best = Best::new(order, most);
            for shard in 0..6 {
                let keys = shard_of.iter().filter(|(_, of)| **of == shard).map(|(rank, _)| (*rank, id));
                match order {
                    Order::NewestFirst => best.take(keys.rev()),
                    Order::OldestFirst => best.take(keys),
                }
            }
            let ranks = shard_of.keys().copied();
            let expected: Vec<u64> = match order {
                Order::NewestFirst => ranks.rev().take(most).collect(),
                Order::OldestFirst => ranks.take(most).collect(),
            };
            let taken: Vec<u64> = best.into_keys().into_iter().map(|(rank, _)| rank).collect();
            assert_eq!(taken, expected);
        }
    }
}

#[test]
fn a_record_that_comes_again_gets_versions_it_never_had() {
    let store = MemoryStore::new();
    let record = Started::new(1).record();
    let mut versions = BTreeSet::new();
    for _ in 0..3 {
        let inserted = block_on(store.insert(&record, &Draws::NONE)).expect("it is not there");
        let updated =
            block_on(store.update(&record.mistyped(), inserted, &Draws::NONE)).expect("the version is the latest");
        assert!(versions.insert(inserted) && versions.insert(updated), "{versions:?}");
        assert!(block_on(store.delete(record.id())).expect("memory answers"));
    }
}

#[test]
fn a_lock_that_a_panic_poisoned_still_serves() {
    let store = MemoryStore::new();
    let record = Started::new(1).record();
    let version = block_on(store.insert(&record, &Draws::NONE)).expect("it is not there");
    std::thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let _guard = store.shard(record.id().tag());
            panic!("poisons the lock");
        });
        assert!(holder.join().is_err());
    });
    block_on(store.update(&record.canceled(), version, &Draws::NONE)).expect("the version is the latest");
    assert_consistent(&store);
}
