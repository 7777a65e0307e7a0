//! How a record is written down.

use countersign::store::{StoreError, Stored, Version};
use countersign::{Snapshot, Verification};

/// What the first byte says. A change of the form gets another, and the old one still reads.
const FORMAT: u8 = 1;

/// Format, version, record: scripts look at the version alone, in the 8 bytes behind the first.
const HEAD: usize = 9;

pub(crate) fn write(verification: &Verification, version: Version) -> Result<Vec<u8>, StoreError> {
    let mut value = Vec::with_capacity(320);
    value.push(FORMAT);
    value.extend_from_slice(&version.get().to_be_bytes());
    postcard::to_extend(&verification.snapshot(), value)
        .map_err(|error| corrupt("it cannot be written down", Some(Box::new(error))))
}

pub(crate) fn read(value: &[u8]) -> Result<Stored, StoreError> {
    let (head, body) = value.split_at_checked(HEAD).ok_or_else(|| corrupt("it is too short", None))?;
    let [FORMAT, version @ ..] = head else {
        return Err(corrupt("its format is another: update this program", None));
    };
    let version = version.try_into().map_err(|_| corrupt("it is too short", None))?;
    let snapshot: Snapshot =
        postcard::from_bytes(body).map_err(|error| corrupt("it is no record", Some(Box::new(error))))?;
    let verification = Verification::from_snapshot(snapshot)
        .map_err(|error| corrupt("its parts contradict each other", Some(Box::new(error))))?;
    Ok(Stored { verification, version: Version::new(u64::from_be_bytes(version)) })
}

pub(crate) fn corrupt(reason: &str, source: Option<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt { reason: reason.to_owned(), source }
}
