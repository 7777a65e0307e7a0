//! What a page says and asks for while it is tested.

use std::sync::Arc;

use chromiumoxide::cdp::IntoEventKind;
use chromiumoxide::cdp::browser_protocol::log::{EventEntryAdded, LogEntryLevel, LogEntrySource};
use chromiumoxide::cdp::browser_protocol::network::EventRequestWillBeSent;
use chromiumoxide::cdp::js_protocol::runtime::{ConsoleApiCalledType, EventConsoleApiCalled, EventExceptionThrown};
use chromiumoxide::listeners::EventStream;
use chromiumoxide::{Page, error::CdpError};
use futures::{FutureExt as _, StreamExt as _};

/// Everything since it was begun.
#[derive(Debug)]
pub(crate) struct Watch {
    requests: EventStream<EventRequestWillBeSent>,
    entries: EventStream<EventEntryAdded>,
    console: EventStream<EventConsoleApiCalled>,
    exceptions: EventStream<EventExceptionThrown>,
}

impl Watch {
    pub(crate) async fn begin(page: &Page) -> Result<Self, CdpError> {
        page.enable_log().await?;
        page.enable_runtime().await?;
        Ok(Self {
            requests: page.event_listener().await?,
            entries: page.event_listener().await?,
            console: page.event_listener().await?,
            exceptions: page.event_listener().await?,
        })
    }

    /// The addresses that were asked for.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        so_far(&mut self.requests).iter().map(|event| event.request.url.clone()).collect()
    }

    /// What a developer would see in red or yellow: first what a script said or did, then answers that were no success.
    pub(crate) fn complaints(&mut self) -> (Vec<String>, Vec<String>) {
        let mut said: Vec<_> = so_far(&mut self.exceptions)
            .iter()
            .map(|event| format!("exception: {:?}", event.exception_details))
            .collect();
        let loud = [ConsoleApiCalledType::Error, ConsoleApiCalledType::Warning, ConsoleApiCalledType::Assert];
        let console = so_far(&mut self.console).into_iter().filter(|event| loud.contains(&event.r#type));
        said.extend(console.map(|event| format!("console: {:?}", event.args)));
        let mut refused = Vec::new();
        for event in so_far(&mut self.entries) {
            let entry = &event.entry;
            let line = format!("{} {}", entry.text, entry.url.as_deref().unwrap_or_default());
            match (&entry.level, &entry.source) {
                (LogEntryLevel::Verbose | LogEntryLevel::Info, _) => {}
                (LogEntryLevel::Error, LogEntrySource::Network) => refused.push(line),
                (LogEntryLevel::Warning | LogEntryLevel::Error, _) => said.push(line),
            }
        }
        (said, refused)
    }
}

/// What has arrived. The page's answer to a later question comes after it.
fn so_far<T: IntoEventKind + Unpin>(events: &mut EventStream<T>) -> Vec<Arc<T>> {
    std::iter::from_fn(|| events.next().now_or_never().flatten()).collect()
}
