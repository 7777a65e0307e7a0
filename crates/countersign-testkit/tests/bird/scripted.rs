use std::sync::Arc;
use std::time::Duration;

use countersign_testkit::SteppedClock;
use countersign_testkit::bird::{BirdCloud, ScriptedAnswer, Taken};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Caller, sms};

fn bird(seed: u64) -> (BirdCloud, Caller, Uuid) {
    let bird = BirdCloud::start(seed);
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms", "Us"));
    (bird, caller, channel)
}

fn message() -> Value {
    sms("+31612345678", "123456", "r")
}

fn path(channel: Uuid) -> String {
    format!("channels/{channel}/messages")
}

#[tokio::test]
async fn answers_come_as_scripted_and_then_as_usual() {
    let (bird, caller, channel) = bird(1);
    bird.fail_posts(2, 429)
        .script(ScriptedAnswer::Status(503))
        .script(ScriptedAnswer::Json(400, json!({ "code": "Odd" })));
    bird.script(ScriptedAnswer::Text(502, "<h1>Bad Gateway</h1>".to_owned()));
    let mut answers = Vec::new();
    for _ in 0..6 {
        let answer = caller.send(channel, &message()).await;
        answers.push((answer.status, answer.body["code"].as_str().map(str::to_owned)));
    }
    let said = |status, code: &str| (status, Some(code.to_owned()));
    let fail_posts = said(429, "TooManyRequests");
    let then = [said(503, "ServiceUnavailable"), said(400, "Odd"), (502, None), (202, None)];
    assert_eq!((&answers[..2], &answers[2..]), (&[fail_posts.clone(), fail_posts][..], &then[..]));
    assert_eq!(bird.messages().len(), 1, "only the last one was kept");
    assert_eq!(bird.requests().len(), 6);
}

#[tokio::test]
async fn a_script_for_reads_leaves_posts_alone() {
    let (bird, caller, channel) = bird(2);
    bird.script_read(ScriptedAnswer::Status(500));
    assert_eq!(caller.send(channel, &message()).await.status, 202);
    assert_eq!(caller.get("channels").await.status, 500);
    assert_eq!(caller.get("channels").await.status, 200);
}

#[tokio::test]
async fn an_answer_can_say_when_to_come_back() {
    let (bird, caller, channel) = bird(3);
    bird.script(ScriptedAnswer::RetryAfter(429, 7));
    let response = caller.try_post(&path(channel), &message()).await.expect("an answer");
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "7");
}

#[tokio::test]
async fn a_reset_comes_after_the_request_was_read_and_keeps_the_message_or_loses_it() {
    let (bird, caller, channel) = bird(4);
    bird.script(ScriptedAnswer::Reset(Taken::Lost)).script(ScriptedAnswer::Reset(Taken::Kept));
    for kept in [0, 1] {
        let error = caller.try_post(&path(channel), &message()).await.expect_err("no answer");
        assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!((bird.requests().len(), bird.messages().len()), (kept + 1, kept));
    }
}

#[tokio::test]
async fn a_hang_lasts_as_long_as_the_caller_waits() {
    let (bird, caller, channel) = bird(5);
    bird.script(ScriptedAnswer::Hang(Taken::Lost)).script(ScriptedAnswer::Hang(Taken::Kept));
    let send = |patience| caller.request(Method::POST, &path(channel)).json(&message()).timeout(patience).send();
    assert!(send(Duration::from_millis(500)).await.expect_err("no answer").is_timeout());
    let waiting = tokio::spawn(send(Duration::from_secs(600)));
    assert_eq!(bird.wait_for(1).await.len(), 1, "the second was kept");
    assert!(!waiting.is_finished());
    waiting.abort();
}

#[tokio::test]
async fn a_hanging_caller_is_let_go_when_the_bird_ends() {
    let (bird, caller, channel) = bird(6);
    bird.script(ScriptedAnswer::Hang(Taken::Kept));
    let hanging = tokio::spawn(async move { (caller.try_post(&path(channel), &message()).await.is_err(), caller) });
    bird.wait_for(1).await;
    bird.stop().await;
    let (failed, caller) = hanging.await.expect("it ends");
    assert!(failed);
    let error = caller.request(Method::GET, "channels").send().await.expect_err("nobody listens");
    assert!(error.is_connect());
}

#[tokio::test]
async fn an_answer_breaks_off_in_its_middle() {
    let (bird, caller, channel) = bird(7);
    bird.script(ScriptedAnswer::BreakOff);
    let response = caller.try_post(&path(channel), &message()).await;
    match response {
        Ok(response) => {
            assert_eq!(response.status(), 202);
            assert!(response.bytes().await.is_err(), "the body is not whole");
        }
        Err(error) => assert!(!error.is_connect(), "the reset overtook what was written: {error}"),
    }
    assert_eq!(bird.messages().len(), 1);
}

#[tokio::test]
async fn garbage_and_too_much_come_for_messages_that_were_kept() {
    let (bird, caller, channel) = bird(8);
    bird.script(ScriptedAnswer::Garbage).script(ScriptedAnswer::Huge);
    let garbage = caller.try_post(&path(channel), &message()).await.expect("an answer");
    assert_eq!(garbage.status(), 202);
    assert!(garbage.json::<Value>().await.is_err());
    let mut huge = caller.try_post(&path(channel), &message()).await.expect("an answer");
    assert_eq!(huge.content_length(), None);
    let mut read = 0;
    while read < 1_000_000 {
        read += huge.chunk().await.expect("more").expect("much more").len();
    }
    assert_eq!(bird.messages().len(), 2);
}

#[tokio::test]
async fn a_slow_answer_is_the_usual_one() {
    let (bird, caller, channel) = bird(9);
    bird.script(ScriptedAnswer::Slow(Duration::from_secs(600))).script(ScriptedAnswer::Slow(Duration::from_millis(1)));
    let impatient = tokio::spawn(caller.request(Method::POST, &path(channel)).json(&message()).send());
    bird.wait_for(1).await;
    assert!(!impatient.is_finished(), "it was kept at once, and its answer is slow");
    impatient.abort();
    assert_eq!(caller.send(channel, &message()).await.status, 202);
}

#[tokio::test]
async fn more_requests_in_a_second_than_allowed_are_a_429() {
    let clock = SteppedClock::default();
    let bird = BirdCloud::start_by(10, Arc::new(clock.clone()));
    let (caller, channel) = (Caller::of(&bird), bird.add_channel("sms", "Us"));
    bird.limit_rates();
    for second in 0..2 {
        for _ in 0..50 {
            assert_eq!(caller.get("channels").await.status, 200);
        }
        let response = caller.request(Method::GET, "channels").send().await.expect("an answer");
        assert_eq!(response.status(), 429, "second {second}");
        assert!(!response.headers().contains_key("retry-after"), "nobody documents one");
        assert_eq!(caller.send(channel, &message()).await.status, 202, "posts have a rate of their own");
        clock.advance(Duration::from_secs(1));
    }
    for _ in 0..500 {
        assert_eq!(caller.send(channel, &message()).await.status, 202);
    }
    assert_eq!(caller.send(channel, &message()).await.status, 429);
}
