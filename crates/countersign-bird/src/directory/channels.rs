use countersign::{ChannelId, Platform, WorkspaceId};
use futures_util::stream::Stream;
use serde::Deserialize;

use super::page::{Page, walk};
use crate::client::Bird;
use crate::client::error::BirdError;
use crate::client::platforms::Platforms;
use crate::client::request::{ApiRequest, Segment};
use crate::reading::lenient::{Text, object};

/// A channel of a workspace at Bird.
///
/// Bird may say more of it and leave anything out but the id; what it leaves out is an empty text here, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelInfo {
    /// By what steps name it.
    pub id: ChannelId,
    /// Bird's name of its platform, as in `sms-messagebird`.
    pub platform_id: String,
    /// What that is to an engine, if it is known; see [`Platforms`].
    pub platform: Option<Platform>,
    /// What people call it.
    pub name: String,
    /// `active`, or another word, of which there is no public list.
    pub status: String,
    /// What it sends from: a number, a name, a domain.
    pub identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    id: Text,
    #[serde(default)]
    platform_id: Text,
    #[serde(default)]
    name: Text,
    #[serde(default)]
    status: Text,
    #[serde(default)]
    identifier: Text,
}

impl ChannelInfo {
    /// Reads the answer to `GET …/channels/{id}`; none when it is no object with a UUID as id.
    #[must_use]
    pub fn parse(body: &[u8], platforms: &Platforms) -> Option<Self> {
        Self::of(object(body)?, platforms)
    }

    /// Reads the answer to `GET …/channels`; none when it is no object with a list `results`.
    #[must_use]
    pub fn parse_page(body: &[u8], platforms: &Platforms) -> Option<Page<Self>> {
        Page::read(body, |raw| Self::of(raw, platforms))
    }

    /// Whether Bird says that it can send.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }

    fn of(raw: Raw, platforms: &Platforms) -> Option<Self> {
        let Raw { id, platform_id, name, status, identifier } = raw;
        let text = |text: Text| text.filled().unwrap_or_default();
        let platform_id = text(platform_id);
        Some(Self {
            id: id.as_deref()?.parse().ok()?,
            platform: platforms.platform(&platform_id),
            platform_id,
            name: text(name),
            status: text(status),
            identifier: identifier.filled(),
        })
    }
}

impl Bird {
    /// Every channel of a workspace, a hundred a call. The stream ends with its first error.
    pub fn channels(
        &self,
        workspace: WorkspaceId,
    ) -> impl Stream<Item = Result<ChannelInfo, BirdError>> + Send + 'static {
        walk(self.clone(), workspace, "channels", |bird, body| ChannelInfo::parse_page(body, bird.platforms()))
    }

    /// One channel of a workspace.
    ///
    /// # Errors
    /// [`BirdError::Refused`] with status 404 when there is none.
    pub async fn channel(&self, workspace: WorkspaceId, id: ChannelId) -> Result<ChannelInfo, BirdError> {
        let path = vec![Segment::WireName("channels"), Segment::Id(*id.as_uuid())];
        let answer = self.call(&ApiRequest::get(workspace, path, Vec::new())).await?;
        let info = answer.body().and_then(|body| ChannelInfo::parse(body, self.platforms()));
        info.ok_or_else(|| BirdError::unreadable(answer.request_id().cloned()))
    }
}
