//! Writes seeds for the targets `machine` and `record`: one history for each way in which a verification may stand.
//!
//! Run it in `fuzz/` when the record's form has changed: `cargo run --example seeds`.

use std::collections::BTreeSet;
use std::fs;

use arbitrary::{Arbitrary, Unstructured};
use countersign_fuzz::{Beginning, Operation, World};

const HISTORIES: u64 = 20_000;
const LENGTH: usize = 400;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let world = World::new();
    let mut seen = BTreeSet::new();
    for folder in ["seeds/machine", "seeds/record"] {
        fs::create_dir_all(folder)?;
    }
    for history in 0..HISTORIES {
        let bytes = noise(history);
        // As the target `machine` reads them.
        let mut input = Unstructured::new(&bytes);
        let Some((started, mut now)) = Beginning::arbitrary(&mut input)?.start(&world) else { continue };
        let mut record = started.next;
        for operation in Operation::read(input, 100) {
            record = operation.happen(&record, &world, &mut now).unwrap_or(record);
        }
        let stands = record.ended_at().map_or("open", |_| record.status(now).as_str());
        let messages = if record.attempts().len() > 1 { "several-messages" } else { "one-message" };
        let name = format!("{stands}-{messages}");
        if seen.insert(name.clone()) {
            fs::write(format!("seeds/machine/{name}"), &bytes)?;
            let stored = record.to_bytes();
            let length = u16::try_from(stored.len())?.to_le_bytes();
            fs::write(format!("seeds/record/{name}"), [&length, stored.as_slice(), &bytes[..64]].concat())?;
        }
    }
    println!("{} seeds for each target", seen.len());
    Ok(())
}

/// Bytes that are the same in every run (the generator SplitMix64).
fn noise(history: u64) -> Vec<u8> {
    let mut state = history << 32;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)).to_le_bytes()
    });
    words.flatten().take(LENGTH).collect()
}
