//! Names of things: workspaces, channels, navigators, verifications and the attempts in them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

/// The error of a text that should have named something by UUID and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is no UUID.
    #[error("not a UUID: write 32 hexadecimal digits in groups of 8-4-4-4-12")]
    NotAUuid,
    /// The text is a UUID, but not one that this engine makes.
    #[error("not a verification id: a UUID of version 7 was expected (RFC 9562)")]
    NotAVerification,
    /// The text is not `<verification id>.<number>`.
    #[error("not an attempt's reference: `<verification id>.<number from 0 to 255>` was expected")]
    NotAnAttempt,
}

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Names the thing that has this UUID; any UUID is allowed.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The same name as a plain UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_uuid(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }
    };
}

uuid_newtype! {
    /// Who asks: verifications of one workspace are invisible to every other.
    WorkspaceId
}
uuid_newtype! {
    /// A way to send on one platform: an SMS sender, a WhatsApp account, a mail server.
    ChannelId
}
uuid_newtype! {
    /// A chooser among channels, named in a step in place of one.
    NavigatorId
}

/// Which verification: a UUID of version 7 (RFC 9562, section 5.7) that also says where its record lives.
///
/// | bits | hold |
/// |---|---|
/// | 0–47 | creation time, milliseconds since 1970 |
/// | 48–51 | version, 7 |
/// | 52–63 | random |
/// | 64–65 | variant, binary 10 |
/// | 66–113 | random |
/// | 114–127 | the recipient's tag, 14 bits of a keyed hash |
///
/// Ids sort by creation time. The tag lets a partitioned store find the partition of a record, and of everything
/// else it keeps about the same recipient, by the id alone. It has 14 bits because Redis Cluster has 2¹⁴ slots; it is
/// keyed, so an id tells nothing about whom it was made for, except that two ids *may* be of one recipient when their
/// tags agree. 60 random bits tell ids of one millisecond apart; an id is a name and never the only secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct VerificationId(Uuid);

impl VerificationId {
    /// How many low bits of the id are the recipient's tag.
    pub const TAG_BITS: u32 = 14;
    const TAG_MASK: u128 = (1 << Self::TAG_BITS) - 1;

    /// Makes the id of a verification that starts at `created_at`; `random` must come from a cryptographic generator.
    pub(crate) fn compose(created_at: Timestamp, recipient: &RecipientKey, random: [u8; 10]) -> Self {
        let seed = Uuid::from_u128(
            uuid::Builder::from_unix_timestamp_millis(created_at.as_millis(), &random).into_uuid().as_u128(),
        );
        Self(Uuid::from_u128((seed.as_u128() & !Self::TAG_MASK) | u128::from(recipient.tag())))
    }

    /// Takes a UUID of version 7 as an id.
    ///
    /// # Errors
    /// [`IdError::NotAVerification`] when the UUID is of another version or variant.
    pub fn new(uuid: Uuid) -> Result<Self, IdError> {
        let of_ours = uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122;
        let id = Self(uuid);
        if of_ours && id.created_at().as_millis() == id.millis() { Ok(id) } else { Err(IdError::NotAVerification) }
    }

    /// When the verification was made: to the millisecond, from the id itself.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_millis(self.millis())
    }

    /// The recipient's tag, below 2¹⁴: ids of one recipient share it.
    #[must_use]
    pub fn tag(&self) -> u16 {
        // The mask leaves 14 bits, which fit.
        (self.0.as_u128() & Self::TAG_MASK) as u16
    }

    /// The same name as a plain UUID.
    #[must_use]
    pub const fn as_uuid(&self) -> &Uuid {
        &self.0
    }

    fn millis(&self) -> u64 {
        // The top 48 bits, which fit.
        (self.0.as_u128() >> 80) as u64
    }
}

impl FromStr for VerificationId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        parse_uuid(text).and_then(Self::new)
    }
}

impl<'de> Deserialize<'de> for VerificationId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Uuid::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for VerificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for VerificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationId({})", self.0.hyphenated())
    }
}

/// A recipient's name in indexes: a keyed hash of workspace and address, from which neither can be read back.
///
/// Its first 14 bits are the tag of every [`VerificationId`] of that recipient, so that all a store keeps about one
/// recipient can live in one partition. A recipient is the exact set of addresses: a phone number alone and the same
/// number with an email address are two.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipientKey([u8; 16]);

impl RecipientKey {
    /// The partition tag, below 2¹⁴.
    #[must_use]
    pub fn tag(&self) -> u16 {
        let [first, second, ..] = self.0;
        u16::from_be_bytes([first, second]) >> (16 - VerificationId::TAG_BITS)
    }

    /// The key as bytes, for a store's own keys.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The key that a store read back from its own keys.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for RecipientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecipientKey(tag {})", self.tag())
    }
}

/// Which message of which verification: what we tell a provider as our reference, so that its reports lead back.
///
/// Written `<verification id>.<number>`, at most 40 characters of `0-9a-f.-`. Attempts of a verification are numbered
/// from 0 in the order in which they were prepared, over all its steps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId {
    verification: VerificationId,
    number: u8,
}

impl AttemptId {
    /// Names attempt `number` of a verification.
    #[must_use]
    pub const fn new(verification: VerificationId, number: u8) -> Self {
        Self { verification, number }
    }

    /// The verification that the attempt is of.
    #[must_use]
    pub const fn verification(&self) -> VerificationId {
        self.verification
    }

    /// The attempt's place among all attempts of its verification, from 0.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.number
    }
}

impl FromStr for AttemptId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (verification, number) = text.split_once('.').ok_or(IdError::NotAnAttempt)?;
        let canonical = !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
            && (number == "0" || !number.starts_with('0'));
        if !canonical {
            return Err(IdError::NotAnAttempt);
        }
        Ok(Self { verification: verification.parse()?, number: number.parse().map_err(|_| IdError::NotAnAttempt)? })
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.verification, self.number)
    }
}

impl fmt::Debug for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttemptId({self})")
    }
}

/// Only the hyphenated spelling counts: one name, one text.
fn parse_uuid(text: &str) -> Result<Uuid, IdError> {
    if text.len() != uuid::fmt::Hyphenated::LENGTH {
        return Err(IdError::NotAUuid);
    }
    Uuid::try_parse(text).map_err(|_| IdError::NotAUuid)
}
