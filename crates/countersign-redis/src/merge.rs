//! One order over all partitions.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use countersign::WorkspaceId;
use countersign::store::{Order, Query, StoreError};
use futures_util::future::try_join_all;
use redis::{cmd, from_redis_value};

use crate::layout::{Layout, Partition};
use crate::link::Link;
use crate::retry::unexpected_reply;

/// The 16 bytes of an id, which sort as the id does.
pub(crate) type RawId = [u8; 16];

/// Ids of a workspace from all partitions, in the query's order.
///
/// Each partition is queried for a few ids, and again from its last one when it runs out. A page costs one round trip and a
/// few ids of each partition, wherever its items are.
pub(crate) struct Merge<'a> {
    link: &'a Link,
    order: Order,
    low: Bound,
    high: Bound,
    chunk: usize,
    sources: Vec<Source>,
    /// The next id of each source that is not dry.
    heads: BinaryHeap<Head>,
}

struct Source {
    key: Vec<u8>,
    ready: VecDeque<RawId>,
    dry: bool,
    /// The last id that it gave.
    last: Option<RawId>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Head {
    Newest(RawId, usize),
    Oldest(Reverse<RawId>, usize),
}

/// An end of a range of ids, as `ZRANGEBYLEX` spells it.
#[derive(Clone)]
struct Bound(Vec<u8>);

impl Bound {
    fn open(sign: &[u8]) -> Self {
        Self(sign.to_vec())
    }

    fn inclusive(bytes: &[u8]) -> Self {
        Self([b"[", bytes].concat())
    }

    fn exclusive(bytes: &[u8]) -> Self {
        Self([b"(", bytes].concat())
    }

    fn bytes(&self) -> &[u8] {
        self.0.get(1..).unwrap_or_default()
    }
}

impl<'a> Merge<'a> {
    pub(crate) fn new(link: &'a Link, layout: &Layout, workspace: WorkspaceId, query: &Query) -> Self {
        // A time as the beginning of ids: every id of that millisecond sorts behind it.
        let millis = |time: countersign::Timestamp| time.as_millis().to_be_bytes()[2..].to_vec();
        let mut low = query.start_at.map_or_else(|| Bound::open(b"-"), |start| Bound::inclusive(&millis(start)));
        let mut high = query.end_at.map_or_else(|| Bound::open(b"+"), |end| Bound::exclusive(&millis(end)));
        if let Some(after) = query.after {
            let after = after.as_uuid().as_bytes();
            match query.order {
                Order::NewestFirst if high.0 == b"+" || after.as_slice() < high.bytes() => {
                    high = Bound::exclusive(after);
                }
                Order::OldestFirst if after.as_slice() > low.bytes() => low = Bound::exclusive(after),
                Order::NewestFirst | Order::OldestFirst => {}
            }
        }
        let sources: Vec<_> = layout
            .partitions()
            .map(|partition: Partition| Source {
                key: layout.list(partition, workspace),
                ready: VecDeque::new(),
                dry: false,
                last: None,
            })
            .collect();
        let chunk = query.limit.get() / sources.len().max(1) + 4;
        Self { link, order: query.order, low, high, chunk, sources, heads: BinaryHeap::new() }
    }

    /// The next ids, at most so many; fewer only at the end.
    pub(crate) async fn next(&mut self, count: usize) -> Result<Vec<RawId>, StoreError> {
        let mut ids = Vec::with_capacity(count);
        let mut empty: Vec<usize> = match self.heads.is_empty() {
            true => (0..self.sources.len()).collect(),
            false => Vec::new(),
        };
        while ids.len() < count {
            if !empty.is_empty() {
                self.refill(&empty).await?;
                empty.clear();
            }
            let Some(head) = self.heads.pop() else { break };
            let (id, place) = match head {
                Head::Newest(id, place) | Head::Oldest(Reverse(id), place) => (id, place),
            };
            ids.push(id);
            if !self.advance(place) {
                empty.push(place);
            }
        }
        if !empty.is_empty() {
            self.refill(&empty).await?;
        }
        Ok(ids)
    }

    /// Puts the source's next id among the heads; `false` when it must be asked first.
    fn advance(&mut self, place: usize) -> bool {
        let Some(source) = self.sources.get_mut(place) else { return true };
        match source.ready.pop_front() {
            Some(id) => {
                self.heads.push(match self.order {
                    Order::NewestFirst => Head::Newest(id, place),
                    Order::OldestFirst => Head::Oldest(Reverse(id), place),
                });
                true
            }
            None => source.dry,
        }
    }

    async fn refill(&mut self, places: &[usize]) -> Result<(), StoreError> {
        let asked: Vec<_> = places.iter().filter(|place| self.sources.get(**place).is_some_and(|s| !s.dry)).collect();
        let answers =
            try_join_all(asked.iter().filter_map(|place| self.sources.get(**place)).map(|source| self.fetch(source)))
                .await?;
        for (place, ids) in asked.into_iter().zip(answers) {
            if let Some(source) = self.sources.get_mut(*place) {
                source.dry = ids.len() < self.chunk;
                source.last = ids.last().copied().or(source.last);
                source.ready.extend(ids);
            }
            self.advance(*place);
        }
        Ok(())
    }

    async fn fetch(&self, source: &Source) -> Result<Vec<RawId>, StoreError> {
        let behind = source.last.map(|last| Bound::exclusive(&last));
        let (verb, first, second) = match self.order {
            Order::NewestFirst => ("ZREVRANGEBYLEX", behind.unwrap_or_else(|| self.high.clone()), self.low.clone()),
            Order::OldestFirst => ("ZRANGEBYLEX", behind.unwrap_or_else(|| self.low.clone()), self.high.clone()),
        };
        let mut command = cmd(verb);
        command.arg(&source.key).arg(&first.0).arg(&second.0).arg("LIMIT").arg(0).arg(self.chunk);
        let ids: Vec<Vec<u8>> = from_redis_value(self.link.ask(&command).await?).map_err(|_| unexpected_reply())?;
        ids.into_iter().map(|id| id.try_into().map_err(|_| unexpected_reply())).collect()
    }
}
