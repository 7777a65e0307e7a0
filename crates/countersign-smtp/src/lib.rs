#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod letter;
mod lines;
mod phase;
mod pool;
mod reply;
mod server;
mod session;
mod setup;
mod transport;

pub use letter::{ComposeError, Letter, Part};
pub use server::Password;
pub use setup::{SmtpSetupError, SmtpTransportBuilder};
pub use transport::SmtpTransport;
