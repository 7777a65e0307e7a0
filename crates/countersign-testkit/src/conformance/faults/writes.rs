//! What a store says of a write whose connection failed.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::StoreError;
use tokio::time::sleep;

use super::connection::{ConnectionFault, FaultyConnection};
use super::trials::{Acknowledged, SILENCES, Trials, WRITES};
use crate::conformance::expect::load;

/// `Ok` is a promise.
pub async fn an_acknowledged_write_is_there_wherever_the_connection_broke(connection: Arc<dyn FaultyConnection>) {
    let mut acknowledged = 0;
    for trial in Trials::of(&connection).await.all_losses().await {
        if matches!(trial.result, Ok(Acknowledged::Done)) {
            assert!(trial.happened(), "acknowledged, and not there: {trial}");
            acknowledged += 1;
        }
    }
    assert!(acknowledged > 0, "a write that no fault met is acknowledged");
}

/// A host that is told so may do something else.
pub async fn an_error_other_than_unavailable_means_that_nothing_changed(connection: Arc<dyn FaultyConnection>) {
    for trial in Trials::of(&connection).await.all_losses().await {
        match &trial.result {
            Ok(_) | Err(StoreError::Unavailable { .. }) => {}
            Err(_) => assert_eq!(trial.after, trial.before, "an error that is not honest: {trial}"),
        }
    }
}

/// A write that is made again finds what it did itself: it must not take that for the doing of others.
pub async fn a_write_whose_answer_is_lost_is_not_reported_as_refused(connection: Arc<dyn FaultyConnection>) {
    for trial in Trials::of(&connection).await.all_losses().await {
        match &trial.result {
            Err(StoreError::AlreadyExists | StoreError::Conflict { .. }) | Ok(Acknowledged::NothingThere) => {
                panic!("nobody else wrote: {trial}");
            }
            Ok(Acknowledged::Done) | Err(_) => {}
        }
    }
}

/// Nothing in between, and nothing later.
pub async fn an_unavailable_write_happened_once_or_not_at_all(connection: Arc<dyn FaultyConnection>) {
    let witness = connection.witness();
    let mut unavailable = Vec::new();
    for trial in Trials::of(&connection).await.all_losses().await {
        if matches!(trial.result, Err(StoreError::Unavailable { .. })) {
            assert!(trial.happened() || trial.after == trial.before, "neither old nor new: {trial}");
            unavailable.push(trial);
        }
    }
    sleep(Duration::from_millis(200)).await;
    for trial in unavailable {
        let now = load(&witness, trial.open.id()).await.map(|stored| stored.verification);
        assert_eq!(now, trial.after, "a write that happened after its call had ended: {trial}");
    }
}

/// What nobody was asked, nobody did: hosts start again at once, elsewhere.
pub async fn a_write_that_cannot_reach_the_store_is_not_done(connection: Arc<dyn FaultyConnection>) {
    const CALLS: usize = 3;
    let mut trials = Trials::of(&connection).await;
    for write in WRITES {
        for call in 1..=CALLS {
            let trial = trials.fail(write, ConnectionFault::Refused).await;
            assert_eq!(trial.after, trial.before, "nothing was asked: {trial}");
            let not_done = matches!(trial.result, Err(StoreError::NotDone { .. }));
            // The first call may be lost with the connection that it was written to.
            let may_be_lost = call == 1 && matches!(trial.result, Err(StoreError::Unavailable { .. }));
            assert!(not_done || may_be_lost, "no connection can be made, so it is not done: {trial}");
        }
        trials.restored().await;
    }
}

/// Whether it arrives or not: an engine that waits for a store for ever lets its callers wait for ever.
pub async fn a_write_that_is_not_answered_ends_and_is_not_acknowledged(connection: Arc<dyn FaultyConnection>) {
    let mut trials = Trials::of(&connection).await;
    for (write, fault) in WRITES.into_iter().flat_map(|write| SILENCES.map(|fault| (write, fault))) {
        // A call that does not end panics.
        let trial = trials.fail(write, fault).await;
        match &trial.result {
            Err(StoreError::Unavailable { .. }) => {
                assert!(trial.happened() || trial.after == trial.before, "neither old nor new: {trial}");
            }
            Err(StoreError::NotDone { .. }) => assert_eq!(trial.after, trial.before, "it was done: {trial}"),
            Ok(_) | Err(_) => panic!("nobody answered: {trial}"),
        }
        trials.restored().await;
    }
}
