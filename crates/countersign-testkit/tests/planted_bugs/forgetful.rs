use countersign::{Snapshot, Verification};
use serde_json::{Value, json};

use super::bug::Bug;

/// The record without what the bug forgets; the whole record where that would show at once, as a corrupt one.
pub(crate) fn forgetting(bug: Option<Bug>, record: &Verification) -> Verification {
    let mut snapshot = serde_json::to_value(record.snapshot()).expect("a snapshot is JSON");
    let lost = match bug {
        Some(Bug::LoadForgetsTheLastAttempt) => snapshot["attempts"].as_array_mut().and_then(Vec::pop),
        Some(Bug::LoadForgetsTheSalt | Bug::LookupsForgetTheSalt | Bug::ListsForgetTheSalt) => {
            Some(std::mem::replace(&mut snapshot["salt"], json!([0_u8; 16].as_slice())))
        }
        Some(Bug::LoadForgetsTemplates) => snapshot["steps"].as_array_mut().map(|steps| {
            steps.iter_mut().for_each(|step| step["template"] = Value::Null);
            Value::Null
        }),
        Some(Bug::LoadForgetsMetadata) => Some(std::mem::take(&mut snapshot["metadata"])),
        Some(Bug::LoadForgetsPurposes) => Some(std::mem::take(&mut snapshot["purpose"])),
        Some(Bug::LoadForgetsBrands) => Some(std::mem::take(&mut snapshot["brand"])),
        Some(Bug::LoadCutsTimesToTheSecond) => snapshot["updated_at"].as_u64().map(|millis| {
            snapshot["updated_at"] = json!(millis / 1_000 * 1_000);
            Value::Null
        }),
        Some(_) | None => None,
    };
    if lost.is_none() {
        return record.clone();
    }
    let snapshot: Snapshot = serde_json::from_value(snapshot).expect("it still has every field");
    Verification::from_snapshot(snapshot).unwrap_or_else(|_| record.clone())
}
