//! Clauses 1, 2, 3, 5 and 10, one write after the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign::store::{Draws, Found, Query, StoreError, Version};
use countersign::{Store, Timestamp, Verification};

use crate::conformance::expect::{
    assert_conflict, assert_gone, assert_no_keys, assert_stored, by_message, by_recipient, delete, due, insert, limit,
    list, load, message, recipient_of, update,
};
use crate::fixtures::{Advance, Started, at};

/// Clause 1, over a record that has gone further than the one inserted again.
pub async fn an_insert_of_an_id_that_exists_is_refused_and_changes_nothing(store: Arc<dyn Store>) {
    let early = Started::new(1).record();
    let late = early.handed_over_as(&message("first")).mistyped();
    let version = insert(&store, &late).await;
    for again in [&late, &early, &early.resent().handed_over_as(&message("second")), &early.canceled()] {
        let refused = store.insert(again, &Draws::NONE).await;
        assert!(matches!(refused, Err(StoreError::AlreadyExists)), "refused, not {refused:?}");
        assert_stored(&store, &late, recipient_of(&late)).await;
    }
    assert_eq!(by_message(&store, &message("second")).await, None, "a refused insert leaves no key");
    assert_eq!(load(&store, late.id()).await.expect("it is there").version, version, "nor a new version");
    update(&store, &early, version).await;
}

/// Clauses 4 and 5, through a life from the start to each end.
pub async fn an_update_replaces_the_record_and_all_its_keys(store: Arc<dyn Store>) {
    let started = Started::new(1).record();
    let sent = started.handed_over_as(&message("first"));
    let mistyped = sent.mistyped();
    let resent = mistyped.resent();
    let open = resent.handed_over_as(&message("second"));
    let life = [started, sent, mistyped, resent, open.clone()];
    let recipient = recipient_of(&open);
    for end in [open.verified(), open.failed(), open.expired(), open.canceled()] {
        let mut version = insert(&store, &life[0]).await;
        for state in &life[1..] {
            version = update(&store, state, version).await;
            assert_stored(&store, state, recipient).await;
        }
        update(&store, &end, version).await;
        assert_stored(&store, &end, recipient).await;
        assert_no_keys(&store, &open).await;
        assert!(delete(&store, open.id()).await, "there was a record");
    }
}

/// Clause 2.
pub async fn an_update_of_a_stale_version_is_refused_and_changes_nothing(store: Arc<dyn Store>) {
    let first = Started::new(1).record();
    let second = first.handed_over_as(&message("first"));
    let third = second.mistyped();
    let mut stale = vec![insert(&store, &first).await];
    stale.push(update(&store, &second, stale[0]).await);
    let current = update(&store, &third, stale[1]).await;
    // A version of another record is stale here, too, unless the two happen to be counted alike.
    let other = insert(&store, &Started::new(2).record()).await;
    stale.extend((other != current).then_some(other));
    for version in stale {
        for state in [&first, &third, &second.resent().handed_over_as(&message("second")), &third.canceled()] {
            assert_conflict(store.update(state, version, &Draws::NONE).await, "an update of a stale version");
            assert_stored(&store, &third, recipient_of(&third)).await;
        }
    }
    assert_eq!(by_message(&store, &message("second")).await, None, "a refused update leaves no key");
    assert_eq!(load(&store, third.id()).await.expect("it is there").version, current, "nor a new version");
}

/// Clause 3, for an id that never was.
pub async fn an_update_of_an_unknown_record_is_refused_and_inserts_nothing(store: Arc<dyn Store>) {
    let unknown = Started::new(1).record().handed_over_as(&message("unknown"));
    let other = Started::new(2).record();
    let version = insert(&store, &other).await;
    assert_conflict(store.update(&unknown, version, &Draws::NONE).await, "an update of an unknown record");
    assert_gone(&store, &unknown).await;
    assert_stored(&store, &other, recipient_of(&other)).await;
}

/// Clause 3, for an id that was.
pub async fn an_update_of_a_deleted_record_is_refused_and_inserts_nothing(store: Arc<dyn Store>) {
    let record = Started::new(1).record();
    let next = record.handed_over_as(&message("first"));
    let first = insert(&store, &record).await;
    let second = update(&store, &next, first).await;
    assert!(delete(&store, record.id()).await, "there was a record");
    for version in [first, second] {
        assert_conflict(store.update(&next, version, &Draws::NONE).await, "an update of a deleted record");
        assert_gone(&store, &next).await;
    }
}

/// Clause 2, also over deletes: an update that was meant for a former life of the id must not win.
pub async fn every_write_of_a_record_gives_a_version_never_given_before(store: Arc<dyn Store>) {
    let states = [Started::new(1).record(), Started::new(1).record().mistyped()];
    let mut given = BTreeSet::new();
    for life in 0..4 {
        let mut version = insert(&store, &states[0]).await;
        assert!(given.insert(version), "insert {life} gave a version again");
        for round in 0..20 {
            version = update(&store, &states[round % 2], version).await;
            assert!(given.insert(version), "update {round} of life {life} gave a version again");
        }
        assert!(delete(&store, states[0].id()).await, "there was a record");
    }
    insert(&store, &states[0]).await;
    for version in given {
        assert_conflict(
            store.update(&states[1], version, &Draws::NONE).await,
            "an update of a version of a former life",
        );
    }
}

/// Clauses 5 and 10: an entry that is left over would take a place where one is asked for, or come back with the id.
pub async fn a_delete_forgets_the_record_and_all_its_keys(store: Arc<dyn Store>) {
    let record = Started::new(1).at(at(1)).record();
    let recipient = recipient_of(&record);
    let of_the_same = |seed, seconds| Started::new(seed).at(at(seconds)).recipient(record.recipient().clone()).record();
    let [older, newer] = [of_the_same(2, 0), of_the_same(3, 2)];
    insert(&store, &older).await;
    insert(&store, &newer).await;
    let version = insert(&store, &record).await;
    let next = record.handed_over_as(&message("first")).resent().handed_over_as(&message("second")).resent();
    update(&store, &next, version).await;
    assert!(delete(&store, record.id()).await, "there was a record");
    assert_gone(&store, &next).await;
    assert_eq!(by_recipient(&store, recipient, limit(2)).await, [newer.clone(), older.clone()], "its place is free");
    assert_eq!(due(&store, Timestamp::MAX, limit(2)).await, [older.id(), newer.id()], "its place is free");
    let query = Query { limit: limit(2), ..Query::default() };
    let page = list(&store, record.workspace(), &query).await;
    assert_eq!(page.verifications, [newer.clone(), older.clone()], "its place is free");
    assert_eq!(page.next, None, "and nothing is behind it");
    for stays in [&older, &newer] {
        assert_stored(&store, stays, recipient).await;
    }
    for again in [&record.canceled(), &record] {
        insert(&store, again).await;
        assert_stored(&store, again, recipient).await;
        assert_eq!(by_message(&store, &message("first")).await, None, "a new life has no old message");
        assert!(delete(&store, record.id()).await, "there was a record");
    }
}

/// Clause 10.
pub async fn a_delete_says_whether_there_was_a_record(store: Arc<dyn Store>) {
    let record = Started::new(1).record();
    let other = Started::new(2).record();
    insert(&store, &other).await;
    assert!(!delete(&store, record.id()).await, "there never was one");
    insert(&store, &record).await;
    assert!(delete(&store, record.id()).await, "there was one");
    assert!(!delete(&store, record.id()).await, "it was deleted before");
    let version = insert(&store, &record).await;
    update(&store, &record.canceled(), version).await;
    assert!(delete(&store, record.id()).await, "there was an ended one");
    assert_stored(&store, &other, recipient_of(&other)).await;
}

/// Clause 5: each state has a message, a due time or an open recipient that the other lacks.
pub async fn a_record_that_flips_between_two_states_has_the_keys_of_one(store: Arc<dyn Store>) {
    let record = Started::new(1).record();
    let recipient = recipient_of(&record);
    let [left, right] = ["left", "right"].map(|name| record.handed_over_as(&message(name)));
    let mut version = insert(&store, &left).await;
    let ended = right.canceled();
    for round in 0..60 {
        let (next, absent): (_, &[&str]) = match round % 4 {
            0 => (&right, &["left"]),
            1 => (&left, &["right"]),
            2 => (&ended, &["left", "right"]),
            _ => (&left, &["right"]),
        };
        version = update(&store, next, version).await;
        assert_stored(&store, next, recipient).await;
        for name in absent {
            assert_eq!(by_message(&store, &message(name)).await, None, "round {round}: {name} was given up");
        }
    }
}

/// What a store promises does not change while it runs, or nobody could rely on it.
pub async fn the_durability_is_always_the_same(store: Arc<dyn Store>) {
    let promised = store.durability();
    let record = Started::new(1).record();
    let version = insert(&store, &record).await;
    update(&store, &record.mistyped(), version).await;
    assert_eq!(store.durability(), promised, "after writes");
    delete(&store, record.id()).await;
    assert_eq!(store.durability(), promised, "after a delete");
}

/// Clauses 2 and 3.
pub async fn a_conflict_says_what_a_load_would_find(store: Arc<dyn Store>) {
    let start = Started::new(1).record();
    let states = [start.clone(), start.mistyped(), start.handed_over(), start.canceled()];
    let first = insert(&store, &states[0]).await;
    let mut version = first;
    for state in &states[1..] {
        version = update(&store, state, version).await;
        match found(&store, &states[1], first).await {
            Found::Record(stored) => {
                assert_eq!(stored.verification, *state, "a conflict finds the record as it is");
                assert_eq!(stored.version, version, "with the version to update it by");
            }
            Found::NotRead => {}
            Found::Gone => panic!("a conflict does not say that a record is gone that is there"),
        }
    }
    assert!(delete(&store, states[0].id()).await, "there was a record");
    let after = found(&store, &states[1], version).await;
    assert!(!matches!(after, Found::Record(_)), "a conflict finds no deleted record");
    let unknown = found(&store, &Started::new(2).record(), version).await;
    assert!(!matches!(unknown, Found::Record(_)), "a conflict finds no record of another id");
}

async fn found(store: &Arc<dyn Store>, record: &Verification, version: Version) -> Found {
    match store.update(record, version, &Draws::NONE).await {
        Err(StoreError::Conflict { found }) => found,
        other => panic!("an update of another version is a conflict, not {other:?}"),
    }
}
