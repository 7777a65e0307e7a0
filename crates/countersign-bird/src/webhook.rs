//! Bird's webhooks: whether a delivery is genuine, and what it reports.
//!
//! Nothing here reads a socket, a clock or a store, except [`WebhookHandler::deliver`], which hands reports to an
//! engine: any web framework can host it.

mod handler;
mod keys;
mod notification;
mod request;
mod signature;

pub use handler::{Handled, WebhookHandler};
pub use keys::{SigningKeyError, SigningKeys};
pub use notification::{MessageReport, NotANotification, Notification};
pub use request::WebhookRequest;
pub use signature::{SignatureError, verify};
