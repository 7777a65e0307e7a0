use countersign::{ChannelId, WorkspaceId};
use countersign_messages::Messages;
use serde::Serialize;

use super::constants::{DEVELOPMENT_KEY, DEVELOPMENT_WORKSPACE, EMAIL_CHANNEL, SMS_CHANNEL, WHATSAPP_CHANNEL};

/// What a page or a test needs to know before it begins.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Setup {
    workspace_id: WorkspaceId,
    access_key: &'static str,
    channels: [ChannelSetup; 3],
    locales: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct ChannelSetup {
    id: ChannelId,
    platform: &'static str,
}

impl Setup {
    pub(super) fn new(messages: &Messages) -> Self {
        Self {
            workspace_id: DEVELOPMENT_WORKSPACE,
            access_key: DEVELOPMENT_KEY,
            channels: [(WHATSAPP_CHANNEL, "whatsapp"), (SMS_CHANNEL, "sms"), (EMAIL_CHANNEL, "email")]
                .map(|(id, platform)| ChannelSetup { id, platform }),
            locales: messages.languages().map(ToString::to_string).collect(),
        }
    }
}
