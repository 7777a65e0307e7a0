//! Clause 8: what is due.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::Limit;
use countersign::{Policy, Store, Timestamp, Verification};

use crate::conformance::expect::{before, delete, due, due_of, ids, insert, limit, update};
use crate::fixtures::{Advance, EPOCH, Started, at, workspace};

/// Started at [`EPOCH`], due so many seconds later.
fn due_after(seed: u64, seconds: u64) -> Verification {
    let policy = Policy::default().with_send_lease(Duration::from_secs(seconds));
    let record = Started::new(seed).policy(policy).workspace(workspace(seed % 3)).record();
    assert_eq!(due_of(&record), at(seconds), "an unsent message is due when its lease ends");
    record
}

/// Over all workspaces.
pub async fn due_records_come_earliest_first_and_at_most_so_many(store: Arc<dyn Store>) {
    // Neither in the order in which they were started nor in the order of their ids.
    let seconds = [30_u64, 10, 90, 20, 70, 40, 100, 60, 50, 80, 120, 110];
    let mut records: Vec<_> = (0..).zip(seconds).map(|(seed, seconds)| due_after(seed, seconds)).collect();
    for record in &records {
        insert(&store, record).await;
    }
    records.sort_by_key(due_of);
    let earliest_first = ids(&records);
    for many in [1, 2, 11, 12, 13, 1_000] {
        let expected = &earliest_first[..earliest_first.len().min(many)];
        assert_eq!(due(&store, Timestamp::MAX, limit(many)).await, expected, "the {many} earliest, earliest first");
    }
    assert_eq!(due(&store, Timestamp::MAX, Limit::default()).await, earliest_first[..10], "ten unless asked");
    assert_eq!(due(&store, at(50), Limit::MAX).await, earliest_first[..5], "those that are due by then");
    assert_eq!(due(&store, at(50), limit(3)).await, earliest_first[..3], "and the earliest of them");
    assert!(due(&store, EPOCH, Limit::MAX).await.is_empty(), "none is due yet");
    assert_eq!(due(&store, Timestamp::MAX, Limit::MAX).await, earliest_first, "asking takes nothing away");
}

/// At or before `now`.
pub async fn a_record_is_due_from_its_very_millisecond_on(store: Arc<dyn Store>) {
    let policy = Policy::default().with_send_lease(Duration::from_millis(1_001));
    let record = Started::new(1).policy(policy).record();
    insert(&store, &record).await;
    let at = due_of(&record);
    assert_eq!(at, EPOCH.saturating_add(Duration::from_millis(1_001)), "to the millisecond");
    assert!(due(&store, Timestamp::MIN, Limit::MAX).await.is_empty(), "not at the beginning of time");
    assert!(due(&store, before(at), Limit::MAX).await.is_empty(), "not a millisecond before");
    assert_eq!(due(&store, at, Limit::MAX).await, [record.id()], "in its millisecond");
    assert_eq!(
        due(&store, at.saturating_add(Duration::from_millis(1)), Limit::MAX).await,
        [record.id()],
        "and after it"
    );
    assert_eq!(due(&store, Timestamp::MAX, Limit::MAX).await, [record.id()], "at the end of time");
}

/// Clauses 5 and 8.
pub async fn an_update_moves_the_due_time_both_ways(store: Arc<dyn Store>) {
    let other = due_after(2, 45);
    insert(&store, &other).await;
    let soon = due_after(1, 30);
    // With the message handed over there is nothing to do until the expiry.
    let late = soon.handed_over();
    assert_eq!(due_of(&late), soon.expires_at(), "nothing else is due");
    let mut version = insert(&store, &soon).await;
    for _ in 0..3 {
        version = update(&store, &late, version).await;
        assert_eq!(due(&store, before(due_of(&late)), Limit::MAX).await, [other.id()], "not due at the old time");
        let both = due(&store, due_of(&late), Limit::MAX).await;
        assert_eq!(both, [other.id(), late.id()], "once, at the new time, behind what is due earlier");
        version = update(&store, &soon, version).await;
        assert!(due(&store, before(due_of(&soon)), Limit::MAX).await.is_empty(), "not before the new time");
        assert_eq!(due(&store, due_of(&soon), Limit::MAX).await, [soon.id()], "due at the new time, which is earlier");
        assert_eq!(
            due(&store, Timestamp::MAX, Limit::MAX).await,
            [soon.id(), other.id()],
            "once, and before the other"
        );
    }
}

/// Clauses 5, 8 and 10.
pub async fn an_ended_record_is_not_due(store: Arc<dyn Store>) {
    let open = due_after(1, 30);
    for end in [open.verified(), open.failed(), open.expired(), open.canceled()] {
        let version = insert(&store, &open).await;
        update(&store, &end, version).await;
        assert!(due(&store, Timestamp::MAX, Limit::MAX).await.is_empty(), "an ended record is never due");
        assert!(delete(&store, end.id()).await, "there was a record");
        insert(&store, &end).await;
        assert!(due(&store, Timestamp::MAX, Limit::MAX).await.is_empty(), "nor one that was inserted so");
        assert!(delete(&store, end.id()).await, "there was a record");
    }
    insert(&store, &open).await;
    assert_eq!(due(&store, Timestamp::MAX, Limit::MAX).await, [open.id()], "an open one is");
    assert!(delete(&store, open.id()).await, "there was a record");
    assert!(due(&store, Timestamp::MAX, Limit::MAX).await.is_empty(), "a deleted one is not");
}
