use uuid::Uuid;

use super::status::{CarrierFailure, Status};

/// What becomes of a message after its `202`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageFate {
    /// It is accepted, sent and delivered: what happens unless a test says otherwise.
    Delivered,
    /// It is delivered, and then read.
    Read,
    /// The platform has it, and says no more.
    Sent,
    /// It is sent and does not arrive.
    DeliveryFailed(CarrierFailure),
    /// The platform does not take it.
    SendingFailed(CarrierFailure),
    /// Nothing is ever heard of it.
    Silent,
    /// These statuses, one after the other, however odd.
    These(Vec<Status>),
}

impl MessageFate {
    /// The statuses of that life, in their true order.
    pub(super) fn life(&self) -> Vec<Status> {
        match self {
            Self::Delivered => vec![Status::Accepted, Status::Sent, Status::Delivered],
            Self::Read => vec![Status::Accepted, Status::Sent, Status::Delivered, Status::Read],
            Self::Sent => vec![Status::Accepted, Status::Sent],
            Self::DeliveryFailed(failure) => {
                vec![Status::Accepted, Status::Sent, Status::DeliveryFailed(failure.clone())]
            }
            Self::SendingFailed(failure) => vec![Status::Accepted, Status::SendingFailed(failure.clone())],
            Self::Silent => Vec::new(),
            Self::These(statuses) => statuses.clone(),
        }
    }
}

/// Which messages a [`MessageFate`] is for; the narrowest one that fits counts, in the order of an address, a channel, a
/// platform, everything.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageFilter {
    /// Every message.
    Everything,
    /// Every message of a platform: `sms`, `whatsapp`, `email` …
    Platform(&'static str),
    /// Every message that a channel carries, whoever chose the channel.
    Channel(Uuid),
    /// Every message to an address, written as it is on the wire.
    Address(String),
}

impl MessageFilter {
    pub(super) const fn narrowness(&self) -> u8 {
        match self {
            Self::Everything => 0,
            Self::Platform(_) => 1,
            Self::Channel(_) => 2,
            Self::Address(_) => 3,
        }
    }
}
