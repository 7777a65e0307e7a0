//! Messages to send, and transports to send them by.

use std::sync::LazyLock;
use std::time::Duration;

use countersign::{
    Brand, Dispatch, EmailAddress, Identity, Locale, Mailbox, Receipt, SendError, Sender, Transport, Verification,
};
use countersign_messages::Messages;
use countersign_smtp::{SmtpTransport, SmtpTransportBuilder};
use countersign_testkit::fixtures::{self, Started};
use serde_json::{Value, json};

use countersign_testkit::mail_server::{MailServer, Mode};

pub const RECIPIENT: &str = "annabelle@example.com";

/// Loaded once: catalogues are compiled on load.
pub fn messages() -> Messages {
    static MESSAGES: LazyLock<Messages> = LazyLock::new(|| Messages::new(Brand::parse("Acme").unwrap()).unwrap());
    MESSAGES.clone()
}

pub fn sender() -> Mailbox {
    Mailbox::parse("Acme Codes <codes@acme.example>").unwrap()
}

/// A transport to that server, as a host would set it up, but less patient.
pub fn transport(server: &MailServer, mode: Mode) -> SmtpTransportBuilder {
    let builder = match mode {
        Mode::Plaintext => SmtpTransport::plaintext("127.0.0.1", messages()),
        Mode::StartTls => SmtpTransport::starttls("127.0.0.1", messages()).root_certificate(server.authority()),
        Mode::Implicit => SmtpTransport::implicit_tls("127.0.0.1", messages()).root_certificate(server.authority()),
    };
    builder.port(server.port()).sender(sender()).timeout(Duration::from_secs(8))
}

pub fn record(seed: u64) -> Verification {
    Started::new(seed)
        .recipient(EmailAddress::parse(RECIPIENT).unwrap())
        .steps(vec![fixtures::mail()])
        .locale(Locale::parse("en").unwrap())
        .record()
}

pub fn of(record: &Verification) -> Dispatch {
    from(record, &Identity::default())
}

/// The first message of a verification as a channel of that identity sends it.
pub fn from(record: &Verification, identity: &Identity) -> Dispatch {
    Dispatch::new(record, 0, &fixtures::keyring(), record.created_at(), identity).unwrap()
}

pub fn by(sender: Sender) -> Identity {
    Identity { sender: Some(sender), ..Identity::default() }
}

/// The first message of a verification of its own.
pub fn dispatch(seed: u64) -> Dispatch {
    of(&record(seed))
}

pub fn message_id(receipt: Receipt) -> String {
    let Receipt::ByMessageId { message_id } = receipt else { panic!("known by its message id") };
    message_id.to_string()
}

/// What came of a send, in a word, and its detail.
pub fn outcome(result: &Result<Receipt, SendError>) -> (&'static str, &str) {
    match result {
        Ok(_) => ("taken", ""),
        Err(error) => {
            let word = match error {
                SendError::Refused { .. } => "refused",
                SendError::NotSent { .. } => "not sent",
                SendError::Unknown { .. } => "unknown",
                _ => "new",
            };
            (word, error.detail().unwrap_or_default())
        }
    }
}

pub async fn send(transport: &SmtpTransport, seed: u64) -> Result<Receipt, SendError> {
    transport.send(&dispatch(seed)).await
}

pub fn reply(phase: &str, text: &str) -> Value {
    json!({ "phase": phase, "action": "reply", "text": text })
}

pub fn act(phase: &str, action: &str) -> Value {
    json!({ "phase": phase, "action": action })
}
