//! How messages leave: the contract of a transport.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::address::Address;
use crate::brand::Brand;
use crate::code::Code;
use crate::id::{AttemptId, WorkspaceId};
use crate::keyring::Keyring;
use crate::locale::Locale;
use crate::machine::{Receipt, SendError, Verification};
use crate::plan::Step;
use crate::sender::Sender;
use crate::time::Timestamp;

/// One message to send: whom, how, in which language, with which code.
///
/// Its `Debug` masks the address and redacts the code. Whoever sends it writes the code into the message and nowhere else.
#[derive(Debug)]
pub struct Dispatch {
    verification: Verification,
    reference: AttemptId,
    address: Address,
    step: usize,
    code: Code,
    valid_for: Duration,
    sender: Option<Sender>,
    brand: Option<Brand>,
}

impl Verification {
    /// Returns the message of an attempt as it is now, with the code in it; `None` when there is no such attempt or its key
    /// is not in the ring.
    #[must_use]
    pub fn dispatch(&self, attempt: u8, keyring: &Keyring, now: Timestamp) -> Option<Dispatch> {
        Dispatch::of(self, attempt, keyring, now)
    }
}

impl Dispatch {
    /// The message of an attempt; none when the record has no such attempt, or its key is not in the ring.
    pub(crate) fn of(verification: &Verification, attempt: u8, keyring: &Keyring, now: Timestamp) -> Option<Self> {
        let step = verification.attempts().get(usize::from(attempt))?.step();
        Some(Self {
            verification: verification.clone(),
            reference: verification.attempt_id(attempt),
            address: verification.address_of(step)?,
            step: usize::from(step.get()),
            code: verification.derive_code(keyring)?,
            valid_for: verification.expires_at().saturating_duration_since(now),
            sender: None,
            brand: None,
        })
    }

    /// The same message from that sender.
    #[must_use]
    pub fn with_sender(mut self, sender: Sender) -> Self {
        self.sender = Some(sender);
        self
    }

    /// The same message speaking for that brand.
    #[must_use]
    pub fn with_brand(mut self, brand: Brand) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Our reference. The same on every try of one attempt: a provider that knows it twice may send once.
    #[must_use]
    pub const fn reference(&self) -> AttemptId {
        self.reference
    }

    /// Who asks.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.verification.workspace()
    }

    /// Where to.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Over which channel or navigator and platform, with which template.
    #[must_use]
    #[allow(clippy::indexing_slicing, reason = "the constructor found the step, and a plan never changes")]
    pub fn step(&self) -> &Step {
        &self.verification.steps()[self.step]
    }

    /// In which language, unless the template names its own.
    #[must_use]
    pub fn locale(&self) -> &Locale {
        self.verification.locale()
    }

    /// What to write into it.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.code
    }

    /// How long the code is still good for: worth saying in the message, in minutes.
    #[must_use]
    pub const fn valid_for(&self) -> Duration {
        self.valid_for
    }

    /// Whom it is from, if its channel says so.
    #[must_use]
    pub const fn sender(&self) -> Option<&Sender> {
        self.sender.as_ref()
    }

    /// Whom it speaks for, if its channel says so.
    #[must_use]
    pub const fn brand(&self) -> Option<&Brand> {
        self.brand.as_ref()
    }

    /// From when on the code is of no use.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.verification.expires_at()
    }

    /// The verification that it is of.
    #[must_use]
    pub const fn verification(&self) -> &Verification {
        &self.verification
    }
}

/// How messages leave.
///
/// 1. **Tried once.** A send makes one try; the engine decides on another.
/// 2. **A timeout after the request was written is [`SendError::Unknown`]**, never [`SendError::NotSent`].
/// 3. **The reference goes along** where the provider has room for it, unchanged on every try.
/// 4. **A send ends** within the policy's [`send_lease`](crate::Policy::send_lease), or another process may make it again.
/// 5. **Nothing secret leaks**: neither code nor address in an error, a log or a metric.
///
/// # Cancel safety
///
/// A caller may drop the future of a send at any await point. The engine takes it as an unknown outcome, and tries again
/// with the same reference when the lease ends. The transport stays usable; in particular it does not use a connection
/// again that was dropped in the middle of a dialogue.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Hands one message to the provider.
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError>;
}
