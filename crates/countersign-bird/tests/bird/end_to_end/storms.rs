//! Bird that is overloaded, breaks off, or says nothing: nothing is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::store::Limit;
use countersign::{AttemptStatus, CheckOutcome, StartRequest, VerificationStatus};
use countersign_bird::BirdBuilder;
use countersign_testkit::bird::{ScriptedAnswer, Taken};
use countersign_testkit::fixtures::{phone_number, workspace};
use futures_util::future::join_all;

use super::engine_over_bird::EngineOverBird;

/// Starts for fifty people at once under a storm of refusals, does what is due until it is over, and checks what came.
async fn weather_it(over_bird: &EngineOverBird) {
    let plan = [over_bird.sms];
    let started = join_all((0..50).map(|number| over_bird.start(number, &plan))).await;
    assert!(over_bird.bird.messages().is_empty());
    for _ in 0..4 {
        over_bird.later(Duration::from_secs(20)).await;
    }
    let messages = over_bird.bird.messages();
    let references: BTreeSet<_> = messages.iter().map(|message| message.reference().unwrap()).collect();
    assert_eq!((messages.len(), references.len()), (50, 50), "each once");
    for verification in &started {
        let reference = verification.attempt_id(0).to_string();
        let message = messages.iter().find(|message| message.reference() == Some(&reference)).unwrap();
        assert_eq!(over_bird.check(verification, message.code().unwrap()).await, CheckOutcome::Verified);
    }
}

#[tokio::test]
async fn a_storm_of_429_over_fifty_starts_loses_nothing_and_doubles_nothing() {
    let over_bird = EngineOverBird::new(1).await;
    over_bird.bird.fail_posts(120, 429);
    weather_it(&over_bird).await;
    assert_eq!(over_bird.bird.requests().len(), 50 + 120);
}

#[tokio::test]
async fn a_storm_of_errors_with_or_without_words_loses_nothing() {
    for (seed, status) in [(2, 500), (3, 502), (4, 503), (5, 504)] {
        for bare in [false, true] {
            let over_bird = EngineOverBird::new(seed).await;
            if bare {
                over_bird.bird.errors_without_body();
            }
            // Some of these are unknown outcomes, of which a message survives two.
            over_bird.bird.fail_posts(100, status);
            weather_it(&over_bird).await;
        }
    }
}

#[tokio::test]
async fn bird_says_when_to_come_back_and_is_left_alone_until_then() {
    let over_bird = EngineOverBird::new(6).await;
    over_bird.bird.script(ScriptedAnswer::RetryAfter(429, 40));
    let verification = over_bird.start(7, &[over_bird.sms]).await;
    over_bird.later(Duration::from_millis(39_999)).await;
    assert_eq!(over_bird.bird.requests().len(), 1);
    over_bird.later(Duration::from_millis(1)).await;
    assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Accepted]);
    assert_eq!((over_bird.bird.requests().len(), over_bird.bird.messages().len()), (2, 1));
}

#[tokio::test]
async fn whatever_becomes_of_an_answer_the_message_comes_with_one_code_and_one_reference() {
    for (answer, comes) in [
        (ScriptedAnswer::Reset(Taken::Lost), 1),
        (ScriptedAnswer::Reset(Taken::Kept), 2),
        (ScriptedAnswer::Hang(Taken::Lost), 1),
        (ScriptedAnswer::Hang(Taken::Kept), 2),
        (ScriptedAnswer::BreakOff, 1),
        (ScriptedAnswer::Garbage, 1),
        (ScriptedAnswer::Huge, 1),
        (ScriptedAnswer::Text(502, "<html>Bad Gateway</html>".to_owned()), 1),
        (ScriptedAnswer::Slow(Duration::from_millis(1)), 1),
    ] {
        let hasty = |client: BirdBuilder| {
            client.timeout(Duration::from_millis(700)).connect_timeout(Duration::from_millis(300))
        };
        let over_bird = EngineOverBird::with(7, workspace(1), hasty).await;
        // The connection that breaks has served before.
        over_bird.start(6, &[over_bird.sms]).await;
        over_bird.bird.script(answer.clone());
        let verification = over_bird.start(7, &[over_bird.sms]).await;
        over_bird.later(Duration::from_secs(30)).await;
        let reference = verification.attempt_id(0).to_string();
        assert_eq!(over_bird.taken(&verification), vec![reference; comes], "{answer:?}");
        let messages = over_bird.bird.messages().split_off(1);
        let codes: BTreeSet<_> = messages.iter().map(|message| message.code().unwrap()).collect();
        assert_eq!(codes.len(), 1, "{answer:?}");
        over_bird.bird.settle().await;
        assert_eq!(over_bird.statuses(&verification).await, [AttemptStatus::Delivered], "{answer:?}");
        assert_eq!(
            over_bird.check(&verification, messages[0].code().unwrap()).await,
            CheckOutcome::Verified,
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_message_fails_when_bird_was_not_there_for_any_of_its_tries() {
    let over_bird = EngineOverBird::new(8).await;
    let EngineOverBird { bird, engine, clock, .. } = over_bird;
    let request = StartRequest::new(phone_number(7)).step(over_bird.sms);
    bird.stop().await;
    let verification = engine.start(workspace(1), request).await.unwrap();
    assert_eq!(verification.attempts()[0].status(), AttemptStatus::Prepared);
    let mut now = verification;
    while now.attempts()[0].status() == AttemptStatus::Prepared {
        clock.advance(now.next_timeout().unwrap().saturating_duration_since(engine.now()));
        engine.run_due(Limit::default()).await.unwrap();
        now = engine.get(workspace(1), now.id()).await.unwrap();
    }
    assert_eq!(now.status(engine.now()), VerificationStatus::Accepted, "it is tried until the end, and no longer");
    assert_eq!(now.attempts()[0].status(), AttemptStatus::SendingFailed);
    assert_eq!(now.attempts()[0].failure().unwrap().detail(), Some("no connection"));
}
