//! Clause 4: records as they come back.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign::store::{Draws, Limit, Order, Query};
use countersign::{Store, Verification, WorkspaceId};

use crate::conformance::expect::{by_recipient, delete, insert, load, message, update, walk};
use crate::fixtures::{Advance, Started, Walk, arbitrary_record};

const RECORDS: u64 = 256;

/// Also beside others, and after it was one.
pub async fn an_unknown_id_loads_nothing(store: Arc<dyn Store>) {
    let [known, unknown] = [1, 2].map(|seed| Started::new(seed).recipient(crate::fixtures::phone()).record());
    assert!(load(&store, unknown.id()).await.is_none(), "an empty store has nothing");
    insert(&store, &known).await;
    assert!(load(&store, unknown.id()).await.is_none(), "another record of the same recipient and time is another");
    insert(&store, &unknown).await;
    assert!(delete(&store, unknown.id()).await, "there was a record");
    assert!(load(&store, unknown.id()).await.is_none(), "a deleted record is nothing");
    assert!(load(&store, known.id()).await.is_some(), "the other one stays");
}

/// Whatever a record went through: see [`arbitrary_record`].
pub async fn a_load_gives_back_an_equal_record(store: Arc<dyn Store>) {
    let records: Vec<_> = (0..RECORDS).map(arbitrary_record).collect();
    for record in &records {
        insert(&store, record).await;
    }
    for record in &records {
        let stored = load(&store, record.id()).await.expect("it was inserted");
        assert_eq!(stored.verification, *record, "whole and equal to what went in");
    }
}

/// Growing and ending records, some of which lose most of what they had when they begin again.
pub async fn a_load_gives_back_an_equal_record_after_each_update(store: Arc<dyn Store>) {
    for seed in 0..40 {
        let mut walk = Walk::new(seed);
        let started = walk.started();
        let mut version = insert(&store, &started).await;
        let mut record = started.clone();
        for change in 0..30 {
            record = match change % 10 {
                8 => walk.end(&record),
                9 => started.clone(),
                _ => walk.step(&record),
            };
            version = update(&store, &record, version).await;
            let stored = load(&store, record.id()).await.expect("it was inserted");
            assert_eq!(stored.verification, record, "whole and equal to what went in");
            assert_eq!(stored.version, version, "with the version to update it by");
        }
    }
}

/// With the version to update it by.
pub async fn a_load_gives_the_version_of_the_last_write(store: Arc<dyn Store>) {
    let record = Started::new(1).record();
    let inserted = insert(&store, &record).await;
    let stored = load(&store, record.id()).await.expect("it was inserted");
    assert_eq!(stored.version, inserted, "of the insert");
    let updated = update(&store, &record.handed_over_as(&message("first")), stored.version).await;
    let stored = load(&store, record.id()).await.expect("it was inserted");
    assert_eq!(stored.version, updated, "of the update");
    assert!(store.update(&record, inserted, &Draws::NONE).await.is_err(), "an update of the version before fails");
    let stored = load(&store, record.id()).await.expect("it was inserted");
    assert_eq!(stored.version, updated, "of the last write that was one");
    update(&store, &record.canceled(), stored.version).await;
}

/// Records come whole, by whatever way they were found.
pub async fn lists_and_lookups_give_back_equal_records(store: Arc<dyn Store>) {
    let mut listed: BTreeMap<WorkspaceId, Vec<Verification>> = BTreeMap::new();
    for seed in RECORDS..2 * RECORDS {
        let record = arbitrary_record(seed);
        insert(&store, &record).await;
        if let Some(key) = record.index_keys().open_recipient {
            let found = by_recipient(&store, key, Limit::MAX).await;
            assert!(found.contains(&record), "found by its recipient, whole and equal to what went in");
        }
        listed.entry(record.workspace()).or_default().push(record);
    }
    for (workspace, mut records) in listed {
        records.sort_by_key(Verification::id);
        let query = Query { order: Order::OldestFirst, limit: Limit::MAX, ..Query::default() };
        assert_eq!(walk(&store, workspace, query).await, records, "listed, whole and equal to what went in");
    }
}
