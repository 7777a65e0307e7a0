//! Webhooks that are faster than the answer to the message that they are about.

use std::time::Duration;

use countersign::{AttemptStatus, MessageId};
use countersign_testkit::bird::{CarrierFailure, MessageFate, MessageFilter, ScriptedAnswer, Taken, WebhookBehavior};

use super::engine_over_bird::EngineOverBird;

async fn early(seed: u64) -> EngineOverBird {
    let over_bird = EngineOverBird::new(seed).await;
    over_bird.bird.habits(WebhookBehavior::default().before_answer());
    over_bird
}

#[tokio::test]
async fn a_report_before_the_answer_is_matched_by_our_reference() {
    let over_bird = early(1).await;
    let verification = over_bird.start(7, &[over_bird.sms]).await;
    assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Delivered], "before anybody let Bird go on");
    let attempt = over_bird.now(&verification).await.attempts()[0].clone();
    assert_eq!(attempt.message_id(), Some(&MessageId::from_uuid(over_bird.bird.messages()[0].id())));
    over_bird.later(Duration::from_secs(60)).await;
    assert_eq!(over_bird.bird.messages().len(), 1);
}

#[tokio::test]
async fn a_failure_before_the_answer_fails_over_once() {
    let over_bird = early(2).await;
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    let statuses = over_bird.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    over_bird.later(Duration::from_secs(60)).await;
    assert_eq!(over_bird.taken(&verification), [0, 1].map(|number| verification.attempt_id(number).to_string()));
}

#[tokio::test]
async fn a_report_makes_up_for_an_answer_that_is_lost() {
    for answer in [ScriptedAnswer::Reset(Taken::Kept), ScriptedAnswer::BreakOff, ScriptedAnswer::Garbage] {
        let over_bird = early(3).await;
        over_bird.bird.script(answer.clone());
        let verification = over_bird.start(7, &[over_bird.sms]).await;
        assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Delivered], "{answer:?}");
        for _ in 0..5 {
            over_bird.later(Duration::from_secs(60)).await;
        }
        assert_eq!(over_bird.bird.messages().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_report_that_comes_while_nobody_knows_stops_the_second_send() {
    let over_bird = EngineOverBird::new(4).await;
    over_bird.bird.script(ScriptedAnswer::Reset(Taken::Kept));
    let verification = over_bird.start(7, &[over_bird.sms]).await;
    assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Prepared]);
    over_bird.bird.settle().await;
    assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Delivered]);
    over_bird.later(Duration::from_secs(60)).await;
    assert_eq!(over_bird.bird.messages().len(), 1);
}
