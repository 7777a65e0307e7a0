use countersign::{AttemptId, ChannelId, MessageId, Report};
use serde::Deserialize;

use crate::message::failure::Failure;
use crate::message::status::reported;
use crate::reading::lenient::{Object, Text, object};
use crate::reading::words::word;

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notification {
    /// What became of a message.
    Message(Box<MessageReport>),
    /// Something that is no engine's business: another service or event, a status that says nothing of arrival, or a
    /// message that nobody can name.
    Nothing,
}

/// What became of a message, and what Bird says besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageReport {
    /// What an engine takes: on our reference if the message has one, else on Bird's id.
    pub report: Report,
    /// The platform in Bird's word, as in `sms` of `sms.outbound`.
    pub platform: String,
    /// What Bird calls the message.
    pub message_id: Option<MessageId>,
    /// The channel that it went by, which for a navigator is the one that it chose.
    pub channel_id: Option<ChannelId>,
}

/// Signed or not, it is not `{"service": …, "event": …, "payload": {…}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("a delivery is a JSON object with the texts service and event, and an object payload")]
pub struct NotificationError;

#[derive(Deserialize)]
struct Envelope {
    service: String,
    event: String,
    #[serde(default)]
    payload: Object<Payload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    #[serde(default)]
    id: Text,
    #[serde(default)]
    channel_id: Text,
    #[serde(default)]
    reference: Text,
    #[serde(default)]
    status: Text,
    #[serde(default)]
    failure: Object<Failure>,
    #[serde(default)]
    details: Text,
}

impl Notification {
    /// Reads the body of a delivery. Unknown services, events, statuses and fields are no errors.
    ///
    /// It does not say that the delivery is genuine: [verify](super::BirdWebhook::verify) it first.
    ///
    /// # Errors
    /// [`NotificationError`].
    pub fn parse(body: &[u8]) -> Result<Self, NotificationError> {
        let Envelope { service, event, payload } = object(body).ok_or(NotificationError)?;
        let platform = event.strip_suffix(".outbound").and_then(word).filter(|_| service == "channels");
        let report = platform.zip(payload.0).and_then(|(platform, payload)| payload.report(platform));
        Ok(report.map_or(Self::Nothing, |report| Self::Message(Box::new(report))))
    }

    /// What an engine takes of it.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Message(message) => Some(&message.report),
            Self::Nothing => None,
        }
    }
}

impl Payload {
    fn report(self, platform: &str) -> Option<MessageReport> {
        let status = reported(self.status.as_deref()?, Failure::detail(self.failure, &self.details))?;
        let message_id = self.id.as_deref().and_then(MessageId::new);
        let reference: Option<AttemptId> = self.reference.as_deref().and_then(|text| text.parse().ok());
        let report = match (reference, &message_id) {
            (Some(reference), _) => Report::by_reference(reference, status),
            (None, Some(id)) => Report::by_message_id(id.clone(), status),
            (None, None) => return None,
        };
        let channel_id = self.channel_id.as_deref().and_then(|id| id.parse().ok());
        Some(MessageReport { report, platform: platform.to_owned(), message_id, channel_id })
    }
}
