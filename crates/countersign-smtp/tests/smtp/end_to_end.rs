//! An engine whose codes go out by email.

use std::sync::Arc;

use countersign::{
    CheckOutcome, Recipient, StartRequest, StepIndex, StepStatus, SubmittedCode, Verification, VerificationStatus,
};
use countersign_testkit::TestEngine;
use countersign_testkit::fixtures::phone;

use crate::letters::{RECIPIENT, reply, transport};
use countersign_testkit::mail_server::{MailServer, Mode, PASSWORD, USER};

fn engine(server: &MailServer) -> TestEngine {
    let email = transport(server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    TestEngine::builder().email_over(Arc::new(email)).build()
}

/// By email, and by a text message if that fails.
async fn start(test: &TestEngine) -> Verification {
    let recipient = Recipient::both(phone(), RECIPIENT.parse().unwrap());
    test.start(StartRequest::new(recipient).step(TestEngine::EMAIL).step(TestEngine::SMS)).await
}

/// The code, read as the person reads it: the run of six digits in the plain text.
fn code_in(text: &str) -> SubmittedCode {
    let run = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).expect("a code in the text");
    SubmittedCode::parse(run).unwrap()
}

#[tokio::test]
async fn the_code_that_arrives_verifies() {
    let server = MailServer::with_auth(Mode::StartTls);
    let test = engine(&server);
    let started = start(&test).await;
    let mail = server.mail();
    let id = started.attempts()[0].message_id().expect("a message id").to_string();
    assert_eq!(mail.header("message-id"), format!("<{id}>"));
    let reply = test.check(started.id(), &code_in(&mail.contents[0])).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Verified);
    assert_eq!(reply.verification.status(test.now()), VerificationStatus::Verified);
}

#[tokio::test]
async fn a_refused_mail_fails_over_to_the_next_step() {
    let server = MailServer::with_auth(Mode::StartTls);
    server.behave(&[reply("rcpt", "550 5.1.1 <{to}> is unknown here")]);
    let test = engine(&server);
    let started = start(&test).await;
    assert!(server.mails().is_empty());
    assert_eq!(started.current_step(), StepIndex::new(1));
    assert_eq!(started.step_status(StepIndex::new(0)), Some(StepStatus::Failed));
    let code = test.sms().last_code_for(started.id()).expect("the SMS carries the code");
    let reply = test.check(started.id(), &code).await.unwrap();
    assert_eq!(reply.verification.status(test.now()), VerificationStatus::Verified);
}

#[tokio::test]
async fn a_mail_that_the_server_puts_off_is_not_failed_over() {
    let server = MailServer::with_auth(Mode::StartTls);
    server.behave(&[reply("rcpt", "450 4.2.0 greylisted")]);
    let test = engine(&server);
    let started = start(&test).await;
    assert_eq!(started.current_step(), StepIndex::new(0));
    assert!(test.sms().sent().is_empty());
    assert!(server.mails().is_empty());
}
