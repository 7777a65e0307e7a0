//! A message as Bird takes it: the body of `POST …/messages`.

use countersign::{Address, Dispatch, Sender};
use countersign_messages::{Email, Message, Messages};
use serde::Serialize;

mod accepted;
pub(crate) mod failure;
pub(crate) mod status;
mod template;

use template::TemplateBody;

pub use accepted::AcceptedMessage;

/// How Bird is told whom a message is from, where its channel says so.
///
/// Bird documents the field `sender.connector.identifierValue`, and not what stands in it for each platform; hence the
/// choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SenderFormat {
    /// The name or number as it is; of a mailbox the whole address, with its name as annotation. The default.
    #[default]
    Whole,
    /// Of a mailbox the part before the `@` alone, with its name as annotation: for email channels that have the
    /// domain.
    LocalPart,
    /// Not at all: the channel's own sender counts.
    Omitted,
}

#[derive(Serialize)]
struct CreateMessage<'a> {
    receiver: Receiver<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<From<'a>>,
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateBody<'a>>,
}

#[derive(Serialize)]
struct Receiver<'a> {
    contacts: [Contact<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Contact<'a> {
    identifier_key: &'static str,
    identifier_value: &'a str,
}

#[derive(Serialize)]
struct From<'a> {
    connector: Connector<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Connector<'a> {
    identifier_value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<Annotations<'a>>,
}

#[derive(Serialize)]
struct Annotations<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Body<'a> {
    Text { text: Text<'a> },
    Html { html: Html<'a> },
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct Html<'a> {
    html: &'a str,
    text: &'a str,
    metadata: Metadata<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    subject: &'a str,
}

/// Writes a dispatch down as JSON.
///
/// # Errors
/// Those of the JSON writer, which a message does not have.
pub(crate) fn write(dispatch: &Dispatch, messages: &Messages, form: SenderFormat) -> serde_json::Result<Vec<u8>> {
    let message = messages.render(dispatch);
    let (body, template) = match &message {
        Message::Sms(sms) => (Some(text(sms.body())), None),
        Message::Text(words) => (Some(text(words.body())), None),
        Message::Email(email) => (Some(html(email)), None),
        Message::Template(filled) => (None, Some(TemplateBody::of(filled.expose()))),
        // Another kind of message is a text until this crate learns it: so the code goes out in some form.
        _ => return text_of(dispatch, messages, form),
    };
    written(dispatch, form, body, template)
}

fn text_of(dispatch: &Dispatch, messages: &Messages, form: SenderFormat) -> serde_json::Result<Vec<u8>> {
    written(dispatch, form, Some(text(messages.sms(dispatch).body())), None)
}

fn written(
    dispatch: &Dispatch,
    form: SenderFormat,
    body: Option<Body<'_>>,
    template: Option<TemplateBody<'_>>,
) -> serde_json::Result<Vec<u8>> {
    let identifier_key = match dispatch.address() {
        Address::Phone(_) => "phonenumber",
        Address::Email(_) => "emailaddress",
    };
    let address = dispatch.address().to_canonical();
    let mut json = Vec::with_capacity(room(body.as_ref()));
    let message = CreateMessage {
        receiver: Receiver { contacts: [Contact { identifier_key, identifier_value: &address }] },
        sender: dispatch.sender().and_then(|sender| from(sender, form)),
        reference: dispatch.reference().to_string(),
        body,
        template,
    };
    serde_json::to_writer(&mut json, &message)?;
    Ok(json)
}

/// About how long the JSON will be, so that it need not move while it is written.
fn room(body: Option<&Body<'_>>) -> usize {
    let words = match body {
        Some(Body::Text { text }) => text.text.len(),
        Some(Body::Html { html }) => html.html.len() + html.text.len(),
        None => 512,
    };
    // What must be escaped takes more: in HTML one byte of thirty or so.
    512 + words + words / 8
}

const fn text(text: &str) -> Body<'_> {
    Body::Text { text: Text { text } }
}

fn html(email: &Email) -> Body<'_> {
    Body::Html {
        html: Html { html: email.html(), text: email.text(), metadata: Metadata { subject: email.subject() } },
    }
}

fn from(sender: &Sender, form: SenderFormat) -> Option<From<'_>> {
    let whole = match form {
        SenderFormat::Whole => true,
        SenderFormat::LocalPart => false,
        SenderFormat::Omitted => return None,
    };
    let (identifier_value, name) = match sender {
        Sender::Name(name) => (name.as_str(), None),
        Sender::Mailbox(mailbox) if whole => (mailbox.address().as_str(), mailbox.name()),
        Sender::Mailbox(mailbox) => (mailbox.address().local_part(), mailbox.name()),
        // A kind of sender that the core learns is not told until this crate learns it too.
        _ => return None,
    };
    let annotations = name.map(|name| Annotations { name: name.as_str() });
    Some(From { connector: Connector { identifier_value, annotations } })
}
