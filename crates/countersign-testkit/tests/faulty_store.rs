//! The faulty store fails as planned and is the store behind it otherwise.

use std::sync::Arc;

use countersign::Store;
use countersign::store::{Draws, Durability, Limit, Query, StoreError, Version};
use countersign_testkit::fixtures::{Advance, EPOCH, Started, workspace};
use countersign_testkit::{FaultPlan, FaultTiming, FaultyStore, NaiveStore, StoreCall, store_conformance};
use futures::executor::block_on;

mod without_a_plan {
    use super::*;

    store_conformance!(|| async { FaultyStore::new(Arc::new(NaiveStore::new())) });
}

fn stores(plan: FaultPlan) -> (Arc<NaiveStore>, FaultyStore) {
    let behind = Arc::new(NaiveStore::new());
    (Arc::clone(&behind), FaultyStore::with_plan(behind, plan))
}

fn is_unavailable<T>(result: Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Unavailable { .. }))
}

#[test]
fn a_call_that_fails_before_does_nothing() {
    block_on(async {
        let record = Started::new(1).record();
        let (behind, faulty) = stores(FaultPlan::once(0, FaultTiming::Before));
        assert!(is_unavailable(faulty.insert(&record, &Draws::NONE).await));
        assert!(behind.load(record.id()).await.expect("it answers").is_none());
        assert!(faulty.insert(&record, &Draws::NONE).await.is_ok(), "the next call succeeds");
    });
}

#[test]
fn a_call_that_fails_after_has_done_it() {
    block_on(async {
        let record = Started::new(1).record();
        let (behind, faulty) = stores(FaultPlan::once(1, FaultTiming::After));
        let version = faulty.insert(&record, &Draws::NONE).await.expect("the first call succeeds");
        assert!(is_unavailable(faulty.update(&record.canceled(), version, &Draws::NONE).await));
        let stored = behind.load(record.id()).await.expect("it answers").expect("it is there");
        assert_eq!(stored.verification, record.canceled());
        assert!(
            matches!(faulty.update(&record, version, &Draws::NONE).await, Err(StoreError::Conflict { .. })),
            "it happened once"
        );
    });
}

#[test]
fn a_store_that_stays_away_fails_every_call_from_then_on() {
    block_on(async {
        let record = Started::new(1).record().handed_over_as(&countersign::MessageId::new("m").expect("a text"));
        let recipient = record.index_keys().open_recipient.expect("it is open");
        let (_, faulty) = stores(FaultPlan::starting_at(1, FaultTiming::Before));
        assert!(faulty.insert(&record, &Draws::NONE).await.is_ok());
        assert!(is_unavailable(faulty.insert(&record, &Draws::NONE).await));
        assert!(is_unavailable(faulty.update(&record, Version::new(1), &Draws::NONE).await));
        assert!(is_unavailable(faulty.load(record.id()).await));
        assert!(is_unavailable(faulty.delete(record.id()).await));
        assert!(is_unavailable(faulty.find_by_message(record.attempts()[0].message_id().expect("sent")).await));
        assert!(is_unavailable(faulty.find_by_recipient(recipient, Limit::MAX).await));
        assert!(is_unavailable(faulty.due(EPOCH, Limit::MAX).await));
        assert!(is_unavailable(faulty.list(workspace(1), &Query::default()).await));
        assert_eq!(faulty.calls(), 9);
        assert_eq!(faulty.durability(), Durability::Memory, "what it promises is no call");
        faulty.plan(None);
        assert!(faulty.load(record.id()).await.expect("it is back").is_some());
    });
}

#[test]
fn a_plan_for_one_method_counts_and_fails_that_method_alone() {
    block_on(async {
        let record = Started::new(1).record();
        let (_, faulty) = stores(FaultPlan::once(1, FaultTiming::Before).only_for(StoreCall::Load));
        assert!(faulty.insert(&record, &Draws::NONE).await.is_ok());
        assert!(faulty.load(record.id()).await.is_ok(), "the first load");
        assert!(faulty.delete(record.id()).await.is_ok());
        assert!(is_unavailable(faulty.load(record.id()).await), "the second load");
        assert!(faulty.load(record.id()).await.is_ok(), "the third load");
        assert_eq!(faulty.calls(), 5);
    });
}

#[test]
fn a_new_plan_counts_from_its_own_beginning() {
    block_on(async {
        let faulty = FaultyStore::new(Arc::new(NaiveStore::new()));
        for _ in 0..3 {
            assert!(faulty.due(EPOCH, Limit::MAX).await.is_ok());
        }
        faulty.plan(Some(FaultPlan::once(0, FaultTiming::After)));
        assert!(is_unavailable(faulty.due(EPOCH, Limit::MAX).await));
        assert!(faulty.due(EPOCH, Limit::MAX).await.is_ok());
        assert_eq!(faulty.calls(), 5, "all calls are counted");
    });
}
