//! Whatever a store gives back is refused, or safe to use.
//!
//! The input: a record as postcard writes it, and then operations on it.

#![no_main]

use std::sync::LazyLock;

use arbitrary::Unstructured;
use countersign::{Snapshot, Timestamp, Verification};
use countersign_fuzz::{Operation, World, assert_comes_to_an_end, assert_follows, assert_sound};
use libfuzzer_sys::fuzz_target;

static WORLD: LazyLock<World> = LazyLock::new(World::new);

fuzz_target!(|input: &[u8]| {
    let Ok((snapshot, rest)) = postcard::take_from_bytes::<Snapshot>(input) else { return };
    let Ok(mut record) = Verification::from_snapshot(snapshot) else { return };
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
