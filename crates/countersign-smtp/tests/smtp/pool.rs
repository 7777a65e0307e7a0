//! Connections are kept, checked and counted.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::letters::{act, outcome, reply, send, transport};
use countersign_testkit::mail_server::{MailServer, Mode};

#[tokio::test]
async fn messages_one_after_another_take_one_connection() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    for seed in 0..10 {
        assert_eq!(outcome(&send(&transport, seed).await).0, "taken");
    }
    assert_eq!(server.connections(), (1, 1));
    let mails = server.mails();
    assert_eq!(mails.len(), 10);
    assert!(mails.iter().all(|mail| mail.session == 1));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_and_the_message_comes_once() {
    for mode in [Mode::StartTls, Mode::Implicit, Mode::Plaintext] {
        let server = MailServer::start(mode);
        let transport = transport(&server, mode).build().unwrap();
        assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
        server.close_all();
        assert_eq!(outcome(&send(&transport, 2).await).0, "taken", "{mode:?}");
        assert_eq!(server.mails().len(), 2);
        assert_eq!(server.connections().0, 2);
    }
}

#[tokio::test]
async fn a_connection_that_no_longer_answers_is_replaced_in_time() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).timeout(Duration::from_secs(3)).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
    server.behave(&[act("rset", "hang")]);
    assert_eq!(outcome(&send(&transport, 2).await).0, "taken");
    assert_eq!(server.mails().len(), 2);
    assert_eq!(server.connections(), (2, 1), "the silent one is gone before the other comes");
}

#[tokio::test]
async fn a_failed_message_leaves_nothing_to_the_next_one() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    for phase in ["mail", "rcpt", "data", "message"] {
        for text in ["450 later", "550 never"] {
            server.behave(&[reply(phase, text)]);
            assert_ne!(outcome(&send(&transport, 1).await).0, "taken");
            server.behave(&[]);
            assert_eq!(outcome(&send(&transport, 2).await).0, "taken", "after {text} to {phase}");
        }
    }
    assert_eq!(server.connections(), (1, 1), "a clear no does not cost the connection");
    assert!(server.mails().iter().all(|mail| mail.rcpt_tos.len() == 1));
}

#[tokio::test]
async fn a_connection_that_the_server_shuts_is_not_used_again() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    server.behave(&[json!({ "phase": "mail", "action": "reply", "text": "421 4.4.2 closing", "times": 1 })]);
    assert_eq!(outcome(&send(&transport, 1).await), ("not sent", "421 4.4.2"));
    assert_eq!(outcome(&send(&transport, 2).await).0, "taken");
    assert_eq!(server.connections().0, 2);
    assert!(!server.verbs().contains(&"tls RSET".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_sends_at_once_never_hold_more_connections_than_allowed() {
    let server = MailServer::start(Mode::Plaintext);
    server.behave(&[json!({ "phase": "message", "action": "delay", "seconds": 0.01 })]);
    let transport = Arc::new(transport(&server, Mode::Plaintext).max_connections(3).build().unwrap());
    let sends: Vec<_> = (0..50)
        .map(|seed| {
            let transport = Arc::clone(&transport);
            tokio::spawn(async move { outcome(&send(&transport, seed).await).0 })
        })
        .collect();
    for send in sends {
        assert_eq!(send.await.unwrap(), "taken");
    }
    assert_eq!(server.connections(), (3, 3));
    let mut ids: Vec<_> = server.mails().iter().map(|mail| mail.header("message-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50, "each message once");
}

#[tokio::test]
async fn a_send_that_waits_too_long_for_a_connection_is_not_sent() {
    let server = MailServer::start(Mode::Plaintext);
    server.behave(&[json!({ "phase": "message", "action": "delay", "seconds": 0.6 })]);
    let timeout = Duration::from_secs(1);
    let transport = transport(&server, Mode::Plaintext).max_connections(1).timeout(timeout).build().unwrap();
    let begun = Instant::now();
    let sends = join_all((0..8).map(|seed| send(&transport, seed))).await;
    assert!(begun.elapsed() < timeout + Duration::from_millis(500));
    // There is time for the first. The second waits for its answer when the time is up, and the others for the second;
    // on a slow machine one that began later may still get its turn.
    let count = |word: &str| sends.iter().filter(|result| outcome(result).0 == word).count();
    assert_eq!(outcome(&sends[0]).0, "taken");
    assert_eq!((count("taken"), count("refused")), (1, 0));
    assert!(count("not sent") >= 3, "{sends:?}");
}

#[tokio::test]
async fn a_connection_that_was_idle_for_too_long_is_closed_with_a_goodbye() {
    let server = MailServer::start(Mode::StartTls);
    let idle = Duration::from_millis(200);
    let transport = transport(&server, Mode::StartTls).idle_timeout(idle).max_connections(1).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
    sleep(2 * idle).await;
    assert_eq!(outcome(&send(&transport, 2).await).0, "taken");
    assert_eq!(server.connections(), (2, 1));
    assert_eq!(server.verbs().iter().filter(|verb| *verb == "tls QUIT").count(), 1);
}

#[tokio::test]
async fn a_transport_that_is_dropped_says_goodbye() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
    drop(transport);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(server.verbs().last().map(String::as_str), Some("tls QUIT"));
}

#[tokio::test]
async fn a_send_that_is_given_up_leaves_room_for_the_next() {
    let server = MailServer::start(Mode::StartTls);
    let transport = transport(&server, Mode::StartTls).max_connections(1).build().unwrap();
    server.behave(&[act("rcpt", "hang")]);
    let given_up = tokio::time::timeout(Duration::from_millis(300), send(&transport, 1)).await;
    assert!(given_up.is_err());
    server.behave(&[]);
    assert_eq!(outcome(&send(&transport, 2).await).0, "taken");
    assert_eq!(server.mail().rcpt_tos, [crate::letters::RECIPIENT]);
}
