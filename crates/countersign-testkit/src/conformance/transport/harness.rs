//! What the author of a transport brings to its tests.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::{Dispatch, Policy, Step, Transport};

/// What a double of a provider does with the requests that reach it.
// Exhaustive: a harness must not pass over a behavior that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderBehavior {
    /// Takes the message.
    Accept,
    /// Refuses the message for good: a bad address, a blocked account.
    Refuse,
    /// Refuses the message for good, and repeats in its answer whatever the request said: address, text and code.
    RefuseRepeatingTheRequest,
    /// Does not take the message now, and says when to try again if a time is given and its protocol can.
    RetryLater(Option<Duration>),
    /// Is not there: no connection can be made.
    Unreachable,
    /// Reads the whole request and never answers; the connection stays open.
    Hang,
    /// Reads the whole request and closes the connection.
    Close,
    /// Reads the whole request and answers what its protocol has no meaning for.
    Garbage,
}

impl ProviderBehavior {
    /// How long [`RetryLater`](Self::RetryLater) asks to wait in the rules: longer than any send may take.
    pub const RETRY_AFTER: Duration = Duration::from_secs(45);

    /// Every behavior that lets a request arrive.
    pub(super) const REACHABLE: [Self; 8] = [
        Self::Accept,
        Self::Refuse,
        Self::RefuseRepeatingTheRequest,
        Self::RetryLater(None),
        Self::RetryLater(Some(Self::RETRY_AFTER)),
        Self::Hang,
        Self::Close,
        Self::Garbage,
    ];

    /// Every behavior.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Self::REACHABLE.into_iter().chain([Self::Unreachable])
    }
}

/// One request that reached the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Our reference as [`AttemptId`](countersign::AttemptId) displays it, taken out of whatever the transport wrapped
    /// around it; none where the protocol has no room for one.
    pub reference: Option<String>,
    /// What the person would read; all of the request where that cannot be told apart.
    pub text: String,
}

impl fmt::Debug for Arrived {
    /// Without the text, which holds the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrived").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// A transport under test, over a double of its provider.
///
/// ```text
/// rule ──▶ harness.transport(behavior) ──▶ transport.send(dispatch) ──▶ provider double
///   └────▶ harness.arrived() ◀──────────────────────────────────────────────┘
/// ```
#[async_trait]
pub trait TransportHarness: fmt::Debug + Send + Sync + 'static {
    /// Builds the transport as a host would, over a provider that behaves so from now on. A rule calls it several times,
    /// one behavior after the other.
    async fn transport(&self, behavior: ProviderBehavior) -> Arc<dyn Transport>;

    /// Returns every request that has reached the provider, in order, whatever it answered; those of all behaviors.
    async fn arrived(&self) -> Vec<Arrived>;

    /// Returns a step that the transport sends: [`fixtures::sms`](crate::fixtures::sms) or a sibling of it. The recipient
    /// of the rules has a phone number and an email address.
    fn step(&self) -> Step;

    /// Returns the longest that a send may take: the policy's lease that the transport is set up for. Shorter ones make
    /// shorter tests: by default it is that of [`Policy::default`].
    fn lease(&self) -> Duration {
        Policy::default().send_lease()
    }

    /// Sets on a message what a channel would: its sender and its brand. By default nothing.
    fn prepare(&self, dispatch: Dispatch) -> Dispatch {
        dispatch
    }

    /// Returns whether the provider's protocol can say when to try again. By default it can.
    fn tells_when_to_retry(&self) -> bool {
        true
    }

    /// Returns whether the provider's protocol has room for our reference. By default it has.
    fn carries_reference(&self) -> bool {
        true
    }
}
