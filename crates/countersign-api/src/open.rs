use std::fmt;

use countersign::{AttemptStatus, StepStatus, VerificationStatus};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A status as the wire has it: one that this crate knows, or a word that a service has learnt since.
///
/// It compares with what is known: `record.status == VerificationStatus::Verified`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Open<S> {
    /// One of the contract's.
    Known(S),
    /// Any other word, kept as it came.
    Other(String),
}

/// A closed set of words on the wire.
pub trait WireName: Copy + PartialEq + 'static {
    /// All of them, in the order of the contract.
    const ALL: &'static [Self];

    /// The word on the wire.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($name:ident { $($status:ident = $word:literal),+ $(,)? })+) => {$(
        impl WireName for $name {
            const ALL: &'static [Self] = &[$(Self::$status),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$status => $word,)+
                }
            }
        }

        impl PartialEq<$name> for Open<$name> {
            fn eq(&self, known: &$name) -> bool {
                matches!(self, Self::Known(status) if status == known)
            }
        }
    )+};
}

words! {
    VerificationStatus {
        Accepted = "accepted",
        Pending = "pending",
        Verified = "verified",
        Failed = "failed",
        Expired = "expired",
        Canceled = "canceled",
    }
    StepStatus {
        Unused = "unused",
        Pending = "pending",
        Sent = "sent",
        Delivered = "delivered",
        Failed = "failed",
        Verified = "verified",
    }
    AttemptStatus {
        Prepared = "prepared",
        Accepted = "accepted",
        Sent = "sent",
        Delivered = "delivered",
        SendingFailed = "sending_failed",
        DeliveryFailed = "delivery_failed",
    }
}

impl<S: WireName> Open<S> {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(status) => status.word(),
            Self::Other(word) => word,
        }
    }

    /// The status, if it is one that this crate knows.
    pub const fn known(&self) -> Option<S> {
        match self {
            Self::Known(status) => Some(*status),
            Self::Other(_) => None,
        }
    }
}

impl<S> From<S> for Open<S> {
    fn from(status: S) -> Self {
        Self::Known(status)
    }
}

impl<S: WireName> fmt::Display for Open<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<S: WireName> fmt::Debug for Open<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl<S: WireName> Serialize for Open<S> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, S: WireName> Deserialize<'de> for Open<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let known = S::ALL.iter().copied().find(|status| status.word() == word);
        Ok(known.map_or(Self::Other(word), Self::Known))
    }
}
