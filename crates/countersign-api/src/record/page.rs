use serde::{Deserialize, Serialize};

use super::{Record, or_default};

/// Verifications of a workspace, in the order asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordPage {
    /// At most as many as asked for.
    #[serde(deserialize_with = "or_default")]
    pub results: Vec<Record>,
    /// What the next page is asked for by; none when there is no more. It means nothing to anybody but the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}
