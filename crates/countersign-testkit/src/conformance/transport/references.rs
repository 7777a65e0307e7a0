//! Clause 3: our reference.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign::{Receipt, SendError};

use super::harness::{ProviderBehavior, TransportHarness};
use super::messages::{dispatch, record, send, try_to_send};

/// Clause 3: whatever came of the tries before.
pub async fn the_reference_is_the_same_on_every_try(harness: Arc<dyn TransportHarness>) {
    let record = record(&*harness, 900);
    let reference = record.attempt_id(0).to_string();
    for behavior in ProviderBehavior::REACHABLE.into_iter().chain([ProviderBehavior::Accept]) {
        let transport = harness.transport(behavior).await;
        let _: Result<Receipt, SendError> = try_to_send(&*harness, &transport, &dispatch(&*harness, &record)).await;
    }
    let arrived = harness.arrived().await;
    assert!(arrived.len() > ProviderBehavior::REACHABLE.len(), "every try arrived");
    for one in arrived {
        let expected = harness.carries_reference().then(|| reference.clone());
        assert_eq!(one.reference, expected, "the reference of each try");
    }
}

/// Clause 3, and the other side of it: what a provider calls two messages must differ.
pub async fn each_attempt_has_a_reference_of_its_own(harness: Arc<dyn TransportHarness>) {
    const MESSAGES: u64 = 4;
    let mut ids = BTreeSet::new();
    let mut unnamed = 0;
    for seed in 1_000..1_000 + MESSAGES {
        let receipt = send(&harness, ProviderBehavior::Accept, seed).await;
        match receipt.unwrap_or_else(|error| panic!("an accepted message has a receipt, not {error:?}")) {
            Receipt::ByMessageId { message_id } | Receipt::ByReference { message_id: Some(message_id) } => {
                assert!(ids.insert(message_id), "two messages of one id");
            }
            // Other crates must leave room for receipts to come.
            Receipt::ByReference { message_id: None } | _ => unnamed += 1,
        }
    }
    assert_eq!(ids.len() + unnamed, 4, "a receipt for each message");
    let arrived = harness.arrived().await;
    let references: BTreeSet<_> = arrived.iter().filter_map(|one| one.reference.as_ref()).collect();
    let expected: BTreeSet<_> =
        (1_000..1_000 + MESSAGES).map(|seed| record(&*harness, seed).attempt_id(0).to_string()).collect();
    if harness.carries_reference() {
        assert_eq!(references, expected.iter().collect(), "each message has its own reference");
    } else {
        assert!(references.is_empty(), "the protocol has no room for references");
    }
}
