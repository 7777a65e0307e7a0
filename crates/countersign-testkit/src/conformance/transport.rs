//! The contract of a transport as tests: see [`transport_conformance!`](crate::transport_conformance).
//!
//! The provider is a double that the author of the transport brings ([`TransportHarness`]): a server on loopback, or a
//! value in memory. What providers are asked and answer differs; what a transport must make of it does not.

use std::sync::Arc;

use super::{Fresh, Rule};

mod harness;
mod leases;
mod messages;
mod outcomes;
mod references;
mod secrets;

pub use harness::{Arrived, ProviderBehavior, TransportHarness};
pub use leases::*;
pub use outcomes::*;
pub use references::*;
pub use secrets::*;

impl<H: TransportHarness> From<H> for Fresh<dyn TransportHarness> {
    fn from(harness: H) -> Self {
        Self::shared(Arc::new(harness))
    }
}

impl<H: TransportHarness> From<Fresh<H>> for Fresh<dyn TransportHarness> {
    fn from(fresh: Fresh<H>) -> Self {
        Self { subject: fresh.subject, guard: fresh.guard }
    }
}

/// Calls another macro with the names of all rules.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_transport_rule {
    ($callback:ident ! ($($context:tt)*)) => {
        $crate::$callback! {
            ($($context)*)
            // 1: tried once.
            a_send_makes_one_try_whatever_the_provider_does,
            // 2: outcomes say what is known.
            an_accepted_message_has_a_receipt_and_carries_the_code,
            a_refusal_for_good_is_refused,
            a_refusal_for_now_is_not_sent_and_tells_when_to_try_again,
            an_unreachable_provider_is_not_sent,
            silence_after_the_request_was_written_is_unknown,
            a_connection_closed_after_the_request_was_written_is_unknown,
            an_answer_that_means_nothing_is_unknown,
            // 3: the reference goes along.
            the_reference_is_the_same_on_every_try,
            each_attempt_has_a_reference_of_its_own,
            // 4: a send ends.
            a_send_ends_within_its_lease_whatever_the_provider_does,
            sends_that_wait_for_each_other_end_within_their_lease,
            // 5: nothing secret leaks.
            no_error_holds_the_code_or_the_address,
            no_debug_output_holds_the_code_or_the_address,
            no_log_line_holds_the_code_or_the_address,
        }
    };
}

/// Makes one test for each rule of the contract of [`Transport`](countersign::Transport).
///
/// It takes a closure that makes a fresh [`TransportHarness`](crate::conformance::transport::TransportHarness)
/// asynchronously: the transport under test, over a double of its provider. Each test calls it once, inside a `tokio`
/// runtime of several threads. The closure returns the harness itself, or a [`Fresh`](crate::conformance::Fresh) where
/// something must be cleaned up after it.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use std::time::Duration;
///
/// use async_trait::async_trait;
/// use countersign::{Dispatch, Receipt, SendError, Step, Transport};
/// use countersign_testkit::conformance::transport::{Arrived, ProviderBehavior, TransportHarness};
/// use countersign_testkit::{fixtures, transport_conformance};
///
/// /// What came of a request to the provider.
/// enum Answer {
///     Status(u16),
///     Garbage,
///     NoConnection,
///     ConnectionLost,
/// }
///
/// /// The transport under test.
/// #[derive(Debug)]
/// struct Gateway(Arc<FakeApi>);
///
/// #[async_trait]
/// impl Transport for Gateway {
///     async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
///         let text = format!("{} is your code", dispatch.code().expose());
///         let request = self.0.post(dispatch.reference().to_string(), text);
///         match tokio::time::timeout(Duration::from_millis(200), request).await {
///             Ok(Answer::Status(202)) => Ok(Receipt::ByReference { message_id: None }),
///             Ok(Answer::Status(503)) | Ok(Answer::NoConnection) => {
///                 Err(SendError::NotSent { retry_after: None, detail: None })
///             }
///             Ok(Answer::Status(status)) => Err(SendError::Refused { detail: Some(status.to_string()) }),
///             Ok(Answer::Garbage) | Ok(Answer::ConnectionLost) | Err(_) => Err(SendError::Unknown { detail: None }),
///         }
///     }
/// }
///
/// /// The double of its provider.
/// #[derive(Debug)]
/// struct FakeApi {
///     behavior: ProviderBehavior,
///     arrived: Arc<Mutex<Vec<Arrived>>>,
/// }
///
/// impl FakeApi {
///     async fn post(&self, reference: String, text: String) -> Answer {
///         if self.behavior == ProviderBehavior::Unreachable {
///             return Answer::NoConnection;
///         }
///         self.arrived.lock().unwrap().push(Arrived { reference: Some(reference), text });
///         match self.behavior {
///             ProviderBehavior::Accept => Answer::Status(202),
///             ProviderBehavior::Refuse | ProviderBehavior::RefuseRepeatingTheRequest => Answer::Status(400),
///             ProviderBehavior::RetryLater(_) => Answer::Status(503),
///             ProviderBehavior::Garbage => Answer::Garbage,
///             ProviderBehavior::Hang => std::future::pending().await,
///             ProviderBehavior::Close | ProviderBehavior::Unreachable => Answer::ConnectionLost,
///         }
///     }
/// }
///
/// #[derive(Debug, Default)]
/// struct Harness {
///     arrived: Arc<Mutex<Vec<Arrived>>>,
/// }
///
/// #[async_trait]
/// impl TransportHarness for Harness {
///     async fn transport(&self, behavior: ProviderBehavior) -> Arc<dyn Transport> {
///         Arc::new(Gateway(Arc::new(FakeApi { behavior, arrived: self.arrived.clone() })))
///     }
///
///     async fn arrived(&self) -> Vec<Arrived> {
///         self.arrived.lock().unwrap().clone()
///     }
///
///     fn step(&self) -> Step {
///         fixtures::sms()
///     }
///
///     fn lease(&self) -> Duration {
///         Duration::from_secs(2)
///     }
///
///     // This gateway never says when to try again.
///     fn tells_when_to_retry(&self) -> bool {
///         false
///     }
/// }
///
/// transport_conformance!(|| async { Harness::default() });
/// # fn main() {
/// #     for rule in countersign_testkit::conformance::transport::RULES {
/// #         let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
/// #         assert!(runtime.block_on(rule.holds(Arc::new(Harness::default()))), "{rule:?}");
/// #     }
/// # }
/// ```
///
/// The last rule captures what is logged ([`logs`](crate::logs)): no other global `tracing` subscriber may be set in the
/// same process. Call the macro once in a module; the tests are named after the rules.
#[macro_export]
macro_rules! transport_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_transport_rule! { __conformance_tests!(transport, $fresh) }
    };
}

crate::for_each_transport_rule! { __conformance_rules!(dyn TransportHarness) }
