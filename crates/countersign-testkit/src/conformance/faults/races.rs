//! Writers that race while answers are lost.

use std::sync::Arc;

use countersign::VerificationId;
use countersign::store::{Draws, StoreError};

use super::connection::{AfterLoss, ConnectionFault, FaultyConnection};
use super::trials::Trials;
use crate::conformance::expect::{insert, load};
use crate::fixtures::{Advance, Started};

const WRITERS: usize = 4;
/// All of them together are as many messages as one verification may have.
const EACH: usize = 12;

/// How often a writer was told what.
#[derive(Debug, Default)]
struct Told {
    acknowledged: usize,
    unavailable: usize,
}

/// Clauses 2 and 11, as the engine uses them: no acknowledged update is lost, and none happens twice.
pub async fn each_update_counts_once_while_answers_are_lost(connection: Arc<dyn FaultyConnection>) {
    let trials = Trials::of(&connection).await;
    let record = Started::new(1).record();
    insert(&connection.witness(), &record).await;
    let writers: Vec<_> = (0..WRITERS).map(|_| tokio::spawn(write(Arc::clone(&connection), record.id()))).collect();
    let mut told = Told::default();
    for writer in writers {
        let one = writer.await.expect("a writer comes to its end");
        told.acknowledged += one.acknowledged;
        told.unavailable += one.unavailable;
    }
    trials.restored().await;
    let stored = load(&connection.store(), record.id()).await.expect("nobody deleted it");
    let happened = stored.verification.attempts().len() - 1;
    let most = told.acknowledged + told.unavailable;
    assert!(happened >= told.acknowledged, "{happened} updates happened, and more were acknowledged: {told:?}");
    assert!(happened <= most, "{happened} updates happened, of {most} that may have: {told:?}");
}

/// Loads, decides and updates, again and again, and breaks the connection under some of the updates, its own or another's.
async fn write(connection: Arc<dyn FaultyConnection>, id: VerificationId) -> Told {
    let store = connection.store();
    let mut told = Told::default();
    let mut round = 0;
    while told.acknowledged + told.unavailable < EACH {
        round += 1;
        // Time for somebody else to come between, however fast the store is.
        tokio::task::yield_now().await;
        let Ok(Some(stored)) = store.load(id).await else { continue };
        tokio::task::yield_now().await;
        let next = stored.verification.resent();
        let then = AfterLoss::Reconnects;
        match round % 4 {
            0 => connection.fail(ConnectionFault::RequestLost { request: 1, then }).await,
            2 => connection.fail(ConnectionFault::AnswerLost { request: 1, then }).await,
            3 => connection.fail(ConnectionFault::AnswerLost { request: 2, then }).await,
            _ => {}
        }
        match store.update(&next, stored.version, &Draws::NONE).await {
            Ok(_) => told.acknowledged += 1,
            Err(StoreError::Unavailable { .. }) => told.unavailable += 1,
            // Neither did anything.
            Err(StoreError::Conflict { .. } | StoreError::NotDone { .. }) => {}
            Err(error) => panic!("an update of a record that is there: {error}"),
        }
    }
    told
}
