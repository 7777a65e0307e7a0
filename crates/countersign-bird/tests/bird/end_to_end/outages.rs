//! A store that is away while Bird tells something.

use std::time::Duration;

use countersign::AttemptStatus;
use countersign_testkit::bird::{Failure, Fate, Of};
use countersign_testkit::{FaultPlan, StoreCall, When};

use super::house::House;

#[tokio::test]
async fn what_a_store_that_is_away_cannot_take_bird_tells_again_until_it_counts() {
    let house = House::new(1).await;
    house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    house.store.plan(Some(FaultPlan::from(0, When::Before)));
    house.bird.deliver_now().await;
    house.bird.deliver_now().await;
    assert_eq!(house.answered(), [Some(503); 6]);
    house.store.plan(None);
    house.clock.advance(Duration::from_secs(300));
    house.bird.settle().await;
    let statuses = house.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    let repeats: Vec<_> = house.bird.deliveries().into_iter().filter(|delivery| delivery.try_number > 1).collect();
    let first = house.bird.deliveries()[0].timestamp.clone();
    assert!(repeats.iter().all(|repeat| repeat.timestamp == first), "with the time of the first try");
    assert_eq!(house.bird.messages().len(), 2);
}

#[tokio::test]
async fn one_failing_call_of_the_store_loses_no_report_and_doubles_no_message() {
    for call in [StoreCall::Load, StoreCall::Update] {
        for (when, number) in [(When::Before, 0), (When::After, 0), (When::Before, 1), (When::After, 1)] {
            let house = House::new(2).await;
            house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
            let verification = house.start(7, &[house.whatsapp, house.sms]).await;
            house.store.plan(Some(FaultPlan::once(number, when).of(call)));
            house.bird.settle().await;
            house.store.plan(None);
            // What was stored and not sent is due after its lease.
            house.later(Duration::from_secs(31)).await;
            house.bird.settle().await;
            let statuses = house.statuses(&verification).await;
            let expected = [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered];
            assert_eq!(statuses, expected, "{call:?} {when:?} {number}");
            assert_eq!(house.bird.messages().len(), 2, "{call:?} {when:?} {number}");
            assert!(house.answered().contains(&Some(503)), "{call:?} {when:?} {number}");
        }
    }
}
