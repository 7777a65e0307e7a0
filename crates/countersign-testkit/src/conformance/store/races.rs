//! Clauses 1, 2 and 10, many writers at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign::Store;
use countersign::store::{Draws, StoreError, Version};

use crate::conformance::expect::{
    assert_gone, assert_stored, by_message, delete, insert, load, message, recipient_of, update,
};
use crate::conformance::race::{RACERS, race};
use crate::fixtures::{Advance, Started};

const ROUNDS: u64 = 40;

fn winner(results: &[Result<Version, StoreError>]) -> (usize, Version) {
    let winners: Vec<_> = results.iter().enumerate().filter_map(|(n, it)| Some((n, *it.as_ref().ok()?))).collect();
    assert_eq!(winners.len(), 1, "one of {RACERS} wins: {results:?}");
    winners[0]
}

/// Clause 1.
pub async fn of_concurrent_inserts_of_one_id_one_wins(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let record = Started::new(round).record();
        let states: Vec<_> = (0..RACERS).map(|n| record.handed_over_as(&message(&format!("{round}-{n}")))).collect();
        let results = race(&store, |number, store| {
            let state = states[number].clone();
            async move { store.insert(&state, &Draws::NONE).await }
        })
        .await;
        let (won, version) = winner(&results);
        for lost in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(matches!(lost, StoreError::AlreadyExists), "the others hear that it exists, not {lost}");
        }
        assert_stored(&store, &states[won], recipient_of(&record)).await;
        assert_eq!(load(&store, record.id()).await.expect("it is there").version, version, "the winner's version");
        for lost in (0..RACERS).filter(|number| *number != won) {
            let named = message(&format!("{round}-{lost}"));
            assert_eq!(by_message(&store, &named).await, None, "the others leave no key");
        }
    }
}

/// Clause 2.
pub async fn of_concurrent_updates_of_one_version_one_wins(store: Arc<dyn Store>) {
    let record = Started::new(1).record();
    let mut version = insert(&store, &record).await;
    let mut given = BTreeSet::from([version]);
    for round in 0..ROUNDS {
        let states: Vec<_> = (0..RACERS).map(|n| record.handed_over_as(&message(&format!("{round}-{n}")))).collect();
        let results = race(&store, |number, store| {
            let state = states[number].clone();
            async move { store.update(&state, version, &Draws::NONE).await }
        })
        .await;
        let (won, next) = winner(&results);
        for lost in results.iter().filter_map(|result| result.as_ref().err()) {
            assert!(matches!(lost, StoreError::Conflict { .. }), "the others hear of a conflict, not {lost}");
        }
        assert!(given.insert(next), "a version was given again");
        assert_stored(&store, &states[won], recipient_of(&record)).await;
        for lost in (0..RACERS).filter(|number| *number != won) {
            let named = message(&format!("{round}-{lost}"));
            assert_eq!(by_message(&store, &named).await, None, "the others leave no key");
        }
        version = next;
    }
}

/// Clause 10.
pub async fn of_concurrent_deletes_of_one_record_one_removes_it(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let record = Started::new(round).record();
        insert(&store, &record).await;
        let id = record.id();
        let results = race(&store, |_, store| async move { delete(&store, id).await }).await;
        assert_eq!(results.iter().filter(|removed| **removed).count(), 1, "one of {RACERS} removes it");
        assert_gone(&store, &record).await;
    }
}

/// Clause 2, as the engine uses it: load, decide, update, and again after a conflict.
pub async fn no_acknowledged_update_is_lost_under_contention(store: Arc<dyn Store>) {
    const EACH: usize = 6;
    let record = Started::new(1).record();
    let id = record.id();
    insert(&store, &record).await;
    race(&store, |_, store| async move {
        for _ in 0..EACH {
            loop {
                let stored = load(&store, id).await.expect("nobody deletes it");
                // Time for somebody else to come between, however fast the store is.
                tokio::task::yield_now().await;
                match store.update(&stored.verification.resent(), stored.version, &Draws::NONE).await {
                    Ok(_) => break,
                    Err(StoreError::Conflict { .. }) => tokio::task::yield_now().await,
                    Err(error) => panic!("an update wins or conflicts: {error}"),
                }
            }
        }
    })
    .await;
    let stored = load(&store, id).await.expect("nobody deleted it");
    assert_eq!(stored.verification.attempts().len(), 1 + RACERS * EACH, "every update is in the record");
}

/// Clauses 3 and 10.
pub async fn an_update_that_races_a_delete_does_not_bring_the_record_back(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let record = Started::new(round).record();
        let next = record.handed_over_as(&message(&format!("{round}")));
        let version = insert(&store, &record).await;
        race(&store, |number, store| {
            let next = next.clone();
            async move {
                if number % 2 == 0 {
                    delete(&store, next.id()).await;
                } else if let Err(error) = store.update(&next, version, &Draws::NONE).await {
                    assert!(matches!(error, StoreError::Conflict { .. }), "an update wins or conflicts: {error}");
                }
            }
        })
        .await;
        assert_gone(&store, &next).await;
        let version = insert(&store, &record).await;
        update(&store, &next, version).await;
        assert!(delete(&store, record.id()).await, "there was a record");
    }
}
