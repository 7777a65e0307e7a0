use std::fmt;

use countersign::{AttemptId, ChannelId, Clock as _, Dispatch, Platform, Route, SystemClock, VerificationId};
use countersign_api::TemplateRecord;
use countersign_messages::Messages;
use serde::Serialize;
use uuid::Uuid;

/// A message as the outbox shows it. It holds the code, as nothing else outside of a test would; `Debug` shows none of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message {
    pub(super) message_id: Uuid,
    pub(super) verification_id: VerificationId,
    step_index: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<ChannelId>,
    platform: String,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateRecord>,
    code: String,
    pub(super) status: Said,
    sent_at: String,
    #[serde(skip)]
    pub(super) reference: AttemptId,
}

/// What the carrier said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Said {
    Accepted,
    Delivered,
    Failed,
}

impl Message {
    /// The message that a dispatch asks for, in words, also where a provider would have the words.
    pub(super) fn write(dispatch: &Dispatch, messages: &Messages, message_id: Uuid) -> Self {
        let step = dispatch.step();
        let (subject, text, html) = match step.platform() {
            Platform::Email => {
                let email = messages.email(dispatch);
                (Some(email.subject().to_owned()), email.text().to_owned(), Some(email.html().to_owned()))
            }
            // What a person reads there is as short as an SMS.
            Platform::Sms | Platform::WhatsApp | Platform::Custom(_) | _ => {
                (None, messages.sms(dispatch).body().to_owned(), None)
            }
        };
        let template = messages.template(dispatch).map(|filled| TemplateRecord::from(filled.expose()));
        let attempts = dispatch.verification().attempts();
        let step_index =
            attempts.get(usize::from(dispatch.reference().number())).map_or(0, |attempt| attempt.step().get());
        let channel_id = match step.effective_route() {
            Route::Channel(channel) => Some(channel),
            Route::Navigator(_) => None,
        };
        Self {
            message_id,
            verification_id: dispatch.reference().verification(),
            step_index,
            channel_id,
            platform: step.platform().name().to_owned(),
            to: dispatch.address().to_canonical(),
            from: dispatch.sender().map(ToString::to_string),
            subject,
            text,
            html,
            template,
            code: dispatch.code().expose().to_owned(),
            status: Said::Accepted,
            sent_at: SystemClock.now().to_string(),
            reference: dispatch.reference(),
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, redacted)", self.reference)
    }
}
