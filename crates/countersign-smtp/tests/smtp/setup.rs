//! What can be set, and what is refused.

use std::time::Duration;

use countersign_smtp::{Password, SmtpSetupError as Error, SmtpTransport, SmtpTransportBuilder};

use crate::letters::{messages, outcome, send, sender, transport};
use countersign_testkit::mail_server::{Event, MailServer, Mode, PASSWORD, USER};

fn url(text: &str) -> Result<SmtpTransport, Error> {
    SmtpTransport::from_url(text, messages()).and_then(SmtpTransportBuilder::build)
}

fn shown(text: &str) -> String {
    format!("{:?}", url(text).unwrap())
}

#[test]
fn a_url_says_how_to_connect() {
    for (text, host, port, security) in [
        ("smtps://mail.example", "mail.example", 465, "ImplicitTls"),
        ("smtps://u:p@mail.example:2465/", "mail.example", 2465, "ImplicitTls"),
        ("smtp://u:p@mail.example", "mail.example", 587, "StartTls"),
        ("smtp://127.0.0.1?tls=none", "127.0.0.1", 25, "Plaintext"),
        ("smtp://u:p@[::1]:2525?tls=none", "::1", 2525, "Plaintext"),
        ("smtp://u:p@localhost?tls=none", "localhost", 25, "Plaintext"),
    ] {
        let shown = shown(text);
        assert!(shown.contains(&format!("host: {host:?}, port: {port}, security: {security},")), "{shown}");
        assert!(shown.contains(&format!("authenticates: {}", text.contains('@'))), "{shown}");
    }
}

#[test]
fn a_url_that_is_unclear_or_unsafe_is_refused() {
    for (text, expected) in [
        ("", Error::Url),
        ("mail.example", Error::Url),
        ("smtp://mail.example:99999", Error::Url),
        ("http://mail.example", Error::Scheme),
        ("smtp+starttls://mail.example", Error::Scheme),
        ("smtp://mail.example?tls=opportunistic", Error::UrlOption),
        ("smtp://mail.example?tls=required", Error::UrlOption),
        ("smtp://mail.example?tls=none&tls=none", Error::UrlOption),
        ("smtp://mail.example?", Error::UrlOption),
        ("smtps://mail.example?tls=none", Error::UrlOption),
        ("smtps://mail.example/path", Error::UrlOption),
        ("smtps://mail.example#part", Error::UrlOption),
        ("smtps://user@mail.example", Error::HalfCredentials),
        ("smtps://:secret@mail.example", Error::HalfCredentials),
        ("smtps://user:%zz@mail.example", Error::Escape),
        ("smtps://user:%ff@mail.example", Error::Escape),
        ("smtps://user:a%00b@mail.example", Error::Credentials),
        ("smtps://user:a%0d%0aRSET@mail.example", Error::Credentials),
        ("smtps://", Error::Host),
        ("smtps:mail.example", Error::UrlOption),
        ("smtps://m%41il.example", Error::Host),
        ("smtps://mäil.example", Error::Host),
        ("smtps://mail..example", Error::Host),
        ("smtp://mail.example:0", Error::Port),
        ("smtp://user:secret@mail.example?tls=none", Error::CredentialsInTheClear),
        ("smtp://user:secret@192.0.2.1?tls=none", Error::CredentialsInTheClear),
    ] {
        assert_eq!(url(text).unwrap_err(), expected, "{text}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let builder = || SmtpTransport::starttls("mail.example", messages());
    for (builder, expected) in [
        (builder().timeout(Duration::ZERO), Error::Timeout),
        (builder().max_connections(0), Error::MaxConnections),
        (builder().max_connections(usize::MAX), Error::MaxConnections),
        (builder().port(0), Error::Port),
        (builder().ehlo_name("me\r\nRSET"), Error::HelloName),
        (builder().ehlo_name(""), Error::HelloName),
        (builder().credentials("", "secret"), Error::Credentials),
        (builder().root_certificate("nothing"), Error::RootCertificate),
        (
            builder().root_certificate("-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n"),
            Error::RootCertificate,
        ),
        (SmtpTransport::starttls("mail.example\r\n", messages()), Error::Host),
        (
            SmtpTransport::plaintext("mail.example", messages()).credentials("user", "secret"),
            Error::CredentialsInTheClear,
        ),
        (SmtpTransport::plaintext("localhost", messages()).root_certificate("any"), Error::UselessCertificate),
    ] {
        assert_eq!(builder.build().unwrap_err(), expected);
    }
}

#[test]
fn no_password_shows_anywhere() {
    let text = "smtps://postmaster:hunter2%40x@mail.example";
    let builder = SmtpTransport::from_url(text, messages()).unwrap();
    let mut shown =
        format!("{builder:?} {:?} {:?}", Password::new("hunter2@x".to_owned()), builder.clone().build().unwrap());
    for text in [
        "smtps://postmaster:hunter2@mail.example/x",
        "smtp://postmaster:hunter2@mail.example?tls=none",
        "smtps://hunter2",
    ] {
        shown += &url(text).map_or_else(|error| format!("{error} {error:?}"), |_| String::new());
    }
    assert!(!shown.contains("hunter2") && !shown.contains("postmaster"), "{shown}");
}

#[tokio::test]
async fn a_url_with_escapes_authenticates() {
    let server = MailServer::with_auth(Mode::Plaintext);
    let text = format!("smtp://{USER}:open%20s%65same@127.0.0.1:{}?tls=none", server.port());
    let transport = SmtpTransport::from_url(&text, messages()).unwrap().sender(sender()).build().unwrap();
    assert_eq!(outcome(&send(&transport, 1).await).0, "taken");
    let password = server.events().into_iter().find_map(|event| match event {
        Event::Auth { password, .. } => Some(password),
        _ => None,
    });
    assert_eq!(password.as_deref(), Some(PASSWORD));
}

#[tokio::test]
async fn the_client_calls_itself_as_it_was_told() {
    for (name, expected) in
        [(None, "[127.0.0.1]"), (Some("app.example"), "app.example"), (Some("2001:db8::1"), "[IPv6:2001:db8::1]")]
    {
        let server = MailServer::start(Mode::Plaintext);
        let builder = transport(&server, Mode::Plaintext);
        let builder = name.into_iter().fold(builder, |builder, name| builder.ehlo_name(name));
        assert_eq!(outcome(&send(&builder.build().unwrap(), 1).await).0, "taken");
        let hello = server.events().into_iter().find_map(|event| match event {
            Event::Command { line, .. } => line.strip_prefix("EHLO ").map(|name| name.trim_end().to_owned()),
            _ => None,
        });
        assert_eq!(hello.as_deref(), Some(expected));
    }
}
