//! Clauses 1 and 2: one try, and an outcome that says what is known.

use std::sync::Arc;
use std::time::Duration;

use countersign::{Receipt, SendError};

use super::harness::{ProviderBehavior, TransportHarness};
use super::messages::{dispatch, record, send, try_to_send};

/// Long enough for a try that is made behind the caller's back.
const A_MOMENT: Duration = Duration::from_millis(100);

/// Clause 1.
pub async fn a_send_makes_one_try_whatever_the_provider_does(harness: Arc<dyn TransportHarness>) {
    for (seed, behavior) in (100..).zip(ProviderBehavior::all()) {
        let before = harness.arrived().await.len();
        // What comes of it is for other rules.
        let _: Result<Receipt, SendError> = send(&harness, behavior, seed).await;
        tokio::time::sleep(A_MOMENT).await;
        let tries = harness.arrived().await.len() - before;
        let expected = usize::from(behavior != ProviderBehavior::Unreachable);
        assert_eq!(tries, expected, "tries of one send to a provider that does this: {behavior:?}");
    }
}

/// What a person must be able to read.
pub async fn an_accepted_message_has_a_receipt_and_carries_the_code(harness: Arc<dyn TransportHarness>) {
    for seed in 200..203 {
        let transport = harness.transport(ProviderBehavior::Accept).await;
        let dispatch = dispatch(&*harness, &record(&*harness, seed));
        let result = try_to_send(&*harness, &transport, &dispatch).await;
        assert!(result.is_ok(), "an accepted message has a receipt, not {result:?}");
        let arrived = harness.arrived().await;
        let latest = arrived.last().expect("the message arrived");
        assert!(latest.text.contains(dispatch.code().expose()), "the message carries the code");
    }
}

/// So that the next step is taken at once.
pub async fn a_refusal_for_good_is_refused(harness: Arc<dyn TransportHarness>) {
    for (seed, behavior) in [(300, ProviderBehavior::Refuse), (301, ProviderBehavior::RefuseRepeatingTheRequest)] {
        let result = send(&harness, behavior, seed).await;
        assert!(matches!(result, Err(SendError::Refused { .. })), "refused, not {result:?}");
    }
}

/// To the second, where the protocol can say it.
pub async fn a_refusal_for_now_is_not_sent_and_tells_when_to_try_again(harness: Arc<dyn TransportHarness>) {
    let result = send(&harness, ProviderBehavior::RetryLater(None), 400).await;
    assert!(matches!(result, Err(SendError::NotSent { .. })), "not sent, and not {result:?}");
    let asked = ProviderBehavior::RETRY_AFTER;
    let result = send(&harness, ProviderBehavior::RetryLater(Some(asked)), 401).await;
    let Err(SendError::NotSent { retry_after, .. }) = result else { panic!("not sent, and not {result:?}") };
    if harness.tells_when_to_retry() {
        let told = retry_after.expect("the time that the provider asks for is told");
        assert!(told.abs_diff(asked) <= Duration::from_secs(1), "the provider asks for {asked:?}, told is {told:?}");
    }
}

/// Nothing was written, so nothing arrived.
pub async fn an_unreachable_provider_is_not_sent(harness: Arc<dyn TransportHarness>) {
    for seed in 500..502 {
        let result = send(&harness, ProviderBehavior::Unreachable, seed).await;
        assert!(matches!(result, Err(SendError::NotSent { .. })), "not sent, and not {result:?}");
    }
}

async fn is_unknown(harness: Arc<dyn TransportHarness>, behavior: ProviderBehavior, seed: u64) {
    let result = send(&harness, behavior, seed).await;
    assert!(matches!(result, Err(SendError::Unknown { .. })), "unknown, and not {result:?}");
}

/// Clause 2: a timeout.
pub async fn silence_after_the_request_was_written_is_unknown(harness: Arc<dyn TransportHarness>) {
    is_unknown(harness, ProviderBehavior::Hang, 600).await;
}

/// Clause 2: no answer, and none to come.
pub async fn a_connection_closed_after_the_request_was_written_is_unknown(harness: Arc<dyn TransportHarness>) {
    is_unknown(harness, ProviderBehavior::Close, 700).await;
}

/// Clause 2: no answer that says anything.
pub async fn an_answer_that_means_nothing_is_unknown(harness: Arc<dyn TransportHarness>) {
    is_unknown(harness, ProviderBehavior::Garbage, 800).await;
}
