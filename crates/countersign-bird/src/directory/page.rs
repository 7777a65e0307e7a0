use std::collections::VecDeque;
use std::fmt;

use countersign::WorkspaceId;
use futures_util::stream::{Stream, try_unfold};
use serde::Deserialize;

use crate::client::Bird;
use crate::client::error::BirdError;
use crate::client::request::{ApiRequest, Segment};
use crate::reading::lenient::{Object, Text, object};
use crate::reading::words::RequestId;

/// Entries a page: the most that Bird's general rules allow.
const LIMIT: &str = "100";

/// Most bytes of a page's token, by Bird's documentation.
const MAX_TOKEN: usize = 8000;

/// Most pages of one list, so that a list without an end ends.
const MAX_PAGES: usize = 1000;

/// One page of a list of Bird's, and where the next begins.
#[derive(Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it. Entries without a readable id are left out.
    pub entries: Vec<T>,
    /// What the next page is asked for by; none on the last. At most 8000 bytes.
    pub next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: Deserialize<'de>")]
struct Body<R> {
    results: Vec<Object<R>>,
    #[serde(default)]
    next_page_token: Text,
}

impl<T> Page<T> {
    /// Reads `{"results": […], "nextPageToken": …}`, each entry in its raw form first.
    pub(crate) fn read<R: for<'de> Deserialize<'de>>(body: &[u8], entry: impl Fn(R) -> Option<T>) -> Option<Self> {
        let Body { results, next_page_token } = object(body)?;
        let next = next_page_token.filled();
        if next.as_ref().is_some_and(|token| token.len() > MAX_TOKEN) {
            return None;
        }
        Some(Self { entries: results.into_iter().filter_map(|result| entry(result.0?)).collect(), next })
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("entries", &self.entries.len()).field("is_last", &self.next.is_none()).finish()
    }
}

/// Where a walk over pages stands.
struct Walk<T> {
    bird: Bird,
    entries: VecDeque<T>,
    next: Next,
    pages: usize,
}

enum Next {
    First,
    Token(String),
    Nothing,
}

/// Every entry of a list, page after page, each asked for when it is needed. It ends with its first error.
pub(crate) fn walk<T: Send + 'static>(
    bird: Bird,
    workspace: WorkspaceId,
    list: &'static str,
    read: fn(&Bird, &[u8]) -> Option<Page<T>>,
) -> impl Stream<Item = Result<T, BirdError>> + Send + 'static {
    let walk = Walk { bird, entries: VecDeque::new(), next: Next::First, pages: 0 };
    try_unfold(walk, move |mut walk| async move {
        loop {
            if let Some(entry) = walk.entries.pop_front() {
                return Ok(Some((entry, walk)));
            }
            let mut query = vec![("limit", LIMIT.to_owned())];
            match &walk.next {
                Next::First => {}
                Next::Token(token) => query.push(("pageToken", token.clone())),
                Next::Nothing => return Ok(None),
            }
            let answer = walk.bird.call(&ApiRequest::get(workspace, vec![Segment::WireName(list)], query)).await?;
            let unreadable = |id: Option<&RequestId>| BirdError::unreadable(id.cloned());
            let page = answer.body().and_then(|body| read(&walk.bird, body));
            let page = page.ok_or_else(|| unreadable(answer.request_id()))?;
            walk.pages += 1;
            let again = matches!((&walk.next, &page.next), (Next::Token(before), Some(next)) if before == next);
            if again || walk.pages > MAX_PAGES {
                return Err(unreadable(answer.request_id()));
            }
            walk.entries = page.entries.into();
            walk.next = page.next.map_or(Next::Nothing, Next::Token);
        }
    })
}
