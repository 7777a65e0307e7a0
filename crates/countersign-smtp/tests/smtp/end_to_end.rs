//! An engine whose codes go out by email.

use std::sync::Arc;

use countersign::{
    Channel, CheckOutcome, Engine, KeyId, Keyring, Platform, Recipient, Request, StepIndex, StepStatus, SubmittedCode,
    VerificationStatus,
};
use countersign_memory::MemoryStore;
use countersign_testkit::ScriptedTransport;
use countersign_testkit::fixtures::{channel, phone, workspace};

use crate::server::{Mode, PASSWORD, Server, USER};
use crate::world::{RECIPIENT, reply, transport};

fn engine(server: &Server, sms: &Arc<ScriptedTransport>) -> Engine {
    let email = transport(server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    let secret: Vec<u8> = (0..32).map(|byte| byte * 7 + 3).collect();
    let secret = countersign::KeySecret::from_bytes(&secret).unwrap();
    Engine::builder(Arc::new(MemoryStore::new()), Keyring::new(KeyId::new(1), secret))
        .channel(channel(1), Channel::new(Platform::Email, Arc::new(email)))
        .channel(channel(2), Channel::new(Platform::Sms, sms.clone()))
        .build()
        .unwrap()
}

fn request() -> Request {
    Request::new(Recipient::both(phone(), RECIPIENT.parse().unwrap())).step(channel(1)).step(channel(2))
}

/// The code, read as the person reads it: the run of six digits in the plain text.
fn code_in(text: &str) -> SubmittedCode {
    let run = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).expect("a code in the text");
    SubmittedCode::parse(run).unwrap()
}

#[tokio::test]
async fn the_code_that_arrives_verifies() {
    let server = Server::with_auth(Mode::StartTls);
    let engine = engine(&server, &Arc::new(ScriptedTransport::new()));
    let started = engine.start(workspace(1), request()).await.unwrap();
    let mail = server.mail();
    let id = started.attempts()[0].message_id().expect("a message id").to_string();
    assert_eq!(mail.header("message-id"), format!("<{id}>"));
    let reply = engine.check(workspace(1), started.id(), &code_in(&mail.contents[0])).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Verified);
    assert_eq!(reply.verification.status(engine.now()), VerificationStatus::Verified);
}

#[tokio::test]
async fn a_refused_mail_fails_over_to_the_next_step() {
    let server = Server::with_auth(Mode::StartTls);
    server.behave(&[reply("rcpt", "550 5.1.1 <{to}> is unknown here")]);
    let sms = Arc::new(ScriptedTransport::new());
    let engine = engine(&server, &sms);
    let started = engine.start(workspace(1), request()).await.unwrap();
    assert!(server.mails().is_empty());
    assert_eq!(started.current_step(), StepIndex::new(1));
    assert_eq!(started.step_status(StepIndex::new(0)), Some(StepStatus::Failed));
    let code = sms.last_code_for(started.id()).expect("the SMS carries the code");
    let reply = engine.check(workspace(1), started.id(), &code).await.unwrap();
    assert_eq!(reply.verification.status(engine.now()), VerificationStatus::Verified);
}

#[tokio::test]
async fn a_mail_that_the_server_puts_off_is_not_failed_over() {
    let server = Server::with_auth(Mode::StartTls);
    server.behave(&[reply("rcpt", "450 4.2.0 greylisted")]);
    let sms = Arc::new(ScriptedTransport::new());
    let engine = engine(&server, &sms);
    let started = engine.start(workspace(1), request()).await.unwrap();
    assert_eq!(started.current_step(), StepIndex::new(0));
    assert!(sms.sent().is_empty());
    assert!(server.mails().is_empty());
}
