//! Reports in any order.

use countersign::AttemptStatus;
use countersign_bird::webhook::Notification;
use proptest::prelude::*;
use tokio::runtime::Builder;

use crate::reported_engine::{ReportedEngine, delivery};

const WORDS: [&str; 12] = [
    "accepted",
    "processing",
    "queued",
    "sent",
    "delivered",
    "read",
    "sending_failed",
    "rejected",
    "delivery_failed",
    "deleted",
    "unheard_of",
    "skipped",
];

/// Delivers them one after the other, and gives what became of the message.
fn after(words: &[&str]) -> (Vec<AttemptStatus>, usize) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let reported = ReportedEngine::new();
        let verification = reported.start(&[1, 4]).await;
        for word in words {
            assert_eq!(reported.report(&verification, 0, word).await, 200, "{word}");
        }
        (reported.statuses(&verification).await, reported.carrier.sent().len())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_reports_ends_in_the_same_state(
        (words, shuffled) in proptest::collection::vec(prop::sample::select(&WORDS[..]), 1..12)
            .prop_flat_map(|words| (Just(words.clone()), Just(words).prop_shuffle())),
    ) {
        prop_assert_eq!(after(&words), after(&shuffled));
    }

    #[test]
    fn repetitions_add_nothing(words in proptest::collection::vec(prop::sample::select(&WORDS[..]), 1..8)) {
        let twice: Vec<&str> = words.iter().chain(&words).copied().collect();
        prop_assert_eq!(after(&words), after(&twice));
    }

    #[test]
    fn the_highest_rank_wins(words in proptest::collection::vec(prop::sample::select(&WORDS[..]), 1..8)) {
        let reported = ReportedEngine::new();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let verification = runtime.block_on(reported.start(&[1]));
        let ranks = words.iter().filter_map(|word| {
            let body = delivery(&verification, 0, word).body;
            let notification = Notification::parse(&body).unwrap();
            notification.report().map(|report| report.status.status())
        });
        let highest = ranks.max().unwrap_or(AttemptStatus::Accepted);
        prop_assert_eq!(after(&words).0, [highest]);
    }
}
