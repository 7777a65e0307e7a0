//! How a record is written down.
//!
//! | bytes | hold |
//! |---|---|
//! | 1 | the number of this header, 1 |
//! | 8 | the version |
//! | 1 | how many versions it had before, as far as they are kept |
//! | 8 each | those versions, latest first |
//! | the rest | the record, in bytes that are the core's own: see [`Verification::to_bytes`] |
//!
//! Scripts write what lies between version and record.

use countersign::Verification;
use countersign::store::{StoreError, Stored, Version};

const HEADER: u8 = 1;

/// Header and version, as scripts take them.
pub(crate) fn head(version: Version) -> [u8; 9] {
    let mut head = [HEADER; 9];
    head[1..].copy_from_slice(&version.get().to_be_bytes());
    head
}

pub(crate) fn read(value: &[u8]) -> Result<Stored, StoreError> {
    let short = || StoreError::corrupt("it is too short");
    let ([header, version @ ..], rest) = value.split_first_chunk::<9>().ok_or_else(short)?;
    if *header != HEADER {
        return Err(StoreError::corrupt("its header is another: update this program"));
    }
    let (past, rest) = rest.split_first().ok_or_else(short)?;
    let record = rest.get(8 * usize::from(*past)..).ok_or_else(short)?;
    let verification = Verification::from_bytes(record)?;
    Ok(Stored { verification, version: Version::new(u64::from_be_bytes(*version)) })
}
