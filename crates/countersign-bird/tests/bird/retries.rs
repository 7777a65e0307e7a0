//! When a call is made again without asking the engine.

use std::time::Duration;

use countersign_bird::{BirdError, BirdErrorKind};
use countersign_testkit::fixtures::channel;
use futures_util::TryStreamExt as _;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

use crate::fixture;
use crate::server::{Act, Server, answer, answer_with};
use crate::test_client::{WORKSPACE, client, hasty, messages, outcome, send, transport};

#[tokio::test]
async fn a_message_that_bird_puts_off_for_a_moment_is_sent_then() {
    for status in [429, 503] {
        let server = Server::start().await;
        server.then([answer_with(status, &[("retry-after", "1")], "")]);
        let begun = Instant::now();
        send(&transport(&server), 1).await.unwrap();
        assert_eq!(server.arrived().len(), 2, "{status}");
        assert!(begun.elapsed() >= Duration::from_secs(1), "{status}");
    }
}

#[tokio::test]
async fn a_message_that_bird_puts_off_for_longer_is_left_to_the_engine() {
    let server = Server::start().await;
    server.then([answer_with(429, &[("retry-after", "5")], "")]);
    let begun = Instant::now();
    assert_eq!(outcome(&send(&transport(&server), 1).await).0, "not sent");
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn a_storm_of_refusals_ends_after_the_retries() {
    let server = Server::start().await;
    server.then(vec![answer_with(429, &[("retry-after", "0")], ""); 10]);
    assert_eq!(outcome(&send(&transport(&server), 1).await).0, "not sent");
    assert_eq!(server.arrived().len(), 3, "one try and two more");
}

#[tokio::test]
async fn a_message_that_may_have_arrived_is_never_sent_twice_by_itself() {
    for act in [Act::Reset, Act::Close, Act::Hang, answer(500, ""), answer(502, ""), Act::Raw(b"?".to_vec())] {
        let server = Server::start().await;
        server.then([act.clone()]);
        assert_eq!(outcome(&send(&hasty(&server), 1).await).0, "unknown", "{act:?}");
        sleep(Duration::from_millis(50)).await;
        assert_eq!(server.arrived().len(), 1, "{act:?}");
    }
}

#[tokio::test]
async fn a_server_that_comes_up_meanwhile_gets_the_message() {
    let reserved = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = reserved.local_addr().unwrap();
    drop(reserved);
    let server = Server::start().await;
    let client = client(&server).base_url(format!("http://{address}")).retries(8).build().unwrap();
    let transport = client.transport(WORKSPACE, messages());
    let sending = tokio::spawn(async move { send(&transport, 1).await });
    sleep(Duration::from_millis(100)).await;
    let late = Server::start_at(address).await;
    sending.await.unwrap().unwrap();
    assert_eq!(late.arrived().len(), 1);
}

#[tokio::test]
async fn a_question_is_asked_again_whatever_became_of_it() {
    let channel_body = fixture::json("channels-1.json")["results"][0].to_string();
    for act in [Act::Reset, Act::Close, answer(500, ""), answer(429, ""), answer(503, "")] {
        let server = Server::start().await;
        server.then([act.clone(), answer(200, &channel_body)]);
        let bird = client(&server).build().unwrap();
        assert_eq!(bird.channel(WORKSPACE, channel(1)).await.unwrap().id, channel(1), "{act:?}");
        assert_eq!(server.arrived().len(), 2);
    }
}

#[tokio::test]
async fn a_question_that_is_refused_is_not_asked_again() {
    let server = Server::start().await;
    server.then([answer_with(404, &[("messagebird-request-id", "r-1")], r#"{"code":"NotFound"}"#)]);
    let error = client(&server).build().unwrap().channel(WORKSPACE, channel(1)).await.unwrap_err();
    let BirdError::Refused(answer) = &error else { panic!("{error:?}") };
    assert_eq!((answer.status(), answer.code()), (404, Some("NotFound")));
    assert_eq!(error.request_id().unwrap().as_str(), "r-1");
    assert_eq!(error.to_string(), "Bird refused: 404 NotFound, request r-1");
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_with_its_request() {
    let server = Server::start().await;
    server.then([answer_with(200, &[("x-request-id", "r-2")], "[]")]);
    let bird = client(&server).build().unwrap();
    let listed: Result<Vec<_>, _> = bird.channels(WORKSPACE).try_collect().await;
    let error = listed.unwrap_err();
    assert!(matches!(error, BirdError::Unknown { cause: BirdErrorKind::Unreadable { .. } }), "{error:?}");
    assert_eq!(error.request_id().unwrap().as_str(), "r-2");
}
