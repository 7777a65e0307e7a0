//! Questions that every group of rules asks.

use std::sync::Arc;

use countersign::store::{Draws, Limit, Order, Page, Query, StoreError, Stored, Version};
use countersign::{MessageId, RecipientKey, Store, Timestamp, Verification, VerificationId, WorkspaceId};

pub(super) fn limit(limit: usize) -> Limit {
    Limit::new(limit).expect("a limit from 1 to 1000")
}

pub(super) fn message(name: &str) -> MessageId {
    MessageId::new(name).expect("a short text")
}

/// A record's recipient, which an open record tells.
pub(super) fn recipient_of(open: &Verification) -> RecipientKey {
    open.index_keys().open_recipient.expect("an open record")
}

pub(super) fn due_of(open: &Verification) -> Timestamp {
    open.index_keys().due.expect("an open record")
}

/// The millisecond before.
pub(super) fn before(time: Timestamp) -> Timestamp {
    Timestamp::from_millis(time.as_millis() - 1)
}

pub(super) fn ids<'a>(records: impl IntoIterator<Item = &'a Verification>) -> Vec<VerificationId> {
    records.into_iter().map(Verification::id).collect()
}

pub(super) async fn insert(store: &Arc<dyn Store>, record: &Verification) -> Version {
    store.insert(record, &Draws::NONE).await.expect("an insert of an unknown id succeeds")
}

pub(super) async fn update(store: &Arc<dyn Store>, record: &Verification, expected: Version) -> Version {
    store.update(record, expected, &Draws::NONE).await.expect("an update of the current version succeeds")
}

pub(super) async fn delete(store: &Arc<dyn Store>, id: VerificationId) -> bool {
    store.delete(id).await.expect("a delete is answered")
}

pub(super) async fn load(store: &Arc<dyn Store>, id: VerificationId) -> Option<Stored> {
    store.load(id).await.expect("a load is answered")
}

pub(super) async fn by_message(store: &Arc<dyn Store>, message: &MessageId) -> Option<VerificationId> {
    store.find_by_message(message).await.expect("a lookup by message is answered")
}

pub(super) async fn by_recipient(store: &Arc<dyn Store>, key: RecipientKey, limit: Limit) -> Vec<Verification> {
    store.find_by_recipient(key, limit).await.expect("a lookup by recipient is answered")
}

pub(super) async fn due(store: &Arc<dyn Store>, now: Timestamp, limit: Limit) -> Vec<VerificationId> {
    store.due(now, limit).await.expect("a question for what is due is answered")
}

pub(super) async fn list(store: &Arc<dyn Store>, workspace: WorkspaceId, query: &Query) -> Page {
    store.list(workspace, query).await.expect("a list is answered")
}

/// The pages from a query on, following cursors.
pub(super) async fn walk(store: &Arc<dyn Store>, workspace: WorkspaceId, mut query: Query) -> Vec<Verification> {
    let mut walked = Vec::new();
    for _ in 0..2_000 {
        let page = list(store, workspace, &query).await;
        assert!(page.verifications.len() <= query.limit.get(), "a page is longer than its limit");
        walked.extend(page.verifications);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return walked,
        }
    }
    panic!("the cursors never end");
}

pub(super) async fn is_listed(store: &Arc<dyn Store>, record: &Verification) -> bool {
    let created_at = record.created_at();
    let end = Timestamp::from_millis(created_at.as_millis() + 1);
    let query = Query {
        start_at: Some(created_at),
        end_at: Some(end),
        order: Order::OldestFirst,
        limit: Limit::MAX,
        ..Query::default()
    };
    ids(&list(store, record.workspace(), &query).await.verifications).contains(&record.id())
}

pub(super) fn assert_conflict(result: Result<Version, StoreError>, of: &str) {
    assert!(matches!(result, Err(StoreError::Conflict { .. })), "{of} is a conflict, not {result:?}");
}

/// The record is there, equal to this one, and is found by each of its keys; ended ones have none but the list.
pub(super) async fn assert_stored(store: &Arc<dyn Store>, record: &Verification, recipient: RecipientKey) {
    let id = record.id();
    let stored = load(store, id).await.expect("a record that was written can be loaded");
    assert_eq!(stored.verification, *record, "a load gives what was written last");
    let keys = record.index_keys();
    for named in keys.messages() {
        assert_eq!(by_message(store, named).await, Some(id), "found by each of its messages");
    }
    let of_recipient = by_recipient(store, recipient, Limit::MAX).await;
    let found = of_recipient.iter().find(|found| found.id() == id);
    assert_eq!(found, keys.open_recipient.is_some().then_some(record), "found by its recipient as long as it is open");
    assert_eq!(due(store, Timestamp::MAX, Limit::MAX).await.contains(&id), keys.due.is_some(), "due at some time");
    if let Some(at) = keys.due {
        assert!(due(store, at, Limit::MAX).await.contains(&id), "due at its due time");
        assert!(!due(store, before(at), Limit::MAX).await.contains(&id), "not due before its due time");
    }
    assert!(is_listed(store, record).await, "listed in its workspace");
}

/// Nothing leads to the record any more; `record` is a state in which it had keys.
pub(super) async fn assert_gone(store: &Arc<dyn Store>, record: &Verification) {
    let id = record.id();
    assert!(load(store, id).await.is_none(), "nothing to load");
    assert_no_keys(store, record).await;
    assert!(!is_listed(store, record).await, "not listed");
}

/// The record is found by none of the keys that this state of it has.
pub(super) async fn assert_no_keys(store: &Arc<dyn Store>, record: &Verification) {
    let id = record.id();
    let keys = record.index_keys();
    for named in keys.messages() {
        assert_eq!(by_message(store, named).await, None, "found by no message that it gave up");
    }
    let of_recipient = by_recipient(store, recipient_of(record), Limit::MAX).await;
    assert!(!ids(&of_recipient).contains(&id), "not found by a recipient that it gave up");
    assert!(!due(store, Timestamp::MAX, Limit::MAX).await.contains(&id), "never due any more");
}
