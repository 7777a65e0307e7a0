//! A store that is away while Bird tells something.

use std::time::Duration;

use countersign::AttemptStatus;
use countersign_testkit::bird::{CarrierFailure, MessageFate, MessageFilter};
use countersign_testkit::{FaultPlan, FaultTiming, StoreCall};

use super::engine_over_bird::EngineOverBird;

#[tokio::test]
async fn what_a_store_that_is_away_cannot_take_bird_tells_again_until_it_counts() {
    let over_bird = EngineOverBird::new(1).await;
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    over_bird.store.plan(Some(FaultPlan::starting_at(0, FaultTiming::Before)));
    over_bird.bird.deliver_now().await;
    over_bird.bird.deliver_now().await;
    assert_eq!(over_bird.answered(), [Some(503); 6]);
    over_bird.store.plan(None);
    over_bird.clock.advance(Duration::from_secs(300));
    over_bird.bird.settle().await;
    let statuses = over_bird.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    let repeats: Vec<_> = over_bird.bird.deliveries().into_iter().filter(|delivery| delivery.try_number > 1).collect();
    let first = over_bird.bird.deliveries()[0].timestamp.clone();
    assert!(repeats.iter().all(|repeat| repeat.timestamp == first), "with the time of the first try");
    assert_eq!(over_bird.bird.messages().len(), 2);
}

#[tokio::test]
async fn one_failing_call_of_the_store_loses_no_report_and_doubles_no_message() {
    for call in [StoreCall::Load, StoreCall::Update] {
        for (when, number) in
            [(FaultTiming::Before, 0), (FaultTiming::After, 0), (FaultTiming::Before, 1), (FaultTiming::After, 1)]
        {
            let over_bird = EngineOverBird::new(2).await;
            over_bird.bird.fate(
                MessageFilter::Platform("whatsapp"),
                MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()),
            );
            let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
            over_bird.store.plan(Some(FaultPlan::once(number, when).only_for(call)));
            over_bird.bird.settle().await;
            over_bird.store.plan(None);
            // What was stored and not sent is due after its lease.
            over_bird.later(Duration::from_secs(31)).await;
            over_bird.bird.settle().await;
            let statuses = over_bird.statuses(&verification).await;
            let expected = [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered];
            assert_eq!(statuses, expected, "{call:?} {when:?} {number}");
            assert_eq!(over_bird.bird.messages().len(), 2, "{call:?} {when:?} {number}");
            assert!(over_bird.answered().contains(&Some(503)), "{call:?} {when:?} {number}");
        }
    }
}
