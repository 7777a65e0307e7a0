#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod autofill;
mod builder;
mod catalogue;
mod email;
mod fault;
mod message;
mod messages;
mod minutes;
mod negotiate;
mod out;
mod sms;
mod template;
mod text;

pub use autofill::{AppHash, AppHashError, Autofill, WebOtpDomain, WebOtpDomainError};
pub use builder::MessagesBuilder;
pub use email::Email;
pub use fault::{CatalogueFault, CatalogueFaultKind, MessagesError};
pub use message::Message;
pub use messages::Messages;
pub use sms::{Encoding, Sms};
pub use template::FilledTemplate;
pub use text::Text;
