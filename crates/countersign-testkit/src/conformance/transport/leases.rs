//! Clause 4: a send ends in time.

use std::sync::Arc;

use countersign::{Receipt, SendError};

use super::harness::{ProviderBehavior, TransportHarness};
use super::messages::{dispatch, record, send, try_to_send};

/// Clause 4.
pub async fn a_send_ends_within_its_lease_whatever_the_provider_does(harness: Arc<dyn TransportHarness>) {
    for (seed, behavior) in (1_100..).zip(ProviderBehavior::all()) {
        // A send that does not end in time panics.
        let _: Result<Receipt, SendError> = send(&harness, behavior, seed).await;
    }
}

/// Clause 4: a pool of connections, or a rate, must not make the last one late.
pub async fn sends_that_wait_for_each_other_end_within_their_lease(harness: Arc<dyn TransportHarness>) {
    const SENDS: u64 = 16;
    let transport = harness.transport(ProviderBehavior::Hang).await;
    let sends: Vec<_> = (1_200..1_200 + SENDS)
        .map(|seed| {
            let (harness, transport) = (Arc::clone(&harness), Arc::clone(&transport));
            tokio::spawn(async move {
                let dispatch = dispatch(&*harness, &record(&*harness, seed));
                try_to_send(&*harness, &transport, &dispatch).await
            })
        })
        .collect();
    for sent in sends {
        let result = sent.await.expect("a send ends within its lease");
        assert!(result.is_err(), "a provider that never answers takes nothing: {result:?}");
    }
}
