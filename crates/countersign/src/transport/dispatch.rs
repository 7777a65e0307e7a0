use std::fmt;
use std::time::Duration;

use crate::address::Address;
use crate::brand::Brand;
use crate::code::Code;
use crate::id::{AttemptId, WorkspaceId};
use crate::keyring::Keyring;
use crate::locale::Locale;
use crate::machine::Verification;
use crate::plan::Step;
use crate::sender::Sender;
use crate::time::Timestamp;

/// Whom the messages of a channel are from, and which brand they speak for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// The sender; without one, the transport's or the provider's own.
    pub sender: Option<Sender>,
    /// The brand; without one, what the transport's words are set to. A verification's own brand goes before it.
    pub brand: Option<Brand>,
}

/// One message to send: whom, how, in which language, with which code, from whom.
///
/// Its `Debug` masks the address, redacts the code, and shows no brand. Whoever sends it writes the code into the message
/// and nowhere else.
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

impl Dispatch {
    /// Creates the message of an attempt as its channel sends it at that time; `None` when the record has no such attempt,
    /// or its key is not in the ring.
    #[must_use]
    pub fn new(
        verification: &Verification,
        attempt: u8,
        keyring: &Keyring,
        now: Timestamp,
        identity: &Identity,
    ) -> Option<Self> {
        let step = verification.attempts().get(usize::from(attempt))?.step();
        Some(Self {
            verification: verification.clone(),
            reference: verification.attempt_id(attempt),
            address: verification.address_for_step(step)?,
            step: usize::from(step.get()),
            code: verification.derive_code(keyring)?,
            valid_for: verification.expires_at().saturating_duration_since(now),
            sender: identity.sender.clone(),
            brand: verification.brand().or(identity.brand.as_ref()).cloned(),
        })
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

    /// Whom it speaks for: the verification's own brand, else its channel's.
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

impl fmt::Debug for Dispatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatch")
            .field("reference", &self.reference)
            .field("address", &self.address)
            .field("step", self.step())
            .field("locale", self.locale())
            .field("code", &self.code)
            .field("valid_for", &self.valid_for)
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}
