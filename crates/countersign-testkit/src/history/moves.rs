use std::time::Duration;

use countersign::{MessageId, Receipt, ReportedStatus, SendError, SendResult, StepIndex};
use proptest::prelude::*;

/// Time that passes, and what happens then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// How the clock moves first.
    pub pause: Pause,
    /// What happens at that time.
    pub operation: Operation,
}

/// How the clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Forward, or not at all.
    Wait(Duration),
    /// Backwards, as a clock does that somebody sets.
    Back(Duration),
    /// Until so many milliseconds after the next timeout is due; never backwards.
    UntilDue(i8),
    /// Until so many milliseconds after the expiry; never backwards.
    UntilExpiry(i8),
}

/// What happens, said so that it has a meaning at every point of every history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Somebody types a code.
    Check(Guess),
    /// The host asks for the code once more, on that step or on the current one.
    Resend(Option<StepIndex>),
    /// The host asks for another step, that one or the next.
    Failover(Option<StepIndex>),
    /// The host takes it back.
    Cancel,
    /// A try to send ends.
    Sent(WhichTask, SendResult),
    /// A provider says something of a message.
    Report(WhichAttempt, ReportedStatus),
    /// The host looks whether something is due.
    Timeout,
}

/// What somebody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// The code.
    Right,
    /// Another code of the same length; which one, the number says.
    Wrong(u32),
    /// The right digits with one too many, or, of twelve, one too few.
    OtherLength,
}

/// Which try to send ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichTask {
    /// One that was asked for, counted back from the latest, and round.
    Recent(u8),
    /// One that may never have been asked for.
    Invented {
        /// The attempt's number.
        attempt: u8,
        /// The try.
        try_number: u8,
    },
}

/// Which message a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichAttempt {
    /// One that exists, counted back from the latest, and round.
    Recent(u8),
    /// One that may not exist.
    Number(u8),
}

/// A pause and an operation.
pub fn moves() -> impl Strategy<Value = Move> {
    (pauses(), operations()).prop_map(|(pause, operation)| Move { pause, operation })
}

fn pauses() -> impl Strategy<Value = Pause> {
    let wait = |from: u64, to: u64| (from..=to).prop_map(|ms| Pause::Wait(Duration::from_millis(ms)));
    prop_oneof![
        6 => Just(Pause::Wait(Duration::ZERO)),
        6 => wait(1, 5_000),
        5 => wait(5_000, 60_000),
        2 => wait(60_000, 600_000),
        6 => (-1_i8..=1).prop_map(Pause::UntilDue),
        1 => wait(600_000, 3 * 3_600_000),
        1 => (-1_i8..=1).prop_map(Pause::UntilExpiry),
        2 => (1_u64..=600_000).prop_map(|ms| Pause::Back(Duration::from_millis(ms))),
    ]
}

/// Every operation; what brings a verification further comes most often.
pub fn operations() -> impl Strategy<Value = Operation> {
    let guesses = prop_oneof![
        5 => any::<u32>().prop_map(Guess::Wrong),
        2 => Just(Guess::Right),
        1 => Just(Guess::OtherLength),
    ];
    // Plans have at most six steps: some of these are one too far.
    let steps = proptest::option::of((0_u8..=6).prop_map(StepIndex::new));
    let tasks = prop_oneof![
        16 => Just(WhichTask::Recent(0)),
        5 => (0_u8..8).prop_map(WhichTask::Recent),
        1 => (0_u8..8, 0_u8..8).prop_map(|(attempt, try_number)| WhichTask::Invented { attempt, try_number }),
    ];
    let attempts = prop_oneof![
        12 => Just(WhichAttempt::Recent(0)),
        6 => (0_u8..8).prop_map(WhichAttempt::Recent),
        1 => any::<u8>().prop_map(WhichAttempt::Number),
    ];
    prop_oneof![
        30 => (tasks, results()).prop_map(|(task, result)| Operation::Sent(task, result)),
        30 => (attempts, reports()).prop_map(|(attempt, report)| Operation::Report(attempt, report)),
        20 => Just(Operation::Timeout),
        16 => guesses.prop_map(Operation::Check),
        12 => steps.clone().prop_map(Operation::Resend),
        10 => steps.prop_map(Operation::Failover),
        1 => Just(Operation::Cancel),
    ]
}

fn details() -> impl Strategy<Value = Option<String>> + Clone {
    proptest::option::of(prop_oneof![Just("blocked".to_owned()), Just("30007".to_owned())])
}

fn messages() -> impl Strategy<Value = MessageId> + Clone {
    let text = |number: u8| MessageId::new(&format!("message-{number}")).expect("a short text");
    prop_oneof![
        any::<u8>().prop_map(text),
        any::<u128>().prop_map(|bits| MessageId::from_uuid(uuid::Uuid::from_u128(bits))),
    ]
}

/// Every result of a try to send; about half of them say that a provider took the message.
pub fn results() -> impl Strategy<Value = SendResult> {
    let retry_after = proptest::option::of((0_u64..=120_000).prop_map(Duration::from_millis));
    prop_oneof![
        4 => proptest::option::of(messages()).prop_map(|message_id| Ok(Receipt::ByReference { message_id })),
        3 => messages().prop_map(|message_id| Ok(Receipt::ByMessageId { message_id })),
        3 => details().prop_map(|detail| Err(SendError::Refused { detail })),
        2 => (retry_after, details()).prop_map(|(retry_after, detail)| Err(SendError::NotSent { retry_after, detail })),
        2 => details().prop_map(|detail| Err(SendError::Unknown { detail })),
    ]
}

/// Every report.
pub fn reports() -> impl Strategy<Value = ReportedStatus> {
    prop_oneof![
        Just(ReportedStatus::Accepted),
        Just(ReportedStatus::Sent),
        Just(ReportedStatus::Delivered),
        details().prop_map(|detail| ReportedStatus::SendingFailed { detail }),
        details().prop_map(|detail| ReportedStatus::DeliveryFailed { detail }),
    ]
}
