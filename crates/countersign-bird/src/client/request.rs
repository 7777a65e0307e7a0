//! What is asked of Bird. Every URL is put together from fixed words and UUIDs, so that nobody's text can lead
//! elsewhere.

use countersign::WorkspaceId;
use url::Url;
use uuid::Uuid;

use super::error::BirdError;

/// A part of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Segment {
    WireName(&'static str),
    Id(Uuid),
}

/// Whether it changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

/// One call of a workspace's API: `/workspaces/{workspace}/{path}`.
pub(crate) struct ApiRequest {
    pub(crate) verb: Verb,
    pub(crate) workspace: WorkspaceId,
    pub(crate) path: Vec<Segment>,
    pub(crate) query: Vec<(&'static str, String)>,
    /// JSON; a call that changes something always has one.
    pub(crate) body: Vec<u8>,
    /// Most bytes of its answer, where the client's bound does not fit.
    pub(crate) max_answer: Option<usize>,
    /// Whether any answer at all ends it: then it is made again only when there was no connection.
    pub(crate) takes_every_answer: bool,
}

impl ApiRequest {
    pub(crate) const fn get(workspace: WorkspaceId, path: Vec<Segment>, query: Vec<(&'static str, String)>) -> Self {
        let body = Vec::new();
        Self { verb: Verb::Get, workspace, path, query, body, max_answer: None, takes_every_answer: false }
    }

    pub(crate) const fn post(workspace: WorkspaceId, path: Vec<Segment>, body: Vec<u8>) -> Self {
        let query = Vec::new();
        Self { verb: Verb::Post, workspace, path, query, body, max_answer: None, takes_every_answer: false }
    }

    /// Whether it may be made again after that error, as far as the call itself is concerned.
    pub(crate) const fn may_follow(&self, error: &BirdError) -> bool {
        !self.takes_every_answer || error.api_error().is_none()
    }

    /// Where it goes, under that base; none for a base that has no path.
    pub(crate) fn url(&self, base: &Url) -> Option<Url> {
        let mut url = base.clone();
        let mut path = url.path_segments_mut().ok()?;
        path.pop_if_empty().extend(["workspaces", &self.workspace.to_string()]);
        for segment in &self.path {
            match segment {
                Segment::WireName(word) => path.push(word),
                Segment::Id(id) => path.push(&id.hyphenated().to_string()),
            };
        }
        drop(path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Some(url)
    }
}
