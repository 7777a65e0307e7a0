//! Clause 9: lists.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Order, Page, Query, Version};
use countersign::{Store, Timestamp, Verification, VerificationId};
use tokio::sync::watch;

use crate::conformance::expect::{delete, ids, insert, limit, list, message, update, walk};
use crate::fixtures::{Advance, EPOCH, Started, at, workspace};

const BOTH: [Order; 2] = [Order::NewestFirst, Order::OldestFirst];

/// Ids in that order.
fn sorted(mut ids: Vec<VerificationId>, order: Order) -> Vec<VerificationId> {
    ids.sort_unstable();
    match order {
        Order::OldestFirst => {}
        Order::NewestFirst => ids.reverse(),
    }
    ids
}

/// So many records, of which some start in the same millisecond, stored in no order.
async fn populate(store: &Arc<dyn Store>, count: u64) -> Vec<VerificationId> {
    let mut inserted = Vec::new();
    for number in 0..count {
        let started_at = EPOCH.saturating_add(Duration::from_millis((number * 7 % count) / 3));
        let record = Started::new(number).at(started_at).record();
        insert(store, &record).await;
        inserted.push(record.id());
    }
    inserted
}

/// By id, which is by creation time, whatever order they were stored in.
pub async fn a_list_is_in_the_order_asked_for(store: Arc<dyn Store>) {
    let empty = list(&store, workspace(1), &Query::default()).await;
    assert!(empty.verifications.is_empty() && empty.next.is_none(), "a workspace begins empty");
    let inserted = populate(&store, 30).await;
    for order in BOTH {
        let page = list(&store, workspace(1), &Query { order, limit: Limit::MAX, ..Query::default() }).await;
        assert_eq!(ids(&page.verifications), sorted(inserted.clone(), order), "{order:?}");
    }
    let page = list(&store, workspace(1), &Query { limit: Limit::MAX, ..Query::default() }).await;
    assert_eq!(ids(&page.verifications), sorted(inserted, Order::NewestFirst), "newest first unless asked otherwise");
}

/// From `start_at` on, until before `end_at`, to the millisecond.
pub async fn a_list_begins_with_its_window_and_stops_before_its_end(store: Arc<dyn Store>) {
    let time = |millis| EPOCH.saturating_add(Duration::from_millis(millis));
    let mut records = Vec::new();
    for number in 0..20 {
        let record = Started::new(number).at(time(number / 2)).record();
        insert(&store, &record).await;
        records.push(record);
    }
    let edges = [None, Some(Timestamp::MIN), Some(time(0)), Some(time(3)), Some(time(4)), Some(time(9)), Some(at(9))];
    for (start_at, end_at) in edges.into_iter().flat_map(|start| edges.map(|end| (start, end))) {
        for order in BOTH {
            let inside = records.iter().filter(|record| {
                let created_at = record.created_at();
                start_at.is_none_or(|start| start <= created_at) && end_at.is_none_or(|end| created_at < end)
            });
            let expected = sorted(ids(inside), order);
            let query = Query { start_at, end_at, order, limit: limit(3), ..Query::default() };
            let walked = ids(&walk(&store, workspace(1), query).await);
            assert_eq!(walked, expected, "from {start_at:?} until before {end_at:?}, {order:?}");
        }
    }
}

/// 1 to 1000, ten by default.
pub async fn a_list_holds_at_most_so_many_and_ten_unless_asked(store: Arc<dyn Store>) {
    let inserted = sorted(populate(&store, 25).await, Order::NewestFirst);
    for many in [1, 2, 24, 25, 26, 1_000] {
        let page = list(&store, workspace(1), &Query { limit: limit(many), ..Query::default() }).await;
        let expected = &inserted[..inserted.len().min(many)];
        assert_eq!(ids(&page.verifications), expected, "the {many} newest");
    }
    let page = list(&store, workspace(1), &Query::default()).await;
    assert_eq!(ids(&page.verifications), inserted[..10], "ten unless asked");
}

/// The most that can be asked for, with more than a few there.
pub async fn a_thousand_can_be_asked_for_at_once(store: Arc<dyn Store>) {
    let inserted = populate(&store, 300).await;
    for order in BOTH {
        let page = list(&store, workspace(1), &Query { order, limit: Limit::MAX, ..Query::default() }).await;
        assert_eq!(ids(&page.verifications), sorted(inserted.clone(), order), "all of them, {order:?}");
        assert_eq!(page.next, None, "and there is no more");
    }
}

/// Clauses 4 and 9, for ended ones too.
pub async fn a_list_holds_each_record_as_it_was_written_last(store: Arc<dyn Store>) {
    let started: Vec<_> = (0..5).map(|n| Started::new(n).at(at(n)).record()).collect();
    let mut versions = Vec::new();
    for record in &started {
        versions.push(insert(&store, record).await);
    }
    let sent = started[3].handed_over_as(&message("first")).mistyped();
    let now = [started[0].verified(), started[1].canceled(), started[2].expired(), sent, started[4].failed()];
    for (record, version) in now.iter().zip(versions) {
        update(&store, record, version).await;
        let page = list(&store, workspace(1), &Query { order: Order::OldestFirst, ..Query::default() }).await;
        assert_eq!(page.verifications.len(), 5, "an update neither adds nor takes away");
        assert!(page.verifications.contains(record), "each as it was written last");
    }
    let page = list(&store, workspace(1), &Query { order: Order::OldestFirst, ..Query::default() }).await;
    assert_eq!(page.verifications, now, "each as it was written last");
    assert!(delete(&store, now[2].id()).await, "there was a record");
    let page = list(&store, workspace(1), &Query { order: Order::OldestFirst, ..Query::default() }).await;
    let left: Vec<_> = now.iter().filter(|record| record.id() != now[2].id()).cloned().collect();
    assert_eq!(page.verifications, left, "a deleted one is not listed");
}

/// Workspaces are invisible to each other, also where cursors of one are used in the other.
pub async fn a_list_holds_no_record_of_another_workspace(store: Arc<dyn Store>) {
    let mut of = [Vec::new(), Vec::new()];
    for number in 0..20 {
        let whose = number as usize % 2;
        let record = Started::new(number).at(at(number)).workspace(workspace(whose as u64)).record();
        insert(&store, &record).await;
        of[whose].push(record.id());
    }
    for order in BOTH {
        for (whose, own) in of.iter().enumerate() {
            let query = Query { order, limit: limit(3), ..Query::default() };
            let walked = ids(&walk(&store, workspace(whose as u64), query).await);
            assert_eq!(walked, sorted(own.clone(), order), "its own, {order:?}");
            let after = of[1 - whose][5];
            let behind = ids(&walk(&store, workspace(whose as u64), Query { after: Some(after), ..query }).await);
            let expected = own.iter().copied().filter(|id| match order {
                Order::OldestFirst => *id > after,
                Order::NewestFirst => *id < after,
            });
            assert_eq!(behind, sorted(expected.collect(), order), "its own behind a foreign cursor");
        }
    }
    let none = list(&store, workspace(9), &Query::default()).await;
    assert!(none.verifications.is_empty() && none.next.is_none(), "a workspace without records is empty");
}

/// Several records of one millisecond among them.
pub async fn following_cursors_gives_each_record_once(store: Arc<dyn Store>) {
    let inserted = populate(&store, 40).await;
    for order in BOTH {
        for many in [1, 2, 3, 7, 39, 40, 41] {
            let query = Query { order, limit: limit(many), ..Query::default() };
            let walked = ids(&walk(&store, workspace(1), query).await);
            assert_eq!(walked, sorted(inserted.clone(), order), "pages of {many}, {order:?}");
        }
    }
}

/// Also when the last page is full.
pub async fn the_last_page_has_no_cursor(store: Arc<dyn Store>) {
    populate(&store, 12).await;
    for order in BOTH {
        for many in [1, 4, 5, 12, 13] {
            let mut query = Query { order, limit: limit(many), ..Query::default() };
            let mut seen = 0;
            while seen < 12 {
                let page = list(&store, workspace(1), &query).await;
                assert_eq!(
                    page.verifications.len(),
                    query.limit.get().min(12 - seen),
                    "every page but the last is full"
                );
                seen += page.verifications.len();
                assert_eq!(page.next.is_none(), seen == 12, "a cursor as long as there is more: {seen} of 12 seen");
                query.after = page.next;
            }
        }
    }
    let window = Query { start_at: Some(at(60)), ..Query::default() };
    let Page { verifications, next } = list(&store, workspace(1), &window).await;
    assert!(verifications.is_empty() && next.is_none(), "an empty page is the last one");
}

/// A cursor is a place in the order, not a record.
pub async fn a_cursor_outlives_the_record_it_stands_on(store: Arc<dyn Store>) {
    for order in BOTH {
        let inserted = sorted(populate(&store, 9).await, order);
        let mut query = Query { order, limit: limit(3), ..Query::default() };
        query.after = list(&store, workspace(1), &query).await.next;
        for id in &inserted[..4] {
            assert!(delete(&store, *id).await, "there was a record");
        }
        assert_eq!(ids(&walk(&store, workspace(1), query).await), inserted[4..], "the others that were behind it");
        for id in &inserted[4..] {
            assert!(delete(&store, *id).await, "there was a record");
        }
    }
}

/// What was there all along is found, in order, once; what comes and goes is found at most once.
pub async fn following_cursors_loses_and_repeats_nothing_while_others_write(store: Arc<dyn Store>) {
    let mut stays = Vec::new();
    for number in 0..40 {
        let record = Started::new(number).at(EPOCH.saturating_add(Duration::from_millis(number * 3))).record();
        let version = insert(&store, &record).await;
        stays.push((record, version));
    }
    let all_along: BTreeSet<_> = stays.iter().map(|(record, _)| record.id()).collect();
    let (writes, mut written) = watch::channel(());
    let comes_and_goes = tokio::spawn(come_and_go(Arc::clone(&store), writes.clone()));
    let changes = tokio::spawn(change(Arc::clone(&store), stays, writes));
    for round in 0..16 {
        let order = BOTH[round % 2];
        let mut query = Query { order, limit: limit(2 + round % 7), ..Query::default() };
        let mut walked = Vec::new();
        loop {
            let page = list(&store, workspace(1), &query).await;
            walked.extend(ids(&page.verifications));
            if page.next.is_none() || walked.len() > 1_000 {
                break;
            }
            query.after = page.next;
            // Something is written between any two pages, as long as the writers have not had enough.
            let _: Result<(), _> = written.changed().await;
        }
        assert_eq!(walked, sorted(walked.clone(), order), "in order");
        let once: BTreeSet<_> = walked.iter().copied().collect();
        assert_eq!(once.len(), walked.len(), "none is repeated");
        assert!(once.is_superset(&all_along), "none that was there all along is lost");
    }
    drop(written);
    comes_and_goes.await.expect("the writers meet no error");
    changes.await.expect("the writers meet no error");
}

const MAX_CHURN: u64 = 100;

async fn come_and_go(store: Arc<dyn Store>, writes: watch::Sender<()>) {
    for round in 0..MAX_CHURN {
        let records = (0..20).map(|number| {
            let started_at = EPOCH.saturating_add(Duration::from_millis(number * 6 + round % 5));
            Started::new(1_000 + round * 20 + number).at(started_at).record()
        });
        let records: Vec<_> = records.collect();
        for record in &records {
            insert(&store, record).await;
            writes.send_replace(());
        }
        for record in &records {
            delete(&store, record.id()).await;
            writes.send_replace(());
        }
        if writes.is_closed() {
            break;
        }
    }
}

async fn change(store: Arc<dyn Store>, stays: Vec<(Verification, Version)>, writes: watch::Sender<()>) {
    let (records, mut versions): (Vec<_>, Vec<_>) = stays.into_iter().unzip();
    for round in 0..MAX_CHURN {
        for (record, version) in records.iter().zip(&mut versions) {
            let next = if round % 2 == 0 { record.mistyped() } else { record.canceled() };
            *version = update(&store, &next, *version).await;
            writes.send_replace(());
        }
        if writes.is_closed() {
            break;
        }
    }
}
