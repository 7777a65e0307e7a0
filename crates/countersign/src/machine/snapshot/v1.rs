//! Format 1 of a record. It has types of its own, made of numbers, bytes, text and lists, so that no change of the
//! machine changes what is stored.
//!
//! Bytes are postcard's: fields by position, numbers above 8 bits as LEB128, text and lists behind their length, variants
//! and absent values by number. Every field and variant has its number in front; none may move, go or come once a release
//! has written this format. A change is a new format, in a module of its own.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::CorruptRecord;
use crate::machine::verification::Verification;

mod attempt;
mod bytes;
mod head;
mod largest;
mod live;
mod step;
mod template;

use attempt::{Attempt, Phase};
use bytes::Bytes16;
use head::{Format, Limits, Policy, Recipient};
use step::Step;
use template::Template;

/// The number of this format: the first byte of its records.
pub(super) const NUMBER: u8 = 1;

/// On the heap only when there are several: most records have one step and one message.
type List<T> = SmallVec<[T; 1]>;

/// A record. `T` is its text: borrowed from what is written or read, or owned.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record<T> {
    format: Format<NUMBER>,     // 0
    id: Bytes16,                // 1
    workspace: Bytes16,         // 2
    recipient: Recipient<T>,    // 3
    recipient_key: Bytes16,     // 4
    locale: T,                  // 5
    limits: Limits,             // 6
    policy: Policy,             // 7
    steps: List<Step<T>>,       // 8
    salt: Bytes16,              // 9
    key: u32,                   // 10
    attempts: List<Attempt<T>>, // 11
    current_step: u8,           // 12
    failed_checks: u8,          // 13
    updated_at: u64,            // 14: milliseconds since 1970
    phase: Phase,               // 15
}

/// Returns the bytes that a template takes in a record.
pub(super) fn size_of_template(live: &crate::template::Template) -> usize {
    let size = postcard::ser_flavors::Size::default();
    // No type of this format refuses to be written.
    postcard::serialize_with_flavor(&Template::<&str>::of(live), size).unwrap_or(usize::MAX)
}

impl Record<&str> {
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Verification, CorruptRecord> {
        if bytes.len() > Verification::MAX_BYTES {
            return Err(CorruptRecord::form("it is longer than any record"));
        }
        match postcard::take_from_bytes::<Record<&str>>(bytes) {
            Ok((record, [])) => record.into_live(),
            Ok((_, [..])) => Err(CorruptRecord::form("something stands behind it")),
            Err(_) => Err(CorruptRecord::form("a part of it is missing or malformed")),
        }
    }

    #[allow(clippy::expect_used, reason = "no type of this format refuses to be written, and memory has no end")]
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        postcard::to_extend(self, Vec::with_capacity(320)).expect("a record can be written")
    }
}
