//! The messages of a record, and how it ended.

use serde::{Deserialize, Serialize};

use super::bytes::Bytes16;
use super::live::{Fault, timestamp};
use crate::machine;
use crate::machine::attempt as live;
use crate::machine::verification;
use crate::plan::StepIndex;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt<T> {
    step: u8,         // 0
    prepared_at: u64, // 1: milliseconds since 1970
    state: State<T>,  // 2
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum State<T> {
    Prepared { tries: u8, first_unknown: Option<u8>, due_at: u64 }, // 0
    Unsent(Failure<T>),                                             // 1
    HandedOver { at: u64, message: Option<Message<T>>, progress: Progress<T> }, // 2
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Message<T> {
    id: MessageId<T>, // 0
    is_key: bool,     // 1
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum MessageId<T> {
    Uuid(Bytes16), // 0
    Text(T),       // 1
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Progress<T> {
    Accepted { deadline: Option<u64> }, // 0
    Sent { deadline: Option<u64> },     // 1
    SendingFailed(Failure<T>),          // 2
    DeliveryFailed(Failure<T>),         // 3
    Delivered,                          // 4
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Failure<T> {
    cause: Cause,      // 0
    detail: Option<T>, // 1
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Cause {
    Refused,       // 0
    NotHandedOver, // 1
    SendingFailed, // 2
    Undelivered,   // 3
    TimedOut,      // 4
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    Open,                               // 0
    Verified { at: u64, credited: u8 }, // 1
    Failed { at: u64 },                 // 2
    Expired { at: u64 },                // 3
    Canceled { at: u64 },               // 4
}

impl<'a, T: From<&'a str>> Attempt<T> {
    pub(super) fn of(live: &'a live::Attempt) -> Self {
        let state = match &live.state {
            live::State::Prepared { tries, first_unknown, due_at } => {
                State::Prepared { tries: *tries, first_unknown: *first_unknown, due_at: due_at.as_millis() }
            }
            live::State::Unsent(failure) => State::Unsent(Failure::of(failure)),
            live::State::HandedOver { at, message, progress } => State::HandedOver {
                at: at.as_millis(),
                message: message.as_ref().map(Message::of),
                progress: Progress::of(progress),
            },
        };
        Self { step: live.step.get(), prepared_at: live.prepared_at.as_millis(), state }
    }
}

impl<T: AsRef<str>> Attempt<T> {
    pub(super) fn into_live(self) -> Result<live::Attempt, Fault> {
        let state = match self.state {
            State::Prepared { tries, first_unknown, due_at } => {
                if first_unknown.is_some_and(|first| first == 0 || first > tries) {
                    return Err("an unknown outcome of a try that was not made");
                }
                live::State::Prepared { tries, first_unknown, due_at: timestamp(due_at)? }
            }
            State::Unsent(failure) => live::State::Unsent(failure.into_live()?),
            State::HandedOver { at, message, progress } => live::State::HandedOver {
                at: timestamp(at)?,
                message: message.map(Message::into_live).transpose()?,
                progress: progress.into_live()?,
            },
        };
        Ok(live::Attempt { step: StepIndex::new(self.step), prepared_at: timestamp(self.prepared_at)?, state })
    }
}

impl<'a, T: From<&'a str>> Message<T> {
    fn of(live: &'a live::Message) -> Self {
        let id = match live.id.spelling() {
            live::Spelling::Uuid(uuid) => MessageId::Uuid(uuid.into()),
            live::Spelling::Text(text) => MessageId::Text((&**text).into()),
        };
        Self { id, is_key: live.is_key }
    }
}

impl<T: AsRef<str>> Message<T> {
    fn into_live(self) -> Result<live::Message, Fault> {
        let id = match self.id {
            MessageId::Uuid(uuid) => machine::MessageId::from_uuid(uuid.uuid()),
            MessageId::Text(text) => machine::MessageId::new(text.as_ref()).ok_or("a malformed message id")?,
        };
        Ok(live::Message { id, is_key: self.is_key })
    }
}

impl<'a, T: From<&'a str>> Progress<T> {
    fn of(live: &'a live::Progress) -> Self {
        match live {
            live::Progress::Accepted { deadline } => Self::Accepted { deadline: deadline.map(|at| at.as_millis()) },
            live::Progress::Sent { deadline } => Self::Sent { deadline: deadline.map(|at| at.as_millis()) },
            live::Progress::SendingFailed(failure) => Self::SendingFailed(Failure::of(failure)),
            live::Progress::DeliveryFailed(failure) => Self::DeliveryFailed(Failure::of(failure)),
            live::Progress::Delivered => Self::Delivered,
        }
    }
}

impl<T: AsRef<str>> Progress<T> {
    fn into_live(self) -> Result<live::Progress, Fault> {
        Ok(match self {
            Self::Accepted { deadline } => live::Progress::Accepted { deadline: deadline.map(timestamp).transpose()? },
            Self::Sent { deadline } => live::Progress::Sent { deadline: deadline.map(timestamp).transpose()? },
            Self::SendingFailed(failure) => live::Progress::SendingFailed(failure.into_live()?),
            Self::DeliveryFailed(failure) => live::Progress::DeliveryFailed(failure.into_live()?),
            Self::Delivered => live::Progress::Delivered,
        })
    }
}

impl<'a, T: From<&'a str>> Failure<T> {
    fn of(live: &'a machine::Failure) -> Self {
        let cause = match live.cause() {
            machine::FailureCause::Refused => Cause::Refused,
            machine::FailureCause::NotHandedOver => Cause::NotHandedOver,
            machine::FailureCause::SendingFailed => Cause::SendingFailed,
            machine::FailureCause::Undelivered => Cause::Undelivered,
            machine::FailureCause::TimedOut => Cause::TimedOut,
        };
        Self { cause, detail: live.detail().map(T::from) }
    }
}

impl<T: AsRef<str>> Failure<T> {
    fn into_live(self) -> Result<machine::Failure, Fault> {
        let live = machine::Failure::new(match self.cause {
            Cause::Refused => machine::FailureCause::Refused,
            Cause::NotHandedOver => machine::FailureCause::NotHandedOver,
            Cause::SendingFailed => machine::FailureCause::SendingFailed,
            Cause::Undelivered => machine::FailureCause::Undelivered,
            Cause::TimedOut => machine::FailureCause::TimedOut,
        });
        let Some(detail) = self.detail else { return Ok(live) };
        let live = live.with_detail(detail.as_ref());
        // Whatever was cut or dropped was never written.
        if live.detail() == Some(detail.as_ref()) { Ok(live) } else { Err("a detail that no failure has") }
    }
}

impl Phase {
    pub(super) const fn of(live: verification::Phase) -> Self {
        match live {
            verification::Phase::Open => Self::Open,
            verification::Phase::Verified { at, credited } => Self::Verified { at: at.as_millis(), credited },
            verification::Phase::Failed { at } => Self::Failed { at: at.as_millis() },
            verification::Phase::Expired { at } => Self::Expired { at: at.as_millis() },
            verification::Phase::Canceled { at } => Self::Canceled { at: at.as_millis() },
        }
    }

    pub(super) fn into_live(self) -> Result<verification::Phase, Fault> {
        Ok(match self {
            Self::Open => verification::Phase::Open,
            Self::Verified { at, credited } => verification::Phase::Verified { at: timestamp(at)?, credited },
            Self::Failed { at } => verification::Phase::Failed { at: timestamp(at)? },
            Self::Expired { at } => verification::Phase::Expired { at: timestamp(at)? },
            Self::Canceled { at } => verification::Phase::Canceled { at: timestamp(at)? },
        })
    }
}
