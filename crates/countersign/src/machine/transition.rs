use smallvec::SmallVec;

use super::attempt::FailureCause;
use super::verification::Verification;
use crate::plan::StepIndex;

/// Sends of one transition: a slice in all but name, and on the heap only when there are many.
pub type Sends = SmallVec<[SendTask; 4]>;

/// Events of one transition: a slice in all but name, and on the heap only when there are many.
pub type Events = SmallVec<[Event; 4]>;

/// What a command or a fact leads to. Nothing of it counts before the store has taken `next`.
#[derive(Debug, Clone)]
#[must_use = "nothing happens until the next record is stored"]
pub struct Transition<R = ()> {
    /// The record to store in place of the one it came from.
    pub next: Verification,
    /// What to send once it is stored.
    pub sends: Sends,
    /// What to tell the observer once it is stored, in order.
    pub events: Events,
    /// What to answer once it is stored.
    pub reply: R,
}

/// One try to send one attempt, claimed by whoever stored the record that claims it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendTask {
    /// The attempt's number in its verification.
    pub attempt: u8,
    /// Which try of it this is, from 1.
    pub try_number: u8,
}

/// Something that happened in the life of a verification; none carries a code or an address.
///
/// Events are told once, by the process that stored the change, after it was stored: a crash or a dropped call in between
/// loses the event and never the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It started; its first message is about to be sent.
    Created,
    /// A provider took a message.
    Sent {
        /// The attempt's number.
        attempt: u8,
    },
    /// A message arrived.
    Delivered {
        /// The attempt's number.
        attempt: u8,
    },
    /// A message will not arrive.
    Undelivered {
        /// The attempt's number.
        attempt: u8,
        /// Why.
        cause: FailureCause,
    },
    /// Another step became the current one.
    FailedOver {
        /// The step that was current.
        from: StepIndex,
        /// The step that is.
        to: StepIndex,
        /// Whether a failed message caused it, rather than a command.
        automatic: bool,
    },
    /// A code was checked and charged.
    Checked {
        /// Whether it was the right one.
        correct: bool,
    },
    /// The right code came back.
    Verified {
        /// The attempt credited with it.
        attempt: u8,
    },
    /// The checks are used up.
    Failed,
    /// Its time ran out and somebody noticed.
    Expired,
    /// The host took it back.
    Canceled,
}

impl Event {
    /// The stable name for metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Sent { .. } => "sent",
            Self::Delivered { .. } => "delivered",
            Self::Undelivered { .. } => "undelivered",
            Self::FailedOver { .. } => "failed_over",
            Self::Checked { .. } => "checked",
            Self::Verified { .. } => "verified",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }
}
