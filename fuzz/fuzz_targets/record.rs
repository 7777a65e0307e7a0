//! Whatever a store gives back is refused, or safe to use.
//!
//! The input: how many bytes the record has, in two bytes, then the record, and then operations on it.

#![no_main]

use std::sync::LazyLock;

use arbitrary::Unstructured;
use countersign::{Timestamp, Verification};
use countersign_fuzz::{Keyrings, Operation, assert_comes_to_an_end, assert_follows, assert_sound};
use libfuzzer_sys::fuzz_target;

static WORLD: LazyLock<Keyrings> = LazyLock::new(Keyrings::new);

fuzz_target!(|input: &[u8]| {
    let Some((length, input)) = input.split_first_chunk() else { return };
    let Some((stored, rest)) = input.split_at_checked(usize::from(u16::from_le_bytes(*length))) else { return };
    let Ok(mut record) = Verification::from_bytes(stored) else { return };
    let mut now = record.updated_at();
    for clock in [Timestamp::MIN, now, Timestamp::MAX] {
        assert_sound(&record, &WORLD, clock);
    }
    for operation in Operation::read(Unstructured::new(rest), 20) {
        if let Some(next) = operation.happen(&record, &WORLD, &mut now) {
            assert_follows(&record, &next, now);
            assert_sound(&next, &WORLD, now);
            record = next;
        }
    }
    assert_comes_to_an_end(&record, now);
});
