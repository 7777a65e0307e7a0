//! How a record is written down.
//!
//! | bytes | hold |
//! |---|---|
//! | 1 | the format |
//! | 8 | the version |
//! | 1 | how many versions it had before, as far as they are kept |
//! | 8 each | those versions, latest first |
//! | the rest | the snapshot, in postcard's form |
//!
//! Scripts write what lies between version and snapshot. Format 1 is without it.

use countersign::store::{StoreError, Stored, Version};
use countersign::{Snapshot, Verification};

/// A change of the form gets another number, and the old ones still read.
const FORMAT: u8 = 2;
const FORMAT_WITHOUT_PAST: u8 = 1;

/// Format and version, as scripts take them.
pub(crate) fn head(version: Version) -> [u8; 9] {
    let mut head = [FORMAT; 9];
    head[1..].copy_from_slice(&version.get().to_be_bytes());
    head
}

/// The snapshot, as scripts take it.
pub(crate) fn body(verification: &Verification) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(&verification.snapshot(), Vec::with_capacity(320))
        .map_err(|error| corrupt("it cannot be written down", Some(Box::new(error))))
}

pub(crate) fn read(value: &[u8]) -> Result<Stored, StoreError> {
    let short = || corrupt("it is too short", None);
    let ([format, version @ ..], rest) = value.split_first_chunk::<9>().ok_or_else(short)?;
    let body = match *format {
        FORMAT => {
            let (past, rest) = rest.split_first().ok_or_else(short)?;
            rest.get(8 * usize::from(*past)..).ok_or_else(short)?
        }
        FORMAT_WITHOUT_PAST => rest,
        _ => return Err(corrupt("its format is another: update this program", None)),
    };
    let snapshot: Snapshot =
        postcard::from_bytes(body).map_err(|error| corrupt("it is no record", Some(Box::new(error))))?;
    let verification = Verification::from_snapshot(snapshot)
        .map_err(|error| corrupt("its parts contradict each other", Some(Box::new(error))))?;
    Ok(Stored { verification, version: Version::new(u64::from_be_bytes(*version)) })
}

pub(crate) fn corrupt(reason: &str, source: Option<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt { reason: reason.to_owned(), source }
}
