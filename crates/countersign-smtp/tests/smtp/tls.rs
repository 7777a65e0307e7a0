//! What is said before the connection is known to be the right one: nothing.

use countersign_smtp::SmtpTransport;
use serde_json::json;

use crate::letters::{messages, outcome, send, sender, transport};
use countersign_testkit::mail_server::{Event, MailServer, Mode, PASSWORD, USER};

#[tokio::test]
async fn a_message_goes_over_starttls_implicit_tls_and_plaintext() {
    for (mode, prefix) in [(Mode::StartTls, "tls "), (Mode::Implicit, "tls "), (Mode::Plaintext, "")] {
        let server = MailServer::with_auth(mode);
        let transport = transport(&server, mode).credentials(USER, PASSWORD).build().unwrap();
        assert_eq!(outcome(&send(&transport, 1).await).0, "taken", "{mode:?}");
        assert_eq!(server.mails().len(), 1);
        let verbs = server.verbs();
        for verb in ["AUTH", "MAIL", "RCPT", "DATA"] {
            let expected = format!("{prefix}{verb}");
            let found: Vec<_> = verbs.iter().filter(|found| found.ends_with(verb)).collect();
            assert_eq!(found, [&expected], "{mode:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_of_a_stranger_ends_the_connection_before_anything_is_said() {
    let strangers = MailServer::start(Mode::StartTls);
    for mode in [Mode::StartTls, Mode::Implicit] {
        let server = MailServer::with_auth(mode);
        let builder = match mode {
            Mode::StartTls => SmtpTransport::starttls("127.0.0.1", messages()),
            Mode::Implicit | Mode::Plaintext => SmtpTransport::implicit_tls("127.0.0.1", messages()),
        };
        for builder in [builder.clone(), builder.root_certificate(strangers.authority())] {
            let builder = builder.port(server.port()).sender(sender()).credentials(USER, PASSWORD);
            let result = send(&builder.build().unwrap(), 1).await;
            let phase = if mode == Mode::StartTls { "STARTTLS" } else { "connect" };
            assert_eq!(outcome(&result), ("not sent", format!("TLS failed ({phase})").as_str()));
        }
        assert!(
            server.verbs().iter().all(|verb| ["EHLO", "STARTTLS"].contains(&verb.as_str())),
            "{:?}",
            server.verbs()
        );
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused_though_its_authority_is_trusted() {
    for (mode, phase) in [(Mode::StartTls, "STARTTLS"), (Mode::Implicit, "connect")] {
        let server = MailServer::certified_for(mode, "mail.example");
        let transport = transport(&server, mode).credentials(USER, PASSWORD).build().unwrap();
        let result = send(&transport, 1).await;
        assert_eq!(outcome(&result), ("not sent", format!("TLS failed ({phase})").as_str()));
        assert!(!server.verbs().iter().any(|verb| verb.ends_with("AUTH") || verb.ends_with("MAIL")));
    }
}

#[tokio::test]
async fn nothing_is_said_in_the_clear_when_starttls_was_struck_out() {
    let server = MailServer::start(Mode::Plaintext);
    let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await), ("not sent", "the server does not offer it (STARTTLS)"));
    assert_eq!(server.verbs(), ["EHLO"]);
}

#[tokio::test]
async fn replies_sent_in_the_clear_behind_starttls_are_not_believed() {
    let server = MailServer::start(Mode::StartTls);
    let injected = "250-mail.test\r\n250 AUTH PLAIN\r\n235 fine\r\n250 fine\r\n250 fine\r\n354 go on\r\n250 taken";
    server.behave(&[json!({ "phase": "starttls", "action": "inject", "text": injected })]);
    let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await), ("not sent", "TLS failed (STARTTLS)"));
    assert_eq!(server.verbs(), ["EHLO", "STARTTLS"]);
}

#[tokio::test]
async fn the_account_is_told_by_plain_or_else_by_login() {
    for (without, expected) in [("LOGIN", "PLAIN"), ("PLAIN", "LOGIN")] {
        let server = MailServer::start_with(Mode::StartTls, true, &[without]);
        let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
        assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
        let told = server.events().into_iter().find_map(|event| match event {
            Event::Auth { mechanism, user, password } => Some((mechanism, user, password)),
            _ => None,
        });
        assert_eq!(told, Some((expected.to_owned(), USER.to_owned(), PASSWORD.to_owned())));
    }
}

#[tokio::test]
async fn a_server_without_a_way_to_authenticate_gets_nothing() {
    let server = MailServer::start_with(Mode::StartTls, false, &["PLAIN", "LOGIN"]);
    let transport = transport(&server, Mode::StartTls).credentials(USER, PASSWORD).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await), ("not sent", "the server offers neither PLAIN nor LOGIN (AUTH)"));
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let server = MailServer::with_auth(Mode::Implicit);
    let transport = transport(&server, Mode::Implicit).credentials(USER, "open barley").build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await), ("refused", "535 5.7.8"));
}
