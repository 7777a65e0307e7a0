//! Messages to send, and how they are sent.

use std::sync::Arc;

use countersign::{Code, CodeLength, Dispatch, Identity, Limits, Locale, Receipt, SendError, Transport, Verification};
use tokio::time::timeout;

use super::harness::{ProviderBehavior, TransportHarness};
use crate::fixtures::{Started, email_address, keyring, phone_number};

/// A verification whose code has twelve digits: no other number in a log looks like it.
pub(super) fn record(harness: &dyn TransportHarness, seed: u64) -> Verification {
    let limits = Limits { code_length: CodeLength::MAX, ..Limits::default() };
    Started::new(seed)
        .limits(limits)
        .locale(Locale::parse("en").expect("a language tag"))
        .recipient((phone_number(seed), email_address(seed)))
        .steps(vec![harness.step()])
        .record()
}

/// The first message of a verification.
pub(super) fn dispatch(harness: &dyn TransportHarness, record: &Verification) -> Dispatch {
    let dispatch = Dispatch::new(record, 0, &keyring(), record.created_at(), &Identity::default())
        .expect("the fixtures' key is in the ring");
    harness.prepare(dispatch)
}

/// Sends a message, which takes no longer than its lease.
pub(super) async fn try_to_send(
    harness: &dyn TransportHarness,
    transport: &Arc<dyn Transport>,
    dispatch: &Dispatch,
) -> Result<Receipt, SendError> {
    let lease = harness.lease();
    timeout(lease, transport.send(dispatch)).await.unwrap_or_else(|_| panic!("a send did not end within {lease:?}"))
}

/// Sends the message of that seed to a provider that behaves so.
pub(super) async fn send(
    harness: &Arc<dyn TransportHarness>,
    behavior: ProviderBehavior,
    seed: u64,
) -> Result<Receipt, SendError> {
    let transport = harness.transport(behavior).await;
    try_to_send(&**harness, &transport, &dispatch(&**harness, &record(&**harness, seed))).await
}

/// The first secret of a message that stands in a text: its code, or its address in full.
pub(super) fn leak(text: &str, dispatch: &Dispatch) -> Option<&'static str> {
    let holds = |secret: &str| text.to_lowercase().contains(&secret.to_lowercase());
    let code: &Code = dispatch.code();
    let address = dispatch.address().to_canonical();
    // A number may lose what stands before its last nine digits; an address without its domain still names a person.
    let person = match address.split_once('@') {
        Some((local, _)) => local.to_owned(),
        None => address.chars().skip(address.len().saturating_sub(9)).collect(),
    };
    if holds(code.expose()) {
        Some("the code")
    } else if holds(&address) || holds(&person) {
        Some("the address")
    } else {
        None
    }
}
