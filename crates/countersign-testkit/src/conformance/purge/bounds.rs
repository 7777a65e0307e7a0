//! Clause 3: how much a purge removes.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Purge};
use countersign::{Store, Timestamp, Verification};

use super::removals::{ended, purge};
use super::store_of;
use crate::conformance::expect::{assert_stored, insert, limit, load, recipient_of};
use crate::fixtures::{Started, at, phone};

/// Stores so many records that have ended, half of them of one recipient.
async fn populate(store: &Arc<dyn Store>, count: u64) -> Vec<Verification> {
    let mut records = Vec::new();
    for seed in 0..count {
        let mut record = ended(seed, seed % 7);
        if seed % 2 == 0 {
            record = crate::fixtures::Advance::canceled(&Started::new(seed).at(at(9)).recipient(phone()).record());
        }
        insert(store, &record).await;
        records.push(record);
    }
    records
}

async fn count_left(store: &Arc<dyn Store>, records: &[Verification]) -> usize {
    let mut left = 0;
    for record in records {
        left += usize::from(load(store, record.id()).await.is_some());
    }
    left
}

/// Whatever the limit, each call removes that many, then the rest, then none.
pub async fn a_purge_removes_up_to_limit_records_and_returns_how_many(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let open = Started::new(1_000).record();
    insert(&store, &open).await;
    for many in [1, 2, 7, 19, 20, 21, 1_000] {
        let records = populate(&store, 20).await;
        let mut left = records.len();
        while left > 0 {
            let removed = purge(&purged, at(11), limit(many)).await;
            assert_eq!(removed, many.min(left), "up to {many} of {left}");
            left -= removed;
            assert_eq!(count_left(&store, &records).await, left, "as many are gone as it says");
        }
        assert_eq!(purge(&purged, at(11), limit(many)).await, 0, "none is left");
    }
    assert_stored(&store, &open, recipient_of(&open)).await;
}

/// Clause 3: so a host knows when to stop.
pub async fn a_purge_that_returns_fewer_than_limit_left_none_behind(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    // More than a store is likely to look at in one go.
    let records = populate(&store, 360).await;
    assert_eq!(purge(&purged, at(11), Limit::MAX).await, records.len(), "all of them in one call");
    assert_eq!(count_left(&store, &records).await, 0, "none is left");
    // Records that stay do not hide those that go.
    for seed in 0..40 {
        insert(&store, &ended(seed, seed * 100)).await;
    }
    let mut removed = 0;
    loop {
        let batch = purge(&purged, at(12), limit(3)).await;
        removed += batch;
        if batch < 3 {
            break;
        }
    }
    assert_eq!(removed, 20, "those of the first two seconds");
    assert_eq!(purge(&purged, Timestamp::MAX, Limit::MAX).await, 20, "the others stayed");
}

/// Clause 3, as hosts call it.
pub async fn a_purge_by_age_removes_all_that_is_older_in_batches(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    for seed in 0..30 {
        insert(&store, &ended(seed, seed * 1_000)).await;
    }
    let by_age =
        async |age, now| purged.purge_older_than(Duration::from_secs(age), now).await.expect("a purge is answered");
    assert_eq!(by_age(3_600, at(39)).await, 0, "none is an hour old");
    assert_eq!(by_age(20, at(39)).await, 9, "older than 20 seconds, at 39");
    assert_eq!(by_age(0, at(39)).await, 20, "all but the one that ended just now");
    assert_eq!(by_age(u64::MAX, Timestamp::MAX).await, 0, "an age before all time");
    assert_eq!(by_age(0, at(40)).await, 1, "the last one");
}
