use std::time::Duration;

use arbitrary::{Arbitrary, Unstructured};
use countersign::{
    CheckOutcome, MessageId, Receipt, Refusal, ReportedStatus, SendError, SendTask, StepIndex, SubmittedCode,
    Timestamp, Verification, VerificationStatus,
};

use crate::starts::{Keyrings, message, mistyped, typed};

/// One thing that may happen to a record, at a time that is as arbitrary as the rest.
#[derive(Debug, Clone, Arbitrary)]
pub enum Operation {
    /// Lets the clock go on, in milliseconds.
    Wait(u16),
    /// Sets the clock, forwards or back.
    SetClock(u64),
    /// Lets the clock go on to when something is due.
    WaitUntilDue,
    /// The person types the code.
    CheckRight,
    /// The person types another code.
    CheckWrong(u8),
    /// Somebody types anything.
    CheckText(String),
    /// A process without the key checks the code.
    CheckWithoutKey,
    /// The person asks for the code again.
    Resend(Option<u8>),
    /// The host fails over.
    Failover(Option<u8>),
    /// The host takes it back.
    Cancel,
    /// A try to send comes to something.
    Sent(u8, u8, Answer),
    /// The provider says something of a message.
    Report(u8, Status, Option<String>),
    /// Somebody does what is due.
    Timeout,
}

/// What comes of a try to send.
#[derive(Debug, Clone, Arbitrary)]
pub enum Answer {
    /// The provider knows our reference.
    ByReference(Option<String>),
    /// The provider knows its own id only.
    ByMessageId(String),
    /// It said no.
    Refused(Option<String>),
    /// It does not have it.
    NotSent(Option<(u64, u32)>, Option<String>),
    /// Nobody knows.
    Unknown(Option<String>),
}

/// What a provider reports.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Status {
    /// It has the message.
    Accepted,
    /// The carrier has it.
    Sent,
    /// It arrived.
    Delivered,
    /// The platform refused it.
    SendingFailed,
    /// It did not arrive.
    DeliveryFailed,
}

impl Operation {
    /// Reads operations until the bytes are used up, and at most `most`.
    pub fn read(mut bytes: Unstructured<'_>, most: usize) -> impl Iterator<Item = Self> {
        let next = move || if bytes.is_empty() { None } else { Self::arbitrary(&mut bytes).ok() };
        std::iter::from_fn(next).take(most)
    }

    /// Lets it happen, and gives the record after it: none when nothing changed.
    #[must_use]
    pub fn happen(self, record: &Verification, keyrings: &Keyrings, now: &mut Timestamp) -> Option<Verification> {
        match self {
            Self::Wait(millis) => {
                *now = now.saturating_add(Duration::from_millis(u64::from(millis)));
                None
            }
            Self::SetClock(millis) => {
                *now = Timestamp::from_millis(millis);
                None
            }
            Self::WaitUntilDue => {
                *now = record.next_timeout().map_or(*now, |due| due.max(*now));
                None
            }
            Self::CheckRight => {
                let code = message(record, 0, keyrings)?;
                let reply = check(record, keyrings, &typed(code.code()), *now)?;
                assert_eq!(reply.1, CheckOutcome::Verified, "the right code of an open record verifies it");
                Some(reply.0)
            }
            Self::CheckWrong(place) => {
                let code = message(record, 0, keyrings)?;
                let reply = check(record, keyrings, &mistyped(code.code(), place), *now)?;
                assert_ne!(reply.1, CheckOutcome::Verified, "a wrong code never verifies");
                Some(reply.0)
            }
            Self::CheckText(text) => {
                check(record, keyrings, &SubmittedCode::parse(&text).ok()?, *now).map(|reply| reply.0)
            }
            Self::CheckWithoutKey => {
                let code = message(record, 0, keyrings)?;
                let refused = record.check(&typed(code.code()), &keyrings.other_keyring, *now);
                assert!(refused.is_err(), "without its key no code is judged");
                None
            }
            Self::Resend(step) => record.resend(step.map(StepIndex::new), *now).ok().map(|to| to.next),
            Self::Failover(step) => record.failover(step.map(StepIndex::new), *now).ok().map(|to| to.next),
            Self::Cancel => record.cancel(*now).ok().map(|to| to.next),
            Self::Sent(attempt, try_number, answer) => {
                let task = SendTask { attempt: number(attempt, record), try_number: try_number % 8 };
                record.handle_sent(task, &answer.result()?, *now).map(|to| to.next)
            }
            Self::Report(attempt, status, detail) => {
                let attempt = number(attempt, record);
                let reported = status.with(detail);
                let next = record.handle_report(attempt, &reported, *now)?.next;
                assert!(next.handle_report(attempt, &reported, *now).is_none(), "a report told twice is told once");
                Some(next)
            }
            Self::Timeout => record.handle_timeout(*now).map(|to| to.next),
        }
    }
}

/// One of the record's messages, or the one after the last.
fn number(any: u8, record: &Verification) -> u8 {
    let messages = u8::try_from(record.attempts().len()).expect("at most 50");
    any % (messages + 1)
}

fn check(
    record: &Verification,
    keyrings: &Keyrings,
    code: &SubmittedCode,
    now: Timestamp,
) -> Option<(Verification, CheckOutcome)> {
    let charged = record.failed_checks();
    match record.check(code, &keyrings.keyring, now) {
        Ok(to) => {
            match to.reply {
                CheckOutcome::Verified => {
                    assert_eq!(to.next.status(now), VerificationStatus::Verified);
                    assert_eq!(to.next.failed_checks(), charged);
                }
                CheckOutcome::Mismatch { failed, remaining } => {
                    assert_eq!((failed, remaining), (charged + 1, to.next.remaining_checks()));
                    assert!(remaining > 0, "who has none left has failed");
                }
                CheckOutcome::Exhausted => assert_eq!(to.next.status(now), VerificationStatus::Failed),
            }
            Some((to.next, to.reply))
        }
        Err(refusal) => {
            let open = matches!(refusal, Refusal::WrongLength { .. } | Refusal::KeyMissing(_));
            assert_eq!(open, !record.status(now).is_final(), "an open record is checked, an ended one refuses");
            None
        }
    }
}

impl Answer {
    fn result(self) -> Option<Result<Receipt, SendError>> {
        Some(match self {
            Self::ByReference(id) => Ok(Receipt::ByReference { message_id: id.as_deref().and_then(MessageId::new) }),
            Self::ByMessageId(id) => Ok(Receipt::ByMessageId { message_id: MessageId::new(&id)? }),
            Self::Refused(detail) => Err(SendError::Refused { detail }),
            Self::NotSent(wait, detail) => {
                let retry_after = wait.map(|(seconds, nanos)| Duration::new(seconds, nanos % 1_000_000_000));
                Err(SendError::NotSent { retry_after, detail })
            }
            Self::Unknown(detail) => Err(SendError::Unknown { detail }),
        })
    }
}

impl Status {
    fn with(self, detail: Option<String>) -> ReportedStatus {
        match self {
            Self::Accepted => ReportedStatus::Accepted,
            Self::Sent => ReportedStatus::Sent,
            Self::Delivered => ReportedStatus::Delivered,
            Self::SendingFailed => ReportedStatus::SendingFailed { detail },
            Self::DeliveryFailed => ReportedStatus::DeliveryFailed { detail },
        }
    }
}
