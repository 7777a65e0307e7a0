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
        .map_err(|error| StoreError::corrupt("it cannot be written down").with_source(error))
}

pub(crate) fn read(value: &[u8]) -> Result<Stored, StoreError> {
    let short = || StoreError::corrupt("it is too short");
    let ([format, version @ ..], rest) = value.split_first_chunk::<9>().ok_or_else(short)?;
    let body = match *format {
        FORMAT => {
            let (past, rest) = rest.split_first().ok_or_else(short)?;
            rest.get(8 * usize::from(*past)..).ok_or_else(short)?
        }
        FORMAT_WITHOUT_PAST => rest,
        _ => return Err(StoreError::corrupt("its format is another: update this program")),
    };
    let snapshot: Snapshot =
        postcard::from_bytes(body).map_err(|error| StoreError::corrupt("it is no record").with_source(error))?;
    let verification = Verification::from_snapshot(snapshot)
        .map_err(|error| StoreError::corrupt("its parts contradict each other").with_source(error))?;
    Ok(Stored { verification, version: Version::new(u64::from_be_bytes(*version)) })
}
