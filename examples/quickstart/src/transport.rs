use async_trait::async_trait;
use countersign::{Dispatch, Receipt, SendError, Transport};
use countersign_messages::{Encoding, Message, Messages, Sms};

use crate::terminal::Terminal;
use crate::text;

/// "Sends" by showing what the person would read. One of your own hands the message to a provider here.
#[derive(Debug)]
pub(crate) struct PrintingTransport {
    terminal: Terminal,
    messages: Messages,
}

impl PrintingTransport {
    pub(crate) const fn new(terminal: Terminal, messages: Messages) -> Self {
        Self { terminal, messages }
    }
}

#[async_trait]
impl Transport for PrintingTransport {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let title = format!(
            "{} to {}",
            text::platform_name(dispatch.step().platform()),
            // The whole address, as on an envelope: a log or a support screen gets `masked()`.
            dispatch.address().to_canonical(),
        );
        let note = format!("message #{}", dispatch.reference().number());
        let (body, note) = match self.messages.render(dispatch) {
            Message::Sms(sms) => (sms.body().to_owned(), format!("{} · {note}", room(&sms))),
            Message::Email(email) => (format!("{}\n\n{}", email.subject(), email.text()), note),
            Message::Template(template) => (shown(template.expose()), note),
            Message::Text(text) => (text.body().to_owned(), note),
            _ => (String::new(), note),
        };
        self.terminal.bubble(&title, &body, &note);
        Ok(Receipt::ByReference { message_id: None })
    }
}

/// What an SMS takes of its segment: a second one would cost as much again.
fn room(sms: &Sms) -> String {
    match sms.encoding() {
        Encoding::Gsm7 => format!("{} of 160 characters", sms.units()),
        Encoding::Ucs2 | _ => format!("{} of 70 characters", sms.units()),
    }
}

/// A provider's template has its words at the provider: what we send is its name and what to fill in.
fn shown(template: &countersign::Template) -> String {
    let mut lines = vec![format!("template {}", template.name.as_deref().unwrap_or("without a name"))];
    for parameter in template.parameters.iter().flatten() {
        let [key, value] = [&parameter.key, &parameter.value].map(|part| part.as_deref().unwrap_or_default());
        lines.push(format!("{key} = {value}"));
    }
    lines.join("\n")
}
