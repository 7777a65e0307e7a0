//! What reports lead to.

use std::time::Duration;

use countersign::{AttemptStatus, CheckOutcome};
use countersign_testkit::bird::{Failure, Fate, Of, Status};

use super::house::House;

#[tokio::test]
async fn a_whatsapp_message_that_does_not_arrive_sends_the_text_message_by_itself() {
    let house = House::new(1).await;
    house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    assert_eq!(house.statuses(&verification).await, [AttemptStatus::Accepted]);
    house.bird.settle().await;
    let statuses = house.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    let failed = house.now(&verification).await.attempts()[0].failure().unwrap().clone();
    assert_eq!(failed.detail(), Some("15005 sms-messagebird 1"));
    let [template, text] = &house.bird.messages()[..] else { panic!("two messages") };
    assert_eq!((template.platform(), text.platform()), ("whatsapp", "sms"));
    assert_eq!(template.code(), text.code());
    assert_eq!(house.check(&verification, text.code().unwrap()).await, CheckOutcome::Verified);
}

#[tokio::test]
async fn a_message_that_the_platform_refuses_after_the_answer_fails_over_too() {
    let house = House::new(2).await;
    house.bird.fate(Of::Platform("email"), Fate::SendingFailed(Failure::invalid_input()));
    let verification = house.start(7, &[house.email, house.navigator]).await;
    house.bird.settle().await;
    let statuses = house.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::SendingFailed, AttemptStatus::Delivered]);
}

#[tokio::test]
async fn a_text_message_that_does_not_arrive_sends_no_other_text_message() {
    for second in [|house: &House| house.other_sms, |house: &House| house.navigator] {
        let house = House::new(3).await;
        house.bird.fate(Of::Everything, Fate::DeliveryFailed(Failure::network_error()));
        let verification = house.start(7, &[house.sms, second(&house)]).await;
        house.bird.settle().await;
        assert_eq!(house.statuses(&verification).await, [AttemptStatus::DeliveryFailed]);
        assert_eq!(house.bird.messages().len(), 1);
    }
}

#[tokio::test]
async fn a_failure_reported_after_delivery_changes_nothing() {
    let house = House::new(4).await;
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    house.bird.settle().await;
    let before = house.now(&verification).await;
    let id = house.bird.messages()[0].id();
    // So that whatever is stored shows.
    house.clock.advance(Duration::from_secs(5));
    for late in [
        Status::DeliveryFailed(Failure::network_error()),
        Status::SendingFailed(Failure::invalid_input()),
        Status::Skipped,
        Status::Sent,
        Status::Read,
        Status::Deleted,
        Status::Other("unheard_of".to_owned()),
    ] {
        house.bird.report(id, late);
    }
    house.bird.settle().await;
    assert_eq!(house.bird.deliveries().len(), 3 + 7);
    assert!(house.answered().iter().all(|status| *status == Some(200)), "{:?}", house.answered());
    assert_eq!(house.now(&verification).await, before);
    assert_eq!(house.bird.messages().len(), 1);
}

#[tokio::test]
async fn a_failure_reported_after_the_right_code_sends_nothing_more() {
    let house = House::new(5).await;
    house.bird.fate(Of::Everything, Fate::DeliveryFailed(Failure::unknown_subscriber()));
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    let code = house.bird.messages()[0].code().unwrap().to_owned();
    assert_eq!(house.check(&verification, &code).await, CheckOutcome::Verified);
    house.bird.settle().await;
    assert_eq!(house.bird.messages().len(), 1);
}
