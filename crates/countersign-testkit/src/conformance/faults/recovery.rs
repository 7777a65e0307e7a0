//! What a store finds and does once its connection works again.

use std::sync::Arc;

use countersign::Store;
use countersign::store::Draws;

use super::connection::{ConnectionFault, FaultyConnection};
use super::trials::{SILENCES, Trial, Trials, WRITES, losses};
use crate::conformance::expect::{
    assert_conflict, assert_gone, assert_stored, by_message, insert, load, recipient_of, update,
};

/// Clauses 4 and 5, whatever a write came to: the record and its keys are of one state, and the store sees the one that is
/// there.
pub async fn after_recovery_reads_agree_with_what_is_stored(connection: Arc<dyn FaultyConnection>) {
    let (store, witness) = (connection.store(), connection.witness());
    let mut trials = Trials::of(&connection).await;
    for write in WRITES {
        for fault in losses().into_iter().chain(SILENCES).chain([ConnectionFault::Refused]) {
            let trial = trials.fail(write, fault).await;
            trials.restored().await;
            // Looked at anew: a write that was under way may have come to its end meanwhile.
            let stored = load(&witness, trial.open.id()).await.map(|stored| stored.verification);
            let allowed = [trial.before.as_ref(), trial.wanted.as_ref()];
            assert!(allowed.contains(&stored.as_ref()), "neither old nor new: {trial}");
            for seen_by in [&store, &witness] {
                assert_one_state(seen_by, stored.as_ref(), &trial).await;
            }
            witness.delete(trial.open.id()).await.expect("the witness answers");
        }
    }
}

async fn assert_one_state(store: &Arc<dyn Store>, state: Option<&countersign::Verification>, trial: &Trial) {
    let open = &trial.open;
    match state {
        Some(record) => {
            assert_stored(store, record, recipient_of(open)).await;
            let kept: Vec<_> = record.index_keys().messages().collect();
            for name in open.index_keys().messages().filter(|name| !kept.contains(name)) {
                assert_eq!(by_message(store, name).await, None, "a key of a write that did not happen: {trial}");
            }
        }
        None => assert_gone(store, open).await,
    }
}

/// Clauses 1, 2 and 10, with versions that are those of the witness.
pub async fn after_recovery_writes_succeed(connection: Arc<dyn FaultyConnection>) {
    let (store, witness) = (connection.store(), connection.witness());
    let mut trials = Trials::of(&connection).await;
    for write in WRITES {
        for fault in losses().into_iter().chain(SILENCES).chain([ConnectionFault::Refused]) {
            let trial = trials.fail(write, fault).await;
            trials.restored().await;
            let open = &trial.open;
            let version = match load(&store, open.id()).await {
                Some(stored) => stored.version,
                None => insert(&store, open).await,
            };
            let current = update(&store, open, version).await;
            assert_conflict(store.update(open, version, &Draws::NONE).await, "an update of the version before");
            update(&witness, open, current).await;
            assert!(store.delete(open.id()).await.expect("the connection works"), "there is a record: {trial}");
        }
    }
}
