//! What reports lead to.

use std::time::Duration;

use countersign::{AttemptStatus, CheckOutcome};
use countersign_testkit::bird::{CarrierFailure, MessageFate, MessageFilter, Status};

use super::engine_over_bird::EngineOverBird;

#[tokio::test]
async fn a_whatsapp_message_that_does_not_arrive_sends_the_text_message_by_itself() {
    let over_bird = EngineOverBird::new(1).await;
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Accepted]);
    over_bird.bird.settle().await;
    let statuses = over_bird.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    let failed = over_bird.now(&verification).await.attempts()[0].failure().unwrap().clone();
    assert_eq!(failed.detail(), Some("15005 sms-messagebird 1"));
    let [template, text] = &over_bird.bird.messages()[..] else { panic!("two messages") };
    assert_eq!((template.platform(), text.platform()), ("whatsapp", "sms"));
    assert_eq!(template.code(), text.code());
    assert_eq!(over_bird.check(&verification, text.code().unwrap()).await, CheckOutcome::Verified);
}

#[tokio::test]
async fn a_message_that_the_platform_refuses_after_the_answer_fails_over_too() {
    let over_bird = EngineOverBird::new(2).await;
    over_bird.bird.fate(MessageFilter::Platform("email"), MessageFate::SendingFailed(CarrierFailure::invalid_input()));
    let verification = over_bird.start(7, &[over_bird.email, over_bird.navigator]).await;
    over_bird.bird.settle().await;
    let statuses = over_bird.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::SendingFailed, AttemptStatus::Delivered]);
}

#[tokio::test]
async fn a_text_message_that_does_not_arrive_sends_no_other_text_message() {
    for second in [|over_bird: &EngineOverBird| over_bird.other_sms, |over_bird: &EngineOverBird| over_bird.navigator] {
        let over_bird = EngineOverBird::new(3).await;
        over_bird.bird.fate(MessageFilter::Everything, MessageFate::DeliveryFailed(CarrierFailure::network_error()));
        let verification = over_bird.start(7, &[over_bird.sms, second(&over_bird)]).await;
        over_bird.bird.settle().await;
        assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::DeliveryFailed]);
        assert_eq!(over_bird.bird.messages().len(), 1);
    }
}

#[tokio::test]
async fn a_failure_reported_after_delivery_changes_nothing() {
    let over_bird = EngineOverBird::new(4).await;
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    over_bird.bird.settle().await;
    let before = over_bird.now(&verification).await;
    let id = over_bird.bird.messages()[0].id();
    // So that whatever is stored shows.
    over_bird.clock.advance(Duration::from_secs(5));
    for late in [
        Status::DeliveryFailed(CarrierFailure::network_error()),
        Status::SendingFailed(CarrierFailure::invalid_input()),
        Status::Skipped,
        Status::Sent,
        Status::Read,
        Status::Deleted,
        Status::Other("unheard_of".to_owned()),
    ] {
        over_bird.bird.report(id, late);
    }
    over_bird.bird.settle().await;
    assert_eq!(over_bird.bird.deliveries().len(), 3 + 7);
    assert!(over_bird.answered().iter().all(|status| *status == Some(200)), "{:?}", over_bird.answered());
    assert_eq!(over_bird.now(&verification).await, before);
    assert_eq!(over_bird.bird.messages().len(), 1);
}

#[tokio::test]
async fn a_failure_reported_after_the_right_code_sends_nothing_more() {
    let over_bird = EngineOverBird::new(5).await;
    over_bird.bird.fate(MessageFilter::Everything, MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    let code = over_bird.bird.messages()[0].code().unwrap().to_owned();
    assert_eq!(over_bird.check(&verification, &code).await, CheckOutcome::Verified);
    over_bird.bird.settle().await;
    assert_eq!(over_bird.bird.messages().len(), 1);
}
