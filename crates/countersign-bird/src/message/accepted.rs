use countersign::{MessageId, ReportedStatus};
use serde::Deserialize;

use super::failure::Failure;
use super::status::reported;
use crate::reading::lenient::{Object, Text, object};

/// What Bird says of a message in the answer to sending it.
///
/// That it answered with a success counts, whatever is in the body: what cannot be read is left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AcceptedMessage {
    /// What Bird calls the message.
    pub message_id: Option<MessageId>,
    /// What became of it already; none when the status is unknown, or missing.
    pub status: Option<ReportedStatus>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    id: Text,
    #[serde(default)]
    status: Text,
    #[serde(default)]
    failure: Object<Failure>,
    #[serde(default)]
    details: Text,
}

impl AcceptedMessage {
    /// Reads the body of an answer of 202.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let Some(Body { id, status, failure, details }) = object(body) else {
            return Self::default();
        };
        let detail = Failure::detail(failure, &details);
        Self {
            message_id: id.as_deref().and_then(MessageId::new),
            status: status.as_deref().and_then(|status| reported(status, detail)),
        }
    }
}
