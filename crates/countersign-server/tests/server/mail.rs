use countersign_testkit::mail_server as aiosmtpd;

use crate::mail_server::MailServer;
use crate::process::Server;
use crate::service::{Caller, File, code_in, settings};

#[test]
fn a_person_is_verified_by_email() {
    let mail = MailServer::start();
    let file = File::new(&settings("store = \"memory\"", mail.port(), ""));
    let server = Server::configured(&file.path());
    let caller = Caller::of(&server);
    let verification = caller.start("someone@acme.example").expect(202);
    let message = mail.message();
    assert!(message.contains("To: someone@acme.example") && message.contains("codes@acme.example"), "{message}");
    let verified = caller.check(&verification, &code_in(&message)).expect(200);
    assert_eq!(verified["status"], "verified");
}

#[test]
fn a_mail_server_of_others_reads_what_was_sent() {
    let mail = aiosmtpd::MailServer::start(aiosmtpd::Mode::Plaintext);
    let file = File::new(&settings("store = \"memory\"", mail.port(), ""));
    let server = Server::configured(&file.path());
    let caller = Caller::of(&server);
    let verification = caller.start("someone@acme.example").expect(202);
    let message = mail.next_mail();
    assert_eq!(caller.check(&verification, &code_in(&message.contents[0])).expect(200)["status"], "verified");
}

#[test]
fn a_deferred_message_leaves_without_being_asked_for() {
    let mail = MailServer::start();
    let file = File::new(&settings("store = \"memory\"", mail.port(), "[limits]\nsending = \"deferred\""));
    let server = Server::configured(&file.path());
    let verification = Caller::of(&server).start("someone@acme.example").expect(202);
    assert_eq!(verification["steps"][0]["attempts"][0]["status"], "prepared");
    assert_eq!(code_in(&mail.message()).len(), 6);
}
