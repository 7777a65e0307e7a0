use std::time::Duration;

use async_trait::async_trait;
use countersign::{Dispatch, Mailbox, Receipt, SendError, Transport};
use countersign_messages::Messages;
use tokio::time::timeout;

use crate::letter::Letter;
use crate::phase::Phase;
use crate::pool::Pool;
use crate::reply;
use crate::setup::{Encryption, SmtpSetupError, SmtpTransportBuilder};

/// Hands codes to a mail server, over connections that it keeps open between messages.
///
/// See the [crate's documentation](crate) for what its errors mean. It needs a tokio runtime with time and I/O enabled.
/// `Debug` shows the server and the number of connections, and no credentials.
#[derive(Debug)]
pub struct SmtpTransport {
    messages: Messages,
    sender: Option<Mailbox>,
    timeout: Duration,
    pool: Pool,
}

impl SmtpTransport {
    /// Describes a transport that turns to TLS by `STARTTLS` before it says anything else: port 587 unless given
    /// (RFC 6409). A server that does not offer it gets nothing.
    pub fn starttls(host: impl Into<String>, messages: Messages) -> SmtpTransportBuilder {
        SmtpTransportBuilder::new(host.into(), Encryption::StartTls, messages)
    }

    /// Describes a transport that speaks TLS from the first byte: port 465 unless given (RFC 8314, section 3.3, which
    /// prefers it).
    pub fn implicit_tls(host: impl Into<String>, messages: Messages) -> SmtpTransportBuilder {
        SmtpTransportBuilder::new(host.into(), Encryption::Implicit, messages)
    }

    /// Describes a transport that speaks in the clear: port 25 unless given.
    ///
    /// It is for a relay on this machine. Elsewhere, whoever sits in between reads addresses and codes, and can use
    /// them before the person does.
    pub fn plaintext(host: impl Into<String>, messages: Messages) -> SmtpTransportBuilder {
        SmtpTransportBuilder::new(host.into(), Encryption::None, messages)
    }

    /// Describes a transport by a URL, for a host's settings.
    ///
    /// | URL | means |
    /// |---|---|
    /// | `smtps://user:password@mail.example` | implicit TLS, port 465 |
    /// | `smtp://user:password@mail.example` | `STARTTLS`, required, port 587 |
    /// | `smtp://localhost:25?tls=none` | in the clear, port 25 |
    ///
    /// Port and credentials may be left out; reserved characters in the credentials are written as in `%40` for `@`.
    /// "TLS if the server offers it" cannot be asked for: whoever could read along could also strike out the offer.
    ///
    /// # Errors
    /// [`SmtpSetupError`], without any part of the URL in its text.
    pub fn from_url(url: &str, messages: Messages) -> Result<SmtpTransportBuilder, SmtpSetupError> {
        SmtpTransportBuilder::from_url(url, messages)
    }

    pub(crate) const fn new(messages: Messages, sender: Option<Mailbox>, timeout: Duration, pool: Pool) -> Self {
        Self { messages, sender, timeout, pool }
    }

    async fn hand_over(&self, letter: &Letter, phase: &mut Phase) -> Result<(), SendError> {
        let mut lease = self.pool.take(phase).await?;
        let result = lease.session.deliver(letter, phase).await;
        self.pool.give_back(lease);
        result
    }
}

#[async_trait]
impl Transport for SmtpTransport {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let reference = dispatch.reference();
        let letter = Letter::compose(dispatch, &self.messages, self.sender.as_ref()).map_err(|error| {
            tracing::warn!(%reference, %error, "no email can be made of this");
            SendError::Refused { detail: Some(error.to_string()) }
        })?;
        let mut phase = Phase::Queue;
        let in_time = timeout(self.timeout, self.hand_over(&letter, &mut phase)).await;
        match in_time.unwrap_or_else(|_| Err(reply::timed_out(phase))) {
            Ok(()) => {
                tracing::debug!(%reference, "the mail server took the message");
                Ok(Receipt::ByMessageId { message_id: letter.message_id().clone() })
            }
            Err(error) => {
                tracing::debug!(%reference, %phase, detail = error.detail(), %error);
                Err(error)
            }
        }
    }
}
