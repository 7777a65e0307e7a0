//! Bird's webhooks: whether a delivery is genuine, and what it reports.
//!
//! Nothing here reads a socket, a clock or a store: any web framework can host it.

mod bird_webhook;
mod keys;
mod notification;
mod signature;

pub use bird_webhook::BirdWebhook;
pub use keys::{SigningKeyError, SigningKeys};
pub use notification::{MessageReport, Notification, NotificationError};
pub use signature::SignatureError;
