//! What a store says when a question is not answered.

use std::sync::Arc;

use countersign::store::{Limit, Query};
use countersign::{Store, Timestamp};
use tokio::time::timeout;

use super::connection::{ConnectionFault, FaultyConnection};
use super::trials::{SILENCES, Trials, losses};
use crate::conformance::expect::{insert, message, recipient_of};
use crate::fixtures::{Advance, Started};

const QUESTIONS: [&str; 5] = ["load", "find by message", "find by recipient", "due", "list"];

/// A host that finds nothing starts again, or lets somebody wait for nothing.
pub async fn a_read_that_is_not_answered_is_an_error_and_not_an_empty_answer(connection: Arc<dyn FaultyConnection>) {
    let trials = Trials::of(&connection).await;
    let (store, witness, patience) = (connection.store(), connection.witness(), connection.patience());
    let name = message("first");
    let record = Started::new(1).record().handed_over_as(&name);
    insert(&witness, &record).await;
    let faults = losses().into_iter().chain(SILENCES).chain([ConnectionFault::Refused]);
    for (fault, question) in faults.flat_map(|fault| QUESTIONS.map(|question| (fault, question))) {
        connection.fail(fault).await;
        let found = timeout(patience, ask(&store, question, &record, &name)).await;
        let found = found.unwrap_or_else(|_| panic!("{question} did not end within {patience:?} after {fault:?}"));
        assert!(found != Some(false), "{question} finds nothing after {fault:?}, where there is a record");
        trials.restored().await;
    }
    for question in QUESTIONS {
        assert_eq!(ask(&store, question, &record, &name).await, Some(true), "{question}, with the connection restored");
    }
}

/// Whether the answer holds the record; none when there was no answer.
async fn ask(
    store: &Arc<dyn Store>,
    question: &str,
    record: &countersign::Verification,
    name: &countersign::MessageId,
) -> Option<bool> {
    let id = record.id();
    Some(match question {
        "load" => store.load(id).await.ok()?.is_some_and(|stored| stored.verification == *record),
        "find by message" => store.find_by_message(name).await.ok()? == Some(id),
        "find by recipient" => store.find_by_recipient(recipient_of(record), Limit::MAX).await.ok()?.contains(record),
        "due" => store.due(Timestamp::MAX, Limit::MAX).await.ok()?.contains(&id),
        _ => store.list(record.workspace(), &Query::default()).await.ok()?.verifications.contains(record),
    })
}
