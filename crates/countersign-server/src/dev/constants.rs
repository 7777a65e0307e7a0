use countersign::{ChannelId, WorkspaceId};
use uuid::Uuid;

/// The workspace of every development server.
pub(crate) const DEVELOPMENT_WORKSPACE: WorkspaceId =
    WorkspaceId::new(Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_d0c5));

/// The access key of every development server. It is public, so that it is only served on loopback addresses.
pub(crate) const DEVELOPMENT_KEY: &str = "dev_everybody_knows_this_key_0123456789";

/// Sends by WhatsApp.
pub(super) const WHATSAPP_CHANNEL: ChannelId = channel(1);
/// Sends text messages.
pub(super) const SMS_CHANNEL: ChannelId = channel(2);
/// Sends emails.
pub(super) const EMAIL_CHANNEL: ChannelId = channel(3);

const fn channel(number: u128) -> ChannelId {
    ChannelId::new(Uuid::from_u128(0x0000_0000_0000_4000_8000_0000_0000_c000 + number))
}
