use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use super::status::AttemptStatus;
use crate::id::AttemptId;
use crate::plan::StepIndex;
use crate::time::Timestamp;

/// What a provider calls a message: any text of 1 to 255 characters, UUIDs kept compactly.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Spelling);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Spelling {
    /// Spelled as UUIDs are: lower case, with hyphens. Anything else is text, so that one id has one form.
    Uuid(Uuid),
    Text(Arc<str>),
}

impl MessageId {
    /// The longest id, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// Takes the provider's id as it is; nothing when it is empty, too long, or has control characters.
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        if id.is_empty() || id.len() > Self::MAX_BYTES || id.chars().any(char::is_control) {
            return None;
        }
        let mut buffer = Uuid::encode_buffer();
        let as_uuid = Uuid::try_parse(id).ok().filter(|uuid| *uuid.hyphenated().encode_lower(&mut buffer) == *id);
        Some(Self(as_uuid.map_or_else(|| Spelling::Text(Arc::from(id)), Spelling::Uuid)))
    }

    /// A UUID as message id.
    #[must_use]
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(Spelling::Uuid(id))
    }

    /// Returns our reference when the id begins with it: alone, or in front of an `@`, as in an email's `Message-ID`.
    #[must_use]
    pub fn reference(&self) -> Option<AttemptId> {
        match &self.0 {
            Spelling::Uuid(_) => None,
            Spelling::Text(text) => text.split('@').next()?.parse().ok(),
        }
    }

    pub(super) const fn spelling(&self) -> &Spelling {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Spelling::Uuid(id) => id.hyphenated().fmt(f),
            Spelling::Text(id) => f.write_str(id),
        }
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}

/// Why a message did not reach the person, in our words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureCause {
    /// The provider refused it, so that trying again would not help.
    Refused,
    /// It was not handed over in time, or the outcome of handing it over is unknown.
    NotHandedOver,
    /// The provider took it and its platform refused it.
    SendingFailed,
    /// It left and was reported as not delivered.
    Undelivered,
    /// Nothing was reported within the platform's delivery timeout.
    TimedOut,
}

impl FailureCause {
    /// The word for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NotHandedOver => "not_handed_over",
            Self::SendingFailed => "sending_failed",
            Self::Undelivered => "undelivered",
            Self::TimedOut => "timed_out",
        }
    }
}

/// Why a message did not reach the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    cause: FailureCause,
    detail: Option<Arc<str>>,
}

impl Failure {
    /// The most characters of a detail.
    pub const MAX_DETAIL: usize = 120;

    /// A failure for that cause.
    #[must_use]
    pub const fn new(cause: FailureCause) -> Self {
        Self { cause, detail: None }
    }

    /// The same failure with the provider's own code or word, cut to 120 characters, without control characters.
    ///
    /// It is stored, logged and shown to the host: it must not hold a recipient or a code.
    #[must_use]
    pub fn with_detail(mut self, detail: &str) -> Self {
        let detail: String = detail.chars().filter(|c| !c.is_control()).take(Self::MAX_DETAIL).collect();
        self.detail = Some(Arc::from(detail)).filter(|detail: &Arc<str>| !detail.is_empty());
        self
    }

    /// In our words.
    #[must_use]
    pub const fn cause(&self) -> FailureCause {
        self.cause
    }

    /// In the provider's words.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }
}

/// One message of a step: prepared, perhaps handed over, perhaps arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub(super) step: StepIndex,
    pub(super) prepared_at: Timestamp,
    pub(super) state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Stored, and not known to have left. Any process may try to send it at `due_at`: when the lease of the latest try
    /// ends, or when the wait after that try is over.
    ///
    /// `first_unknown` is the first try whose outcome is unknown. A try counts as unknown from its claim until its result
    /// is noted, so one whose sender crashed needs no mark of its own.
    Prepared { tries: u8, first_unknown: Option<u8>, due_at: Timestamp },
    /// Given up before any provider was known to have it.
    Unsent(Failure),
    /// With a provider, or further.
    HandedOver { at: Timestamp, message: Option<Message>, progress: Progress },
}

/// The provider's name of a message, once we know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) id: MessageId,
    /// Reports will name the message by nothing else, so the store must find it by this.
    pub(super) is_key: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Progress {
    /// `deadline`: when silence counts as failure, if it does.
    Accepted {
        deadline: Option<Timestamp>,
    },
    Sent {
        deadline: Option<Timestamp>,
    },
    SendingFailed(Failure),
    DeliveryFailed(Failure),
    Delivered,
}

impl Attempt {
    /// The step it was prepared for.
    #[must_use]
    pub const fn step(&self) -> StepIndex {
        self.step
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> AttemptStatus {
        match &self.state {
            State::Prepared { .. } => AttemptStatus::Prepared,
            State::Unsent(_) => AttemptStatus::SendingFailed,
            State::HandedOver { progress, .. } => match progress {
                Progress::Accepted { .. } => AttemptStatus::Accepted,
                Progress::Sent { .. } => AttemptStatus::Sent,
                Progress::SendingFailed(_) => AttemptStatus::SendingFailed,
                Progress::DeliveryFailed(_) => AttemptStatus::DeliveryFailed,
                Progress::Delivered => AttemptStatus::Delivered,
            },
        }
    }

    /// When it was stored, before it was sent.
    #[must_use]
    pub const fn prepared_at(&self) -> Timestamp {
        self.prepared_at
    }

    /// When a provider took it, as far as known.
    #[must_use]
    pub const fn sent_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Prepared { .. } | State::Unsent(_) => None,
            State::HandedOver { at, .. } => Some(*at),
        }
    }

    /// What its provider calls it, as far as known.
    #[must_use]
    pub fn message_id(&self) -> Option<&MessageId> {
        self.message().map(|message| &message.id)
    }

    /// Why it did not reach the person, when it did not.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        match &self.state {
            State::Unsent(failure)
            | State::HandedOver {
                progress: Progress::SendingFailed(failure) | Progress::DeliveryFailed(failure),
                ..
            } => Some(failure),
            State::Prepared { .. }
            | State::HandedOver {
                progress: Progress::Accepted { .. } | Progress::Sent { .. } | Progress::Delivered,
                ..
            } => None,
        }
    }

    /// The message id that the store must find it by.
    pub(super) fn message_key(&self) -> Option<&MessageId> {
        self.message().filter(|message| message.is_key).map(|message| &message.id)
    }

    fn message(&self) -> Option<&Message> {
        match &self.state {
            State::Prepared { .. } | State::Unsent(_) => None,
            State::HandedOver { message, .. } => message.as_ref(),
        }
    }

    /// When somebody must send it, if nobody has.
    pub(super) const fn send_due(&self) -> Option<Timestamp> {
        match &self.state {
            State::Prepared { due_at, .. } => Some(*due_at),
            State::Unsent(_) | State::HandedOver { .. } => None,
        }
    }

    /// When silence about it counts as failure.
    pub(super) const fn delivery_due(&self) -> Option<Timestamp> {
        match &self.state {
            State::HandedOver { progress: Progress::Accepted { deadline } | Progress::Sent { deadline }, .. } => {
                *deadline
            }
            State::Prepared { .. }
            | State::Unsent(_)
            | State::HandedOver {
                progress: Progress::SendingFailed(_) | Progress::DeliveryFailed(_) | Progress::Delivered,
                ..
            } => None,
        }
    }
}
