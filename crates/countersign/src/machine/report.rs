use super::attempt::{Failure, MessageId};
use super::status::AttemptStatus;
use crate::id::AttemptId;

/// What a provider says of a message, later than the answer to sending it.
///
/// Reports come late, twice and out of order, and may be forged where a provider does not sign them: whoever parses
/// them checks that first. A report can fail an attempt, and with it start a failover; it can never verify anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which message.
    pub message: ReportedMessage,
    /// What became of it.
    pub status: ReportedStatus,
}

/// How a report names its message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportedMessage {
    /// By the reference that we gave.
    Reference(AttemptId),
    /// By the provider's own id.
    Id(MessageId),
}

/// What a report says became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportedStatus {
    /// The provider has it.
    Accepted,
    /// The carrier has it.
    Sent,
    /// It arrived.
    Delivered,
    /// The platform refused it.
    SendingFailed {
        /// The provider's own code or word, without any personal data.
        detail: Option<String>,
    },
    /// It left and did not arrive.
    DeliveryFailed {
        /// The provider's own code or word, without any personal data.
        detail: Option<String>,
    },
}

impl Report {
    /// A report on the message that we referred to so.
    #[must_use]
    pub const fn by_reference(attempt: AttemptId, status: ReportedStatus) -> Self {
        Self { message: ReportedMessage::Reference(attempt), status }
    }

    /// A report on the message that the provider calls so.
    #[must_use]
    pub const fn by_message_id(id: MessageId, status: ReportedStatus) -> Self {
        Self { message: ReportedMessage::Id(id), status }
    }
}

impl ReportedStatus {
    /// The status that it gives an attempt, unless that has a higher one.
    #[must_use]
    pub const fn status(&self) -> AttemptStatus {
        match self {
            Self::Accepted => AttemptStatus::Accepted,
            Self::Sent => AttemptStatus::Sent,
            Self::Delivered => AttemptStatus::Delivered,
            Self::SendingFailed { .. } => AttemptStatus::SendingFailed,
            Self::DeliveryFailed { .. } => AttemptStatus::DeliveryFailed,
        }
    }
}

pub(super) fn failure(cause: super::FailureCause, detail: Option<&str>) -> Failure {
    let failure = Failure::new(cause);
    match detail {
        Some(detail) => failure.with_detail(detail),
        None => failure,
    }
}
