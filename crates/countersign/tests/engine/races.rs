//! Ten thousand at once: as many answers as are allowed, and one success.

use std::sync::Arc;

use countersign::{CheckOutcome, EngineError, Refusal, SubmittedCode, VerificationStatus};
use tokio::sync::Barrier;

use crate::watched::{SMS, WORKSPACE, WatchedEngine, attempts_allowed, request};

const RACERS: usize = 10_000;
const ROUNDS: usize = 20;

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    verified: usize,
    mismatches: usize,
    exhausted: usize,
    refused_as_failed: usize,
    refused_as_verified: usize,
}

impl Tally {
    fn answers_to_wrong_codes(&self) -> usize {
        self.mismatches + self.exhausted
    }
}

/// Lets so many checks loose at the same moment, over three engines that share the store.
async fn race(max: u8, code_of: impl Fn(usize) -> bool) -> (Tally, u8, VerificationStatus) {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS]).limits(attempts_allowed(max))).await;
    let id = verification.id();
    let right = watched.code(id);
    let wrong = watched.wrong_code(&verification);
    let codes: [Arc<SubmittedCode>; 2] = [Arc::new(wrong), Arc::new(right)];
    let engines =
        [watched.engine.clone(), watched.other_engine(Default::default()), watched.other_engine(Default::default())];
    let gate = Arc::new(Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|n| {
            let (engine, gate) = (engines[n % engines.len()].clone(), gate.clone());
            let code = codes[usize::from(code_of(n))].clone();
            tokio::spawn(async move {
                gate.wait().await;
                engine.check(WORKSPACE, id, &code).await
            })
        })
        .collect();
    let mut tally = Tally::default();
    for racer in racers {
        match racer.await.unwrap().map(|reply| reply.outcome) {
            Ok(CheckOutcome::Verified) => tally.verified += 1,
            Ok(CheckOutcome::Mismatch { .. }) => tally.mismatches += 1,
            Ok(CheckOutcome::Exhausted) => tally.exhausted += 1,
            Err(EngineError::Refused(Refusal::MaxAttemptsReached)) => tally.refused_as_failed += 1,
            Err(EngineError::Refused(Refusal::UnexpectedStatus(VerificationStatus::Verified))) => {
                tally.refused_as_verified += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    let stored = watched.get(id).await;
    (tally, stored.failed_checks(), stored.status(watched.engine.now()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_thousand_racing_wrong_codes_exactly_as_many_as_allowed_are_answered() {
    for max in [1, 3, 10] {
        for _ in 0..ROUNDS {
            let (tally, failed, status) = race(max, |_| false).await;
            let allowed = usize::from(max);
            let expected = Tally {
                mismatches: allowed - 1,
                exhausted: 1,
                refused_as_failed: RACERS - allowed,
                ..Tally::default()
            };
            assert_eq!((tally, failed, status), (expected, max, VerificationStatus::Failed));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_thousand_racing_right_codes_exactly_one_is_accepted() {
    for max in [1, 3, 10] {
        for _ in 0..ROUNDS {
            let (tally, failed, status) = race(max, |_| true).await;
            let expected = Tally { verified: 1, refused_as_verified: RACERS - 1, ..Tally::default() };
            assert_eq!((tally, failed, status), (expected, 0, VerificationStatus::Verified));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_racing_right_and_wrong_codes_one_side_wins_and_every_answer_is_counted() {
    for max in [1, 3, 10] {
        for _ in 0..ROUNDS {
            let (tally, failed, status) = race(max, |n| n % 4 == 0).await;
            assert_eq!(tally.answers_to_wrong_codes(), usize::from(failed));
            assert!(failed <= max);
            match status {
                VerificationStatus::Verified => assert_eq!((tally.verified, tally.exhausted), (1, 0)),
                VerificationStatus::Failed => assert_eq!((tally.verified, tally.exhausted), (0, 1)),
                open => panic!("{open}"),
            }
        }
    }
}
