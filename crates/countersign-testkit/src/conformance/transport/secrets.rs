//! Clause 5: what must not be told.

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

use countersign::SendError;

use super::harness::{ProviderBehavior, TransportHarness};
use super::messages::{dispatch, leak, record, try_to_send};
use crate::logs;

/// All that an error says: to people, to programs, and of its sources.
fn told(error: &SendError) -> String {
    let mut told = format!("{error} {error:?} {}", error.detail().unwrap_or_default());
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(told, " {error} {error:?}");
        source = error.source();
    }
    told
}

/// Clause 5: details are stored and shown.
pub async fn no_error_holds_the_code_or_the_address(harness: Arc<dyn TransportHarness>) {
    for (seed, behavior) in (1_300..).zip(ProviderBehavior::all()) {
        let transport = harness.transport(behavior).await;
        let dispatch = dispatch(&*harness, &record(&*harness, seed));
        if let Err(error) = try_to_send(&*harness, &transport, &dispatch).await {
            let leak = leak(&told(&error), &dispatch);
            assert!(leak.is_none(), "{} is in what an error tells after this: {behavior:?}", leak.unwrap_or_default());
        }
    }
}

/// Clause 5: hosts print what they hold.
pub async fn no_debug_output_holds_the_code_or_the_address(harness: Arc<dyn TransportHarness>) {
    for (seed, behavior) in (1_400..).zip(ProviderBehavior::all()) {
        let transport = harness.transport(behavior).await;
        let dispatch = dispatch(&*harness, &record(&*harness, seed));
        let result = try_to_send(&*harness, &transport, &dispatch).await;
        let leak = leak(&format!("{transport:?} {result:?} {dispatch:?}"), &dispatch);
        assert!(leak.is_none(), "{} is in debug output after this: {behavior:?}", leak.unwrap_or_default());
    }
}

/// Clause 5: at every level, whoever logs it.
pub async fn no_log_line_holds_the_code_or_the_address(harness: Arc<dyn TransportHarness>) {
    logs::capture();
    let mut sent = Vec::new();
    for (seed, behavior) in (1_500..).zip(ProviderBehavior::all()) {
        let transport = harness.transport(behavior).await;
        let dispatch = dispatch(&*harness, &record(&*harness, seed));
        // What comes of it is for other rules.
        let _ = try_to_send(&*harness, &transport, &dispatch).await;
        sent.push((behavior, dispatch));
    }
    let text = logs::text();
    for (behavior, dispatch) in sent {
        let leak = text.lines().find_map(|line| leak(line, &dispatch));
        assert!(leak.is_none(), "{} is in the log after this: {behavior:?}", leak.unwrap_or_default());
    }
}
