//! Any history of commands and facts, at any times, leaves a sound record.
//!
//! The input: how it starts, and then operations on it.

#![no_main]

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Unstructured};
use countersign_fuzz::{Beginning, Keyrings, Operation, assert_comes_to_an_end, assert_follows, assert_sound};
use libfuzzer_sys::fuzz_target;

static WORLD: LazyLock<Keyrings> = LazyLock::new(Keyrings::new);

fuzz_target!(|input: &[u8]| {
    let mut input = Unstructured::new(input);
    let Ok(beginning) = Beginning::arbitrary(&mut input) else { return };
    let Some((started, mut now)) = beginning.start(&WORLD) else { return };
    let mut record = started.next;
    assert_sound(&record, &WORLD, now);
    for operation in Operation::read(input, 100) {
        if let Some(next) = operation.happen(&record, &WORLD, &mut now) {
            assert_follows(&record, &next, now);
            assert_sound(&next, &WORLD, now);
            record = next;
        }
    }
    assert_comes_to_an_end(&record, now);
});
