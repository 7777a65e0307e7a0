use async_trait::async_trait;
use countersign::{Dispatch, Receipt, SendError, Transport};
use countersign_messages::Messages;
use countersign_smtp::{SmtpSetupError, SmtpTransport};

use crate::terminal::{Terminal, Tone};

/// Sends emails for real, and says in the terminal what the mail server answered.
#[derive(Debug)]
pub(crate) struct Mail {
    terminal: Terminal,
    smtp: SmtpTransport,
}

impl Mail {
    pub(crate) fn new(terminal: Terminal, url: &str, messages: Messages) -> Result<Self, SmtpSetupError> {
        Ok(Self { terminal, smtp: SmtpTransport::from_url(url, messages)?.build()? })
    }
}

#[async_trait]
impl Transport for Mail {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let sent = self.smtp.send(dispatch).await;
        let number = dispatch.reference().number();
        // The whole address, as on an envelope: a log or a support screen gets `masked()`.
        let address = dispatch.address().to_canonical();
        match &sent {
            Ok(_) => {
                let line = format!("✉ Message #{number} is with the mail server: look into the mailbox of {address}.");
                self.terminal.say(Tone::Notice, &line);
            }
            Err(error) => {
                let detail = error.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
                self.terminal.complain(&format!("message #{number} to {address}: {error}{detail}"));
            }
        }
        sent
    }
}
