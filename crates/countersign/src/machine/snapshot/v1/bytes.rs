use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A UUID, a salt or a keyed hash: its length and its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Bytes16(pub(super) [u8; 16]);

impl From<&Uuid> for Bytes16 {
    fn from(uuid: &Uuid) -> Self {
        Self(*uuid.as_bytes())
    }
}

impl Bytes16 {
    pub(super) const fn uuid(self) -> Uuid {
        Uuid::from_bytes(self.0)
    }
}

impl Serialize for Bytes16 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes16 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(SixteenBytes)
    }
}

struct SixteenBytes;

impl<'de> Visitor<'de> for SixteenBytes {
    type Value = Bytes16;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("16 bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes16, E> {
        bytes.try_into().map(Bytes16).map_err(|_| E::invalid_length(bytes.len(), &self))
    }

    /// Formats without bytes have lists of numbers.
    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Bytes16, A::Error> {
        let mut bytes = [0; 16];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = numbers.next_element()?.ok_or_else(|| A::Error::invalid_length(place, &self))?;
        }
        Ok(Bytes16(bytes))
    }
}
