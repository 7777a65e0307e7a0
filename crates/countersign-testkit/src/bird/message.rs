use std::fmt;

use countersign::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::status::Status;

/// A message that Bird took.
///
/// Its `Debug` shows neither the address nor what it says; [`to`](Self::to) and [`code`](Self::code) do.
#[derive(Clone)]
pub struct ReceivedMessage {
    pub(super) id: Uuid,
    pub(super) channel: Uuid,
    pub(super) navigator: Option<Uuid>,
    pub(super) platform: String,
    /// As it was posted.
    pub(super) posted: Value,
    pub(super) status: Status,
    pub(super) created_at: Timestamp,
    pub(super) status_at: Timestamp,
}

impl ReceivedMessage {
    /// Bird's name for it.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The channel that carries it.
    #[must_use]
    pub const fn channel(&self) -> Uuid {
        self.channel
    }

    /// The navigator that chose the channel, if one did.
    #[must_use]
    pub const fn navigator(&self) -> Option<Uuid> {
        self.navigator
    }

    /// The word in its events: `sms`, `whatsapp`, `email` …
    #[must_use]
    pub fn platform(&self) -> &str {
        &self.platform
    }

    /// Where it goes: a phone number or an email address.
    #[must_use]
    pub fn to(&self) -> &str {
        self.string("/receiver/contacts/0/identifierValue").unwrap_or_default()
    }

    /// Whom it is from, if it says so.
    #[must_use]
    pub fn sender(&self) -> Option<&str> {
        self.string("/sender/connector/identifierValue")
    }

    /// What the sender calls it.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.string("/reference")
    }

    /// Its plain text, if it has one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.string("/body/text/text").or_else(|| self.string("/body/html/text"))
    }

    /// Its HTML, if it has any.
    #[must_use]
    pub fn html(&self) -> Option<&str> {
        self.string("/body/html/html")
    }

    /// Its subject, if it has one.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.string("/body/html/metadata/subject")
    }

    /// Its template as it was posted, if it has one.
    #[must_use]
    pub fn template(&self) -> Option<&Value> {
        self.posted.get("template")
    }

    /// A parameter of its template.
    #[must_use]
    pub fn parameter(&self, key: &str) -> Option<&str> {
        let mut parameters = self.posted.pointer("/template/parameters")?.as_array()?.iter();
        parameters.find(|parameter| parameter["key"] == key)?["value"].as_str()
    }

    /// The code that it carries: a parameter or variable of its template that is 6 to 12 digits, else the first such
    /// number in its text or HTML.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let parameters = self.posted.pointer("/template/parameters").and_then(Value::as_array);
        let values = parameters.into_iter().flatten().filter_map(|parameter| parameter["value"].as_str());
        let variables = self.posted.pointer("/template/variables").and_then(Value::as_object);
        let values =
            values.chain(variables.into_iter().flat_map(|variables| variables.values()).filter_map(Value::as_str));
        let filled_in = values.into_iter().find(|value| is_code(value));
        filled_in.or_else(|| first_code(self.text()?)).or_else(|| first_code(self.html()?))
    }

    /// Where it stands, as a read of it says.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// When Bird took it.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn string(&self, pointer: &str) -> Option<&str> {
        self.posted.pointer(pointer)?.as_str()
    }

    /// The object that answers and webhooks hold.
    pub(super) fn wire(&self) -> Value {
        let failure = self.status.failure();
        let connector = Uuid::from_u128(!self.channel.as_u128());
        let mut wire = json!({
            "id": self.id,
            "channelId": self.channel,
            "sender": { "connector": { "id": connector, "identifierValue": self.sender() } },
            "receiver": self.posted["receiver"],
            "reference": self.reference().unwrap_or_default(),
            "parts": [{ "platformReference": format!("{:032x}", self.id.as_u128().rotate_left(64)) }],
            "status": self.status.as_str(),
            "reason": failure.map(|failure| failure.reason()).unwrap_or_default(),
            "direction": "outgoing",
            "lastStatusAt": self.status_at.to_string(),
            "createdAt": self.created_at.to_string(),
            "updatedAt": self.status_at.to_string(),
            "details": failure.map_or("", |failure| &failure.details),
            "chargeableUnits": 1,
        });
        for name in ["body", "template", "meta"] {
            if let Some(value) = self.posted.get(name) {
                wire[name] = value.clone();
            }
        }
        if let Some(failure) = failure {
            wire["failure"] = failure.wire();
        }
        wire
    }
}

impl fmt::Debug for ReceivedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedMessage")
            .field("id", &self.id)
            .field("channel", &self.channel)
            .field("navigator", &self.navigator)
            .field("platform", &self.platform)
            .field("reference", &self.reference())
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

fn is_code(text: &str) -> bool {
    (6..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn first_code(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| is_code(run))
}
