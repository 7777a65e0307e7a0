use std::net::TcpStream;
use std::thread;

use crate::mail_server::MailServer;
use crate::process::Server;
use crate::service::{Caller, File, settings};

#[test]
fn sigterm_finishes_a_start_that_is_under_way_and_exits_with_0() {
    let mail = MailServer::start_shy();
    let file = File::new(&settings("store = \"memory\"", mail.port(), ""));
    let server = Server::configured(&file.path());
    let caller = Caller::of(&server);
    let starting = thread::spawn(move || caller.start("someone@acme.example"));
    mail.wait_for_somebody();
    server.signal("-TERM");
    server.wait_for_log("no more calls are taken");
    let address = server.address().to_owned();
    while TcpStream::connect(&address).is_ok() {
        thread::yield_now();
    }
    mail.greet();
    assert!(mail.message().contains("someone@acme.example"));
    let answer = starting.join().expect("it is answered");
    assert_eq!(answer.expect(202)["steps"][0]["attempts"][0]["status"], "accepted");
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("countersign_server::program: ended"), "{log}");
}

#[test]
fn sigterm_sends_deferred_messages_before_the_end() {
    let mail = MailServer::start_shy();
    let file = File::new(&settings("store = \"memory\"", mail.port(), "[limits]\nsending = \"deferred\""));
    let server = Server::configured(&file.path());
    // The first keeps the loop busy; the second waits for the next round, which the signal comes before.
    Caller::of(&server).start("first@acme.example").expect(202);
    mail.wait_for_somebody();
    Caller::of(&server).start("second@acme.example").expect(202);
    server.signal("-TERM");
    server.wait_for_log("no more calls are taken");
    (0..2).for_each(|_| mail.greet());
    let sent = [mail.message(), mail.message()].concat();
    assert!(sent.contains("first@acme.example") && sent.contains("second@acme.example"), "{sent}");
    assert_eq!(server.wait().0.code(), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mail = MailServer::start_shy();
    let file = File::new(&settings("store = \"memory\"", mail.port(), ""));
    let server = Server::configured(&file.path());
    let caller = Caller::of(&server);
    let starting = thread::spawn(move || std::panic::catch_unwind(|| caller.start("someone@acme.example")));
    mail.wait_for_somebody();
    server.signal("-INT");
    server.wait_for_log("no more calls are taken");
    server.signal("-TERM");
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(143), "{log}");
    assert!(starting.join().expect("it ends").is_err(), "nobody answered");
}

#[test]
fn sigint_ends_a_development_server_with_0() {
    let server = Server::dev();
    server.signal("-INT");
    assert_eq!(server.wait().0.code(), Some(0));
}
