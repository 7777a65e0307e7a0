use std::fmt;

/// Where a verification stands (contract, section 2). Derived from the record and the time, stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerificationStatus {
    /// No message was handed over yet.
    Accepted,
    /// At least one message was handed over.
    Pending,
    /// The right code came back. Final.
    Verified,
    /// The checks are used up. Final.
    Failed,
    /// Its time ran out. Final.
    Expired,
    /// The host took it back. Final.
    Canceled,
}

impl VerificationStatus {
    /// Every status, in the order of the contract.
    pub const ALL: [Self; 6] =
        [Self::Accepted, Self::Pending, Self::Verified, Self::Failed, Self::Expired, Self::Canceled];

    /// Returns the name for logs, metrics and diagrams.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing will ever change it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Accepted | Self::Pending => false,
            Self::Verified | Self::Failed | Self::Expired | Self::Canceled => true,
        }
    }
}

/// Where a step stands: derived from its attempts, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepStatus {
    /// Nothing was prepared for it.
    Unused,
    /// A message may yet reach the person.
    Pending,
    /// A message is with the carrier.
    Sent,
    /// A message arrived.
    Delivered,
    /// Every message failed.
    Failed,
    /// Its message brought the right code back.
    Verified,
}

impl StepStatus {
    /// Returns the name for logs, metrics and diagrams.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Verified => "verified",
        }
    }
}

/// Where a message stands. The order is the order in which a status may follow another: an attempt never goes back.
///
/// `delivered` outranks both failures: that a handset had the message is proof, that it had not is an inference, and
/// so any order of the same reports ends in the same status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AttemptStatus {
    /// Not known to have left.
    Prepared,
    /// The provider took it.
    Accepted,
    /// The provider handed it to the carrier.
    Sent,
    /// The provider or the platform refused it.
    SendingFailed,
    /// It left and did not arrive.
    DeliveryFailed,
    /// It arrived.
    Delivered,
}

impl AttemptStatus {
    /// Returns the name for logs, metrics and diagrams.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Accepted => "accepted",
            Self::Sent => "sent",
            Self::SendingFailed => "sending_failed",
            Self::DeliveryFailed => "delivery_failed",
            Self::Delivered => "delivered",
        }
    }

    /// Whether the message is known not to have reached the person.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        match self {
            Self::SendingFailed | Self::DeliveryFailed => true,
            Self::Prepared | Self::Accepted | Self::Sent | Self::Delivered => false,
        }
    }
}

macro_rules! display_as_str {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}
display_as_str!(VerificationStatus, StepStatus, AttemptStatus);
