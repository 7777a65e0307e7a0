//! Clauses 1 and 2: what a purge removes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Draws, Limit, Purge, Query};
use countersign::{Timestamp, Verification};

use super::store_of;
use crate::conformance::expect::{
    assert_conflict, assert_gone, assert_stored, by_message, ids, insert, limit, list, load, message, recipient_of,
    update,
};
use crate::fixtures::{Advance, Started, at, workspace};

pub(super) async fn purge(store: &Arc<dyn Purge>, ended_before: Timestamp, limit: Limit) -> usize {
    store.purge(ended_before, limit).await.expect("a purge is answered")
}

/// A record that was canceled so many milliseconds after [`at`] of 10 seconds.
pub(super) fn ended(seed: u64, millis: u64) -> Verification {
    let record = Started::new(seed).at(at(9).saturating_add(Duration::from_millis(millis))).record().canceled();
    assert_eq!(
        record.ended_at(),
        Some(at(10).saturating_add(Duration::from_millis(millis))),
        "canceled a second later"
    );
    record
}

/// Clause 1, to the millisecond, for every end.
pub async fn a_purge_removes_what_ended_before_the_time_and_nothing_else(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let mut records: Vec<_> = (0..20).map(|millis| ended(millis, millis)).collect();
    let open = Started::new(100).record().handed_over_as(&message("first"));
    let ends: [fn(&Verification) -> Verification; 3] = [Advance::verified, Advance::failed, Advance::expired];
    for (seed, end) in (101..).zip(ends) {
        records.push(end(&Started::new(seed).record().handed_over_as(&message(&format!("of {seed}")))));
    }
    for record in records.iter().chain([&open]) {
        insert(&store, record).await;
    }
    let mut left: Vec<_> = records.iter().collect();
    for ended_before in [Timestamp::MIN, at(1), at(10), at(10).saturating_add(Duration::from_millis(7)), at(10_000)] {
        let before = left.len();
        left.retain(|record| record.ended_at() >= Some(ended_before));
        let removed = purge(&purged, ended_before, Limit::MAX).await;
        assert_eq!(removed, before - left.len(), "what ended before {ended_before}");
        assert_eq!(purge(&purged, ended_before, Limit::MAX).await, 0, "and it is gone");
        for record in &records {
            let stored = load(&store, record.id()).await.map(|stored| stored.verification);
            let expected = left.contains(&record).then(|| record.clone());
            assert_eq!(stored, expected, "a purge of what ended before {ended_before}");
        }
        assert_stored(&store, &open, recipient_of(&open)).await;
    }
    assert!(left.is_empty(), "every end is an end");
}

/// Clause 1: whether a record has ended is in the record and not on a clock.
pub async fn a_purge_removes_no_open_record_however_long_past_its_expiry(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let prepared = Started::new(1).record();
    let sent = Started::new(2).record().handed_over_as(&message("first"));
    let mistyped = Started::new(3).record().handed_over_as(&message("second")).mistyped();
    for record in [&prepared, &sent, &mistyped] {
        insert(&store, record).await;
    }
    for ended_before in [prepared.expires_at(), at(1_000_000), Timestamp::MAX] {
        assert_eq!(purge(&purged, ended_before, Limit::MAX).await, 0, "nothing has ended");
        for record in [&prepared, &sent, &mistyped] {
            assert_stored(&store, record, recipient_of(record)).await;
        }
    }
    let version = load(&store, prepared.id()).await.expect("it is open").version;
    update(&store, &prepared.expired(), version).await;
    assert_eq!(purge(&purged, Timestamp::MAX, Limit::MAX).await, 1, "the one whose end was stored");
    assert_gone(&store, &prepared).await;
}

/// Clause 2: an entry that is left over would take a place where one is asked for, or come back with the id.
pub async fn a_purged_record_is_gone_with_all_its_keys(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let started = Started::new(1).at(at(1)).record();
    let open = started.handed_over_as(&message("first")).resent().handed_over_as(&message("second"));
    let of_the_same = |seed, seconds| Started::new(seed).at(at(seconds)).recipient(open.recipient().clone()).record();
    let [older, newer] = [of_the_same(2, 0), of_the_same(3, 2)];
    insert(&store, &older).await;
    insert(&store, &newer).await;
    for end in [open.verified(), open.failed(), open.expired(), open.canceled()] {
        let version = insert(&store, &open).await;
        update(&store, &end, version).await;
        assert_eq!(purge(&purged, Timestamp::MAX, Limit::MAX).await, 1, "the one that has ended");
        assert_gone(&store, &open).await;
        let query = Query { limit: limit(2), ..Query::default() };
        let page = list(&store, workspace(1), &query).await;
        assert_eq!(ids(&page.verifications), [newer.id(), older.id()], "its place is free");
        assert_eq!(page.next, None, "its place is free");
    }
    insert(&store, &started).await;
    for gone in ["first", "second"] {
        assert_eq!(by_message(&store, &message(gone)).await, None, "a key came back with the id");
    }
    assert_eq!(purge(&purged, Timestamp::MAX, Limit::MAX).await, 0, "its end came back with the id");
    assert_stored(&store, &started, recipient_of(&started)).await;
}

/// Clause 2, and 3 of the store.
pub async fn an_update_of_a_purged_record_is_refused_and_inserts_nothing(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let open = Started::new(1).record().handed_over_as(&message("first"));
    let first = insert(&store, &open).await;
    let second = update(&store, &open.canceled(), first).await;
    assert_eq!(purge(&purged, Timestamp::MAX, Limit::MAX).await, 1, "it has ended");
    for version in [first, second] {
        for state in [&open, &open.canceled(), &open.verified()] {
            assert_conflict(store.update(state, version, &Draws::NONE).await, "an update of a purged record");
            assert_gone(&store, &open).await;
        }
    }
    assert!(!store.delete(open.id()).await.expect("a delete is answered"), "there is nothing to delete");
}

/// Clause 2: an update that was meant for a former life of the id must not win.
pub async fn a_record_that_comes_again_after_a_purge_gets_versions_it_never_had(purged: Arc<dyn Purge>) {
    let store = store_of(&purged);
    let record = Started::new(1).record();
    let mut given = BTreeSet::new();
    for life in 0..5 {
        let inserted = insert(&store, &record).await;
        assert!(given.insert(inserted), "insert {life} gave a version again");
        for old in given.iter().filter(|old| **old != inserted) {
            assert_conflict(
                store.update(&record.canceled(), *old, &Draws::NONE).await,
                "an update of a version of a former life",
            );
        }
        let updated = update(&store, &record.canceled(), inserted).await;
        assert!(given.insert(updated), "update {life} gave a version again");
        assert_eq!(purge(&purged, Timestamp::MAX, Limit::MAX).await, 1, "it has ended");
    }
}
