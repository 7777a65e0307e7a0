//! What is asked again without asking the caller, and what is not.

use std::time::Duration;

use countersign::StartRequest;
use countersign_api::{CheckRequest, ErrorCode, Outcome, RecordId, StepBody, ToErrorCode as _, Verifier, VerifyError};
use countersign_bird::HostedVerify;
use countersign_testkit::bird::{BirdCloud, ScriptedAnswer, Taken};
use countersign_testkit::fixtures::phone;
use tokio::net::TcpListener;
use tokio::time::sleep;

use crate::stage::{client, hasty, hosted};

fn id() -> RecordId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn unknown() -> [ScriptedAnswer; 7] {
    [
        ScriptedAnswer::Hang(Taken::Kept),
        ScriptedAnswer::Hang(Taken::Lost),
        ScriptedAnswer::Reset(Taken::Kept),
        ScriptedAnswer::Reset(Taken::Lost),
        ScriptedAnswer::BreakOff,
        ScriptedAnswer::Garbage,
        ScriptedAnswer::Huge,
    ]
}

#[tokio::test]
async fn a_start_without_an_answer_is_unknown_and_made_once() {
    for answer in unknown() {
        let bird = BirdCloud::start(1);
        let sms = countersign::ChannelId::new(bird.add_channel("sms-messagebird", "Us"));
        bird.script_verify(answer.clone());
        let request = StartRequest::new(phone()).step(sms);
        let error = hasty(&bird).start(bird.workspace_id(), request).await.unwrap_err();
        assert!(matches!(&error, VerifyError::Unknown { .. }), "{answer:?}: {error}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        sleep(Duration::from_millis(100)).await;
        assert_eq!(bird.requests().len(), 1, "{answer:?}");
        assert!(bird.messages().len() <= 1, "{answer:?}");
    }
}

#[tokio::test]
async fn no_answer_makes_a_change_be_made_again() {
    for answer in [
        ScriptedAnswer::Status(500),
        ScriptedAnswer::Status(502),
        ScriptedAnswer::RetryAfter(503, 0),
        ScriptedAnswer::RetryAfter(429, 0),
    ] {
        let bird = BirdCloud::start(2);
        let (hosted, here) = (hosted(&bird), bird.workspace_id());
        let code = CheckRequest::parse("123456").unwrap();
        for _ in 0..3 {
            bird.script_verify(answer.clone());
        }
        let errors = [
            hosted.check(here, id(), code).await.unwrap_err(),
            hosted.resend(here, id(), StepBody::default()).await.unwrap_err(),
            hosted.failover(here, id(), StepBody::default()).await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.refused().is_some()), "{errors:?}");
        assert_eq!(bird.requests().len(), 3, "{answer:?}");
    }
}

#[tokio::test]
async fn a_read_is_asked_again_until_it_is_answered() {
    for answer in [
        ScriptedAnswer::Status(500),
        ScriptedAnswer::Status(503),
        ScriptedAnswer::RetryAfter(429, 0),
        ScriptedAnswer::Reset(Taken::Lost),
    ] {
        let bird = BirdCloud::start(3);
        bird.script_verify(answer.clone()).script_verify(answer.clone());
        let error = hosted(&bird).get(bird.workspace_id(), id()).await.unwrap_err();
        assert_eq!((error.error_code(), bird.requests().len()), (ErrorCode::NotFound, 3), "{answer:?}");
    }
}

#[tokio::test]
async fn a_read_is_not_asked_for_ever() {
    let bird = BirdCloud::start(4);
    for _ in 0..9 {
        bird.script_verify(ScriptedAnswer::Status(503));
    }
    let error = hosted(&bird).get(bird.workspace_id(), id()).await.unwrap_err();
    assert_eq!((error.refused().unwrap().status, bird.requests().len()), (503, 3));
}

#[tokio::test]
async fn a_service_that_is_not_there_is_unreachable_and_nothing_happened() {
    let reserved = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", reserved.local_addr().unwrap());
    drop(reserved);
    let hosted = HostedVerify::new(client(&url, "key").build().unwrap());
    let workspace = countersign_testkit::fixtures::workspace(1);
    let error = hosted.resend(workspace, id(), StepBody::default()).await.unwrap_err();
    assert!(matches!(error, VerifyError::Unreachable { .. }), "{error}");
    assert_eq!(error.outcome(), Outcome::NotDone);
}
