//! Bodies as Bird writes them, with our ids.

use std::path::Path;

use serde_json::Value;

/// A file of `tests/fixtures`.
pub fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).expect("a fixture is JSON")
}

/// A delivery with another reference and status.
pub fn delivery(reference: &str, status: &str) -> String {
    let mut body = json("sms-outbound.json");
    body["payload"]["reference"] = reference.into();
    body["payload"]["status"] = status.into();
    body.to_string()
}
