//! The email as a mail server gets it.

use std::fmt;
use std::time::{Duration, SystemTime};

use countersign::{Address, Dispatch, EmailAddress, Mailbox, MessageId};
use countersign_messages::{Email, Messages};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{MultiPart, SinglePart};
use zeroize::Zeroizing;

mod encoded_word;
mod gate;

pub use gate::Part;

/// An email with its code, ready to be handed to a mail server, and the addresses of its envelope.
///
/// Composing reads no clock, draws nothing at random and sends nothing: one dispatch always gives the same bytes, with
/// the time of the dispatch as `Date`. A host that hands mail over by another way than SMTP can use it as well.
///
/// `Debug` shows the message id alone. The memory of the text is wiped on drop; copies that lettre makes while it
/// encodes are out of reach.
pub struct Letter {
    from: lettre::Address,
    to: lettre::Address,
    message_id: MessageId,
    formatted: Zeroizing<Vec<u8>>,
}

/// Why a dispatch makes no email. Nothing here holds an address or a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// The step sends to a phone.
    #[error("the address is no email address: use this transport for channels of the platform email")]
    NotAnEmailAddress,
    /// The channel names no sender, and there is no default one.
    #[error("no sender: give the channel or the transport a mailbox to send from")]
    NoSender,
    /// The channel's sender is a name or a number.
    #[error("the channel's sender is no mailbox: give it one, a name before an address")]
    SenderIsNoMailbox,
    /// The step names a provider's template.
    #[error("a mail server keeps no templates: leave the template out of the step, or give it a locale alone")]
    Template,
    /// The sender's domain leaves no room for our reference in the `Message-ID`.
    #[error("the sender's domain is longer than {} characters: use a shorter one", Letter::MAX_SENDER_DOMAIN)]
    SenderDomainTooLong,
    /// A character that could end a line of a header or of a command.
    #[error("a control character or line separator in the {0}")]
    ControlCharacter(Part),
    /// lettre does not take what we take for an address.
    #[error("the {0} is no address that can be written into an SMTP command")]
    Unwritable(Part),
    /// lettre could not put the message together.
    #[error("the message could not be composed")]
    Malformed,
}

impl Letter {
    /// Most characters of the sender's domain: the `Message-ID` has room for our reference (40), an `@` and this.
    pub const MAX_SENDER_DOMAIN: usize = MessageId::MAX_BYTES - 41;

    /// Writes the email of a dispatch, from the dispatch's own sender or else from `sender`.
    ///
    /// The header is `From`, `To`, `Subject`, `Date`, `Message-ID`, `Auto-Submitted` (RFC 3834), `Content-Language`
    /// (RFC 3282) and those of MIME; the body is `multipart/alternative`, text before HTML. It is ASCII throughout, in
    /// lines of at most 998 octets, so that it passes servers without `8BITMIME` and `SMTPUTF8`.
    ///
    /// # Errors
    /// [`ComposeError`], which trying again does not heal.
    pub fn compose(dispatch: &Dispatch, messages: &Messages, sender: Option<&Mailbox>) -> Result<Self, ComposeError> {
        let sender = match dispatch.sender() {
            Some(sender) => sender.mailbox().ok_or(ComposeError::SenderIsNoMailbox)?,
            None => sender.ok_or(ComposeError::NoSender)?,
        };
        let recipient = match dispatch.address() {
            Address::Email(address) => address,
            Address::Phone(_) => return Err(ComposeError::NotAnEmailAddress),
        };
        // To send other words than those that were asked for would be worse than not to send.
        if dispatch.step().template().is_some_and(|template| template.name.is_some() || template.project_id.is_some()) {
            return Err(ComposeError::Template);
        }
        let email = messages.email(dispatch);
        check(sender, recipient, &email)?;
        let id = message_id(dispatch, sender)?;
        let from = writable(sender.address(), Part::Sender)?;
        let to = writable(recipient, Part::Recipient)?;
        let name = sender.name().map(|name| name.as_str().to_owned());
        let message = Message::builder()
            .from(lettre::message::Mailbox::new(name, from.clone()))
            .to(to.clone().into())
            .raw_header(HeaderValue::dangerous_new_pre_encoded(
                HeaderName::new_from_ascii_str("Subject"),
                email.subject().to_owned(),
                // Pre-encoded, as lettre leaves an ASCII word alone that readers would decode, such as `=?utf-8?q?x?=`.
                encoded_word::subject(email.subject()),
            ))
            .date(date(dispatch))
            .message_id(Some(format!("<{id}>")))
            .raw_header(plain_header("Auto-Submitted", "auto-generated"))
            .raw_header(plain_header("Content-Language", email.language().as_str()))
            .multipart(alternatives(dispatch, &email))
            .map_err(|_| ComposeError::Malformed)?;
        Ok(Self { from, to, message_id: id, formatted: Zeroizing::new(message.formatted()) })
    }

    /// What reports and bounces know the message by: `<reference>@<sender's domain>`, the same on every try.
    ///
    /// It is without the angle brackets, which are not part of it (RFC 5322, section 3.6.4).
    #[must_use]
    pub const fn message_id(&self) -> &MessageId {
        &self.message_id
    }

    /// Header and body, in lines that end with CRLF. It holds the code.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.formatted
    }

    pub(crate) const fn from(&self) -> &lettre::Address {
        &self.from
    }

    pub(crate) const fn to(&self) -> &lettre::Address {
        &self.to
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Nothing that lettre sees can end a line of a header or a command.
///
/// Releases of lettre up to 0.11.23, the newest when this was written, have an advisory about that (RUSTSEC-2026-0561).
/// The gate stays when they are fixed: it is ours, it costs nothing, and it does not depend on what lettre escapes.
fn check(sender: &Mailbox, recipient: &EmailAddress, email: &Email) -> Result<(), ComposeError> {
    gate::line(sender.address().as_str(), Part::Sender)?;
    gate::line(sender.name().map_or("", |name| name.as_str()), Part::SenderName)?;
    gate::line(recipient.as_str(), Part::Recipient)?;
    gate::line(email.subject(), Part::Subject)?;
    gate::line(email.language().as_str(), Part::Language)?;
    gate::lines(email.text(), Part::Text)?;
    gate::lines(email.html(), Part::Html)
}

fn message_id(dispatch: &Dispatch, sender: &Mailbox) -> Result<MessageId, ComposeError> {
    let domain = sender.address().domain();
    if domain.len() > Letter::MAX_SENDER_DOMAIN {
        return Err(ComposeError::SenderDomainTooLong);
    }
    MessageId::new(&format!("{}@{domain}", dispatch.reference())).ok_or(ComposeError::SenderDomainTooLong)
}

fn writable(address: &EmailAddress, part: Part) -> Result<lettre::Address, ComposeError> {
    lettre::Address::new(address.local_part(), address.domain()).map_err(|_| ComposeError::Unwritable(part))
}

/// When the dispatch was made, by the clock of whoever made it: its code is valid from then until it expires.
fn date(dispatch: &Dispatch) -> SystemTime {
    let expires_at = Duration::from_millis(dispatch.expires_at().as_millis());
    SystemTime::UNIX_EPOCH + expires_at.saturating_sub(dispatch.valid_for())
}

/// Text before HTML: readers show the last that they can.
///
/// The boundary is made of our reference, and so is the same on every try. `=_` stands in no encoded text (RFC 2045,
/// section 6.7), and no brand knows the reference.
fn alternatives(dispatch: &Dispatch, email: &Email) -> MultiPart {
    MultiPart::alternative()
        .boundary(format!("=_{}", dispatch.reference()))
        .singlepart(SinglePart::plain(email.text().to_owned()))
        .singlepart(SinglePart::html(email.html().to_owned()))
}

fn plain_header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
