//! What is known when a send fails, phase by phase.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::letters::{RECIPIENT, act, dispatch, outcome, reply, send, transport};
use countersign_testkit::mail_server::{MailServer, Mode, PASSWORD, USER};

/// Every phase in which a server may say something, in order; the last is behind the message.
const PHASES: [&str; 9] = ["greeting", "ehlo", "starttls", "ehlo2", "auth", "mail", "rcpt", "data", "message"];

/// Sends one message to a server that behaves so; gives the outcome and its detail.
async fn try_once(server: &MailServer, rule: Value, timeout: Duration) -> (&'static str, String) {
    server.behave(&[rule]);
    let transport = transport(server, Mode::StartTls).credentials(USER, PASSWORD).timeout(timeout).build().unwrap();
    let begun = Instant::now();
    let result = send(&transport, 1).await;
    assert!(begun.elapsed() < timeout + Duration::from_millis(500), "it took {:?}", begun.elapsed());
    let (word, detail) = outcome(&result);
    (word, detail.to_owned())
}

const LONG: Duration = Duration::from_secs(8);

#[tokio::test]
async fn a_reply_of_4xx_is_not_sent_at_any_phase() {
    let server = MailServer::with_auth(Mode::StartTls);
    for phase in PHASES {
        let outcome = try_once(&server, reply(phase, "451 4.3.0 come back later"), LONG).await;
        assert_eq!(outcome, ("not sent", "451 4.3.0".to_owned()), "{phase}");
        assert!(server.mails().is_empty(), "{phase}");
    }
}

#[tokio::test]
async fn a_reply_of_5xx_is_refused_at_any_phase() {
    let server = MailServer::with_auth(Mode::StartTls);
    for phase in PHASES {
        let outcome = try_once(&server, reply(phase, "550 5.7.1 go away"), LONG).await;
        assert_eq!(outcome, ("refused", "550 5.7.1".to_owned()), "{phase}");
        assert!(server.mails().is_empty(), "{phase}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_unknown_only_after_the_server_asked_for_the_message() {
    let server = MailServer::with_auth(Mode::StartTls);
    for phase in PHASES.into_iter().chain(["content"]) {
        let (word, detail) = try_once(&server, act(phase, "close"), LONG).await;
        let expected = if matches!(phase, "message" | "content") { "unknown" } else { "not sent" };
        assert_eq!(word, expected, "{phase}: {detail}");
    }
}

#[tokio::test]
async fn silence_before_the_server_asked_for_the_message_is_not_sent() {
    let server = MailServer::with_auth(Mode::StartTls);
    let named = ["EHLO", "EHLO", "STARTTLS", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"];
    for (phase, name) in PHASES.into_iter().zip(named) {
        let outcome = try_once(&server, act(phase, "hang"), Duration::from_secs(1)).await;
        assert_eq!(outcome, ("not sent", format!("no answer in time ({name})")), "{phase}");
    }
}

#[tokio::test]
async fn silence_after_the_server_asked_for_the_message_is_unknown() {
    let server = MailServer::with_auth(Mode::StartTls);
    for phase in ["content", "message"] {
        let outcome = try_once(&server, act(phase, "hang"), Duration::from_secs(1)).await;
        assert_eq!(outcome, ("unknown", "no answer in time (message)".to_owned()), "{phase}");
    }
}

#[tokio::test]
async fn a_reply_that_means_nothing_is_unknown_only_after_the_message() {
    let server = MailServer::with_auth(Mode::StartTls);
    // The last two are not UTF-8, which lettre does not read.
    for text in ["what did you say?", "", "250-fine\r\n550 no", "999 fine", "250 schön", "550 5.1.1 unzulässig"] {
        for phase in PHASES {
            let rule = json!({ "phase": phase, "action": "garbage", "text": text });
            let (word, detail) = try_once(&server, rule, LONG).await;
            assert_eq!(word, if phase == "message" { "unknown" } else { "not sent" }, "{text} to {phase}: {detail}");
            assert!(
                !detail.contains("TLS failed") || ["starttls", "ehlo2"].contains(&phase),
                "{text} to {phase}: {detail}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_to_data_that_asks_for_nothing_sends_nothing() {
    let server = MailServer::with_auth(Mode::StartTls);
    let outcome = try_once(&server, reply("data", "250 fine"), LONG).await;
    assert_eq!(outcome, ("not sent", "an answer to something else (DATA)".to_owned()));
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn no_server_is_not_sent() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::Plaintext).build().unwrap();
    drop(server);
    assert_eq!(outcome(&send(&transport, 1).await), ("not sent", "connection refused (connect)"));
}

#[tokio::test]
async fn a_server_that_repeats_address_and_code_finds_neither_in_the_detail() {
    let server = MailServer::with_auth(Mode::StartTls);
    let code = dispatch(1).code().expose().to_owned();
    let word_of_code = format!("5.{}.{}", &code[..3], &code[3..]);
    for text in
        ["550 {to} {content}", "550 5.1.1 <{to}>: {content}", "554-5.7.1 {to}\r\n554 5.7.1 {content}", "451 {content}"]
            .into_iter()
            .map(str::to_owned)
            .chain([format!("550 {word_of_code} {code}"), format!("550 {code}")])
    {
        for phase in ["data", "message"] {
            server.behave(&[reply(phase, &text)]);
            let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
            let error = send(&transport, 1).await.unwrap_err();
            let shown = format!("{error} {error:?} {}", error.detail().unwrap());
            assert!(!shown.contains(&code) && !shown.contains(&word_of_code), "{shown}");
            assert!(!shown.contains(RECIPIENT) && !shown.contains("annabelle"), "{shown}");
            let detail = error.detail().unwrap();
            assert!(["550", "550 5.1.1", "554 5.7.1", "451"].contains(&detail), "{detail}");
        }
    }
}
