//! Webhooks that are faster than the answer to the message that they are about.

use std::time::Duration;

use countersign::{AttemptStatus, MessageId};
use countersign_testkit::bird::{Answer, Failure, Fate, Habits, Of, Taken};

use super::house::House;

async fn early(seed: u64) -> House {
    let house = House::new(seed).await;
    house.bird.habits(Habits::default().before_answer());
    house
}

#[tokio::test]
async fn a_report_before_the_answer_is_matched_by_our_reference() {
    let house = early(1).await;
    let verification = house.start(7, &[house.sms]).await;
    assert_eq!(house.statuses(&verification).await, [AttemptStatus::Delivered], "before anybody let Bird go on");
    let attempt = house.now(&verification).await.attempts()[0].clone();
    assert_eq!(attempt.message_id(), Some(&MessageId::from_uuid(house.bird.messages()[0].id())));
    house.later(Duration::from_secs(60)).await;
    assert_eq!(house.bird.messages().len(), 1);
}

#[tokio::test]
async fn a_failure_before_the_answer_fails_over_once() {
    let house = early(2).await;
    house.bird.fate(Of::Platform("whatsapp"), Fate::DeliveryFailed(Failure::unknown_subscriber()));
    let verification = house.start(7, &[house.whatsapp, house.sms]).await;
    let statuses = house.statuses(&verification).await;
    assert_eq!(statuses, [AttemptStatus::DeliveryFailed, AttemptStatus::Delivered]);
    house.later(Duration::from_secs(60)).await;
    assert_eq!(house.taken(&verification), [0, 1].map(|number| verification.attempt_id(number).to_string()));
}

#[tokio::test]
async fn a_report_makes_up_for_an_answer_that_is_lost() {
    for answer in [Answer::Reset(Taken::Kept), Answer::BreakOff, Answer::Garbage] {
        let house = early(3).await;
        house.bird.script(answer.clone());
        let verification = house.start(7, &[house.sms]).await;
        assert_eq!(house.statuses(&verification).await, [AttemptStatus::Delivered], "{answer:?}");
        for _ in 0..5 {
            house.later(Duration::from_secs(60)).await;
        }
        assert_eq!(house.bird.messages().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_report_that_comes_while_nobody_knows_stops_the_second_send() {
    let house = House::new(4).await;
    house.bird.script(Answer::Reset(Taken::Kept));
    let verification = house.start(7, &[house.sms]).await;
    assert_eq!(house.statuses(&verification).await, [AttemptStatus::Prepared]);
    house.bird.settle().await;
    assert_eq!(house.statuses(&verification).await, [AttemptStatus::Delivered]);
    house.later(Duration::from_secs(60)).await;
    assert_eq!(house.bird.messages().len(), 1);
}
