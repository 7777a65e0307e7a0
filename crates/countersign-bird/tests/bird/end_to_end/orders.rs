//! Events in any order, as often as Bird likes, hours old: the end is the same.

use std::time::Duration;

use countersign::AttemptStatus;
use countersign_testkit::bird::{CarrierFailure, MessageFate, MessageFilter, WebhookBehavior};
use countersign_testkit::fixtures::phone_number;
use proptest::prelude::*;
use tokio::runtime::Builder;

use super::engine_over_bird::EngineOverBird;

/// What becomes of the messages of one person each; none of them fails after it arrived, where the order counts.
fn fates() -> [MessageFate; 6] {
    [
        MessageFate::Delivered,
        MessageFate::Read,
        MessageFate::Sent,
        MessageFate::Silent,
        MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()),
        MessageFate::SendingFailed(CarrierFailure::invalid_input()),
    ]
}

/// Where all messages of each person stand once everything was told, and what Bird took of them.
fn end(seed: u64, habits: WebhookBehavior) -> Vec<(Vec<AttemptStatus>, usize)> {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let over_bird = EngineOverBird::new(seed).await;
        over_bird.bird.habits(habits);
        let mut started = Vec::new();
        for (number, fate) in (0..).zip(fates()) {
            over_bird.bird.fate(MessageFilter::Address(phone_number(number).to_e164()), fate);
            started.push(over_bird.start(number, &[over_bird.whatsapp, over_bird.sms]).await);
        }
        over_bird.bird.settle().await;
        assert!(over_bird.answered().iter().all(|status| *status == Some(200)), "{:?}", over_bird.answered());
        let mut end = Vec::new();
        for verification in &started {
            end.push((over_bird.statuses(verification).await, over_bird.taken(verification).len()));
        }
        end
    })
}

fn habits() -> impl Strategy<Value = WebhookBehavior> {
    (0..3, 0..3_u8, 0..40_u64, any::<bool>(), any::<bool>()).prop_map(|(order, copies, hours, at_once, early)| {
        let habits = WebhookBehavior::default().repeated(copies).stale_by(Duration::from_secs(hours * 3600));
        let habits = match order {
            0 => habits,
            1 => habits.shuffled(),
            _ => habits.reversed(),
        };
        let habits = if at_once { habits.at_once() } else { habits };
        if early { habits.before_answer() } else { habits }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn however_events_come_the_end_is_the_same(seed in any::<u64>(), habits in habits()) {
        use AttemptStatus::{Accepted, Delivered, DeliveryFailed, SendingFailed, Sent};
        let ended = end(seed, habits);
        let expected: [&[AttemptStatus]; 6] = [
            &[Delivered],
            &[Delivered],
            &[Sent],
            &[Accepted],
            &[DeliveryFailed, DeliveryFailed],
            &[SendingFailed, SendingFailed],
        ];
        for ((statuses, taken), expected) in ended.iter().zip(expected) {
            prop_assert_eq!((&statuses[..], *taken), (expected, expected.len()), "{:?}", ended);
        }
    }
}

#[tokio::test]
async fn one_failure_told_many_times_at_once_sends_one_more_message() {
    let over_bird = EngineOverBird::new(1).await;
    over_bird.bird.habits(WebhookBehavior::default().repeated(20).at_once());
    over_bird
        .bird
        .fate(MessageFilter::Platform("whatsapp"), MessageFate::DeliveryFailed(CarrierFailure::unknown_subscriber()));
    let verification = over_bird.start(7, &[over_bird.whatsapp, over_bird.sms]).await;
    over_bird.bird.settle().await;
    assert_eq!(over_bird.bird.deliveries().len(), 21 * 6);
    assert_eq!(over_bird.taken(&verification), [0, 1].map(|number| verification.attempt_id(number).to_string()));
}
