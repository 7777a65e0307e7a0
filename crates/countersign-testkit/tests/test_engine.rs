//! The test engine: virtual time in which everything happens when it is due.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::Limit;
use countersign::{
    AttemptStatus, CheckOutcome, Policy, ReportedStatus, SendError, SendMode, Verification, VerificationStatus,
};
use countersign_testkit::fixtures::at;
use countersign_testkit::{FaultPlan, FaultTiming, StoreCall, TestEngine};
use futures::executor::block_on;
use proptest::prelude::*;

fn unknown() -> SendError {
    SendError::Unknown { detail: None }
}

/// A verification whose first messages fail in that order, with a chance to fail over.
async fn troubled(test: &TestEngine, failures: usize) -> Verification {
    for _ in 0..failures {
        test.sms().then_return(Err(unknown()));
    }
    test.start_over([TestEngine::SMS, TestEngine::EMAIL]).await
}

#[test]
fn one_long_advance_does_each_thing_at_its_own_time() {
    block_on(async {
        let test = TestEngine::new();
        let id = troubled(&test, 2).await.id();
        let report = test.advance(Duration::from_secs(3_600)).await;
        assert_eq!(test.now(), at(3_600));
        let verification = test.get(id).await;
        let sent_at = verification.attempts()[0].sent_at().unwrap();
        assert!(at(4) < sent_at && sent_at <= at(6), "at most 2 seconds, and 4 more, less a fifth: {sent_at}");
        assert_eq!(verification.ended_at(), Some(at(600)), "the expiry is noted when it is due");
        assert_eq!(verification.status(test.now()), VerificationStatus::Expired);
        assert_eq!((report.handled, report.taken, report.failed, report.lag), (3, 0, 0, Duration::ZERO));
    });
}

#[test]
fn what_is_due_already_is_done_now() {
    block_on(async {
        let test = TestEngine::builder().policy(Policy::default().with_send_mode(SendMode::Deferred)).build();
        let id = test.start_over([TestEngine::SMS]).await.id();
        assert_eq!(test.statuses(id).await, [AttemptStatus::Prepared]);
        test.clock().advance(Duration::from_secs(5));
        assert_eq!(test.advance(Duration::ZERO).await.lag, Duration::from_secs(5));
        let verification = test.get(id).await;
        assert_eq!(verification.attempts()[0].sent_at(), Some(at(5)), "nothing is done in the past");
        assert_eq!(test.now(), at(5));
    });
}

#[test]
fn reports_fail_over_and_codes_verify_over_whatever_transport() {
    block_on(async {
        let test = TestEngine::new();
        let id = test.start_over([TestEngine::WHATSAPP, TestEngine::SMS, TestEngine::EMAIL]).await.id();
        let failed = ReportedStatus::DeliveryFailed { detail: None };
        assert!(test.report_latest(id, failed.clone()).await.is_some());
        assert!(test.report_latest(id, failed).await.is_some());
        assert!(test.report_latest(id, ReportedStatus::Delivered).await.is_some());
        let expected = [AttemptStatus::DeliveryFailed, AttemptStatus::DeliveryFailed, AttemptStatus::Delivered];
        assert_eq!(test.statuses(id).await, expected);
        assert_eq!([test.whatsapp(), test.sms(), test.email()].map(|carrier| carrier.sent_for(id).len()), [1; 3]);
        let code = test.code_for(id).await;
        assert_eq!(test.email().last_code_for(id).as_ref().map(|sent| format!("{sent:?}")), Some(format!("{code:?}")));
        let wrong = test.wrong_code_for(id).await;
        let outcome = test.check(id, &wrong).await.expect("it is open").outcome;
        assert_eq!(outcome, CheckOutcome::Mismatch { failed: 1, remaining: 2 });
        assert_eq!(test.check(id, &code).await.expect("it is open").outcome, CheckOutcome::Verified);
    });
}

#[test]
fn an_advance_ends_while_the_store_fails_and_goes_on_when_it_is_back() {
    block_on(async {
        for call in [StoreCall::Due, StoreCall::Load, StoreCall::Update] {
            let test = TestEngine::new();
            let id = troubled(&test, 1).await.id();
            test.store().plan(Some(FaultPlan::starting_at(0, FaultTiming::Before).only_for(call)));
            assert!(test.advance(Duration::from_secs(60)).await.failed > 0, "{call:?}");
            assert_eq!(test.now(), at(60));
            test.store().plan(None);
            assert!(test.advance(Duration::ZERO).await.lag > Duration::ZERO, "{call:?}");
            assert_eq!(test.statuses(id).await, [AttemptStatus::Accepted], "{call:?}");
        }
    });
}

#[test]
fn another_engine_is_another_process_of_the_same_service() {
    block_on(async {
        let test = TestEngine::builder().policy(Policy::default().with_send_mode(SendMode::Deferred)).build();
        let id = test.start_over([TestEngine::EMAIL]).await.id();
        let other = test.another_engine(2, Policy::default());
        assert_eq!(other.run_due(Limit::MAX).await.expect("the store answers").handled, 1);
        let code = test.code_for(id).await;
        let reply = other.check(TestEngine::WORKSPACE, id, &code).await.expect("it is open");
        assert_eq!(reply.outcome, CheckOutcome::Verified);
        assert_eq!(test.get(id).await, reply.verification);
        assert_eq!(test.email().sent().len(), 1);
    });
}

#[test]
fn the_same_test_gives_the_same_run_and_another_seed_another() {
    let run = |seed| {
        block_on(async {
            let test = TestEngine::builder().seed(seed).build();
            let id = troubled(&test, 1).await.id();
            test.advance(Duration::from_secs(60)).await;
            test.get(id).await
        })
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1).id(), run(2).id());
}

#[test]
#[should_panic(expected = "no engine can be built of these channels")]
fn channels_that_do_not_go_together_are_named_when_it_is_built() {
    let stranger = countersign_testkit::fixtures::channel(99);
    let navigator = countersign::Navigator::new().with_channel(stranger);
    let test = TestEngine::builder().navigator(countersign_testkit::fixtures::navigator(1), navigator).build();
    drop(Arc::new(test));
}

proptest! {
    /// However the time is cut up, the same happens at the same moments.
    #[test]
    fn many_small_advances_are_one_long_advance(
        failures in 0_usize..8,
        pieces in proptest::collection::vec(0_u64..20_000, 1..40),
    ) {
        let whole: u64 = pieces.iter().sum();
        let run = |pieces: &[u64]| {
            block_on(async {
                let test = TestEngine::new();
                let id = troubled(&test, failures).await.id();
                for piece in pieces {
                    test.advance(Duration::from_millis(*piece)).await;
                }
                (test.now(), test.get(id).await, test.observer().events())
            })
        };
        prop_assert_eq!(run(&[whole]), run(&pieces));
    }
}
