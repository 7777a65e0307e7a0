use serde::{Deserialize, Serialize};

use super::{Record, or_default};
#[cfg(feature = "openapi")]
use crate::schema::record as wire;

/// Verifications of a workspace, in the order asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VerificationPage, description = "Verifications of a workspace, in the order asked for."))]
#[serde(rename_all = "camelCase")]
pub struct RecordPage {
    /// At most as many as asked for; fewer before the end when they are large.
    #[serde(deserialize_with = "or_default")]
    pub results: Vec<Record>,
    /// What the next page is asked for by; none when there is no more. It means nothing to anybody but the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = wire::next_page_token))]
    pub next_page_token: Option<String>,
}

impl RecordPage {
    /// The bytes of records as JSON behind which a page of an [`Engine`](countersign::Engine) ends early: 256 KiB. It has one
    /// record at least, and a token when there are more.
    pub const MAX_BYTES: usize = 256 * 1024;
}
