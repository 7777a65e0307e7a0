use std::collections::BTreeMap;

/// A request as it arrived, whatever it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// `GET` or `POST`, mostly.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Whether it came with the access key, in the form that Bird documents.
    pub authorized: bool,
    /// Its headers by their lower-case names, `authorization` left out.
    pub headers: BTreeMap<String, String>,
}
