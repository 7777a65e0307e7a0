use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::{Dispatch, Receipt, SendError, Transport};
use countersign_messages::Messages;

use super::limits::Limits;
use super::reader::{Item, Section};

mod bird;
mod smtp;

/// Transports by name.
pub(super) type Transports = BTreeMap<String, Arc<dyn Transport>>;

/// What a transport needs to know of the rest of the file.
struct Surroundings<'a> {
    folder: &'a Path,
    messages: &'a Messages,
    limits: &'a Limits,
}

/// Reads `[transports.NAME]`, for channels to name.
pub(super) fn read(file: &mut Section<'_>, folder: &Path, messages: Option<&Messages>, limits: &Limits) -> Transports {
    let Some(section) = file.section("transports") else { return Transports::new() };
    let mut transports = Transports::new();
    for (name, item) in section.named() {
        let built = item.section().and_then(|section| {
            // Without words nothing is built; what else is wrong is said at the next try.
            build(section, &Surroundings { folder, messages: messages?, limits })
        });
        // A channel that names it is not to blame for what is wrong with it.
        transports.insert(name.to_owned(), built.unwrap_or_else(|| Arc::new(NotThere)));
    }
    transports
}

fn build(mut section: Section<'_>, around: &Surroundings<'_>) -> Option<Arc<dyn Transport>> {
    #[derive(Clone, Copy)]
    enum Kind {
        Bird,
        Smtp,
    }
    let kind = section.need("kind", "write \"bird\" or \"smtp\"")?;
    match kind.word(&[("bird", Kind::Bird), ("smtp", Kind::Smtp)])? {
        Kind::Bird => bird::build(section, around),
        Kind::Smtp => smtp::build(section, around),
    }
}

impl Surroundings<'_> {
    /// Longest time for a message, 10 s by default. Longer ones would be taken over by another process meanwhile, and a call
    /// that sends would be answered before it knows.
    fn timeout(&self, item: Option<&Item<'_>>) -> Duration {
        let Some(item) = item else { return Duration::from_secs(10) };
        let Some(seconds) = item.number(1..=600) else { return Duration::from_secs(10) };
        let timeout = Duration::from_secs(seconds);
        let Limits { policy, bounds, .. } = self.limits;
        let longer = [(policy.send_lease(), "send-lease"), (bounds.call_time(), "call-timeout")];
        if let Some((bound, name)) = longer.into_iter().find(|(bound, _)| timeout >= *bound) {
            let bound = bound.as_secs();
            item.fault::<()>(format_args!("it must be shorter than limits.{name}, which is {bound}"));
        }
        timeout
    }

    /// Reads a certificate in PEM from a file.
    fn certificate(&self, item: Option<&Item<'_>>) -> Option<Vec<u8>> {
        let path = item?.text()?;
        match std::fs::read(self.folder.join(path)) {
            Ok(pem) => Some(pem),
            Err(error) => item?.fault(format_args!("that file cannot be read: {}", error.kind())),
        }
    }
}

/// Stands for a transport that could not be built, until all faults are told. Nothing is served with it.
#[derive(Debug)]
pub(super) struct NotThere;

#[async_trait]
impl Transport for NotThere {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        Err(SendError::NotSent { retry_after: None, detail: Some("this transport was not set up".to_owned()) })
    }
}
