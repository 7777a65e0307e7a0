//! Transports and their kinds: `[transports.NAME]`.

mod bird;
mod context;
mod kinds;
mod smtp;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use countersign::{Dispatch, Receipt, SendError, Transport};
use countersign_messages::Messages;

use super::limits::Limits;
use super::reader::Section;
pub use context::TransportContext;
pub(crate) use kinds::TransportKinds;

/// Transports by name.
pub(super) type Transports = BTreeMap<String, Arc<dyn Transport>>;

/// Reads all transports, for channels to name.
pub(super) fn read(
    file: &mut Section<'_>,
    kinds: &TransportKinds,
    messages: Option<&Messages>,
    limits: &Limits,
) -> Transports {
    let Some(section) = file.section("transports") else { return Transports::new() };
    let context = TransportContext::new(messages, limits);
    let build = |(name, item): (&str, super::Item<'_>)| {
        let built = item.section().zip(context.as_ref()).and_then(|(section, context)| kinds.build(section, context));
        // A channel that names it is not to blame for its faults.
        (name.to_owned(), built.unwrap_or_else(|| Arc::new(NotThere)))
    };
    section.entries().map(build).collect()
}

/// Stands for a transport that has a fault, until all faults are reported. Nothing is served with it.
#[derive(Debug)]
pub(super) struct NotThere;

#[async_trait]
impl Transport for NotThere {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        Err(SendError::NotSent { retry_after: None, detail: Some("this transport was not set up".to_owned()) })
    }
}
