use countersign::{NavigatorId, WorkspaceId};
use futures_util::stream::Stream;
use serde::Deserialize;

use super::page::{Page, walk};
use crate::client::Bird;
use crate::client::error::BirdError;
use crate::reading::lenient::Text;

/// A navigator of a workspace at Bird: it chooses among channels, for text messages as far as is known.
///
/// A workspace has four to begin with: for marketing, conversations, transactions and one-time codes. Only
/// `navigatorId` is documented of what Bird says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NavigatorInfo {
    /// By what steps name it.
    pub id: NavigatorId,
    /// What people call it, if Bird says that.
    pub name: Option<String>,
    /// Bird's `type`.
    pub kind: Option<String>,
    /// Bird's `useCaseType`.
    pub use_case: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    navigator_id: Text,
    #[serde(default)]
    name: Text,
    #[serde(default, rename = "type")]
    kind: Text,
    #[serde(default)]
    use_case_type: Text,
}

impl NavigatorInfo {
    /// Reads the answer to `GET …/navigators`; none when it is no object with a list `results`.
    #[must_use]
    pub fn parse_page(body: &[u8]) -> Option<Page<Self>> {
        Page::read(body, |Raw { navigator_id, name, kind, use_case_type }| {
            let id = navigator_id.as_deref()?.parse().ok()?;
            Some(Self { id, name: name.filled(), kind: kind.filled(), use_case: use_case_type.filled() })
        })
    }
}

impl Bird {
    /// Every navigator of a workspace, a hundred a call. The stream ends with its first error.
    pub fn navigators(
        &self,
        workspace: WorkspaceId,
    ) -> impl Stream<Item = Result<NavigatorInfo, BirdError>> + Send + 'static {
        walk(self.clone(), workspace, "navigators", |_, body| NavigatorInfo::parse_page(body))
    }
}
