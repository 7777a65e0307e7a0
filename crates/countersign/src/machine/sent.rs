//! What came of a try to hand a message over: what a transport returns, and the machine takes as a fact.

use std::time::Duration;

use super::attempt::MessageId;

/// What came of one try to hand an attempt to its provider.
pub type SendResult = Result<Receipt, SendError>;

/// A provider accepted the message. Whether it arrives is reported later.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receipt {
    /// Its reports will name our reference.
    ByReference {
        /// What the provider calls the message, for the host's eyes.
        message_id: Option<MessageId>,
    },
    /// Its reports will name nothing but its own id, which the store therefore indexes, unless the id
    /// [begins with our reference](MessageId::reference).
    ByMessageId {
        /// What the provider calls the message, unlike any other of any provider.
        message_id: MessageId,
    },
}

/// A provider did not accept the message, or the outcome is unknown.
///
/// No detail may hold the address or the code: it is stored and logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// It said no, and would again: a bad address, a bad template, a blocked account. The attempt has failed.
    #[error("the provider refused the message")]
    Refused {
        /// The provider's own code or word.
        detail: Option<String>,
    },
    /// It certainly does not have it, and might take it later: not reachable, overloaded. It is tried again.
    #[error("the message was not handed over; it will be tried again")]
    NotSent {
        /// The time that the provider asks to wait, which is never undercut: when the verification ends earlier, or a step
        /// on another platform would take over earlier, the attempt fails at once. The policy's delay if there is none,
        /// or if that is longer.
        retry_after: Option<Duration>,
        /// The provider's own code or word.
        detail: Option<String>,
    },
    /// It may have it: no answer came after the request was written. It is tried again with the same reference, a few
    /// times ([`Policy::with_unknown_retries`](crate::Policy::with_unknown_retries)).
    #[error("nobody knows whether the message was handed over; it will be tried again with the same reference")]
    Unknown {
        /// What happened.
        detail: Option<String>,
    },
}

impl SendError {
    /// The provider's own code or word.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Refused { detail } | Self::NotSent { detail, .. } | Self::Unknown { detail } => detail.as_deref(),
        }
    }
}
