//! One order over all partitions.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use countersign::WorkspaceId;
use countersign::store::{Order, Query, StoreError};
use futures_util::future::{join_all, try_join_all};
use redis::{cmd, from_redis_value};

use crate::layout::{Layout, Partition};
use crate::link::Link;
use crate::retry::unexpected_reply;
use crate::scripts;

/// The 16 bytes of an id, which sort as the id does.
pub(crate) type RawId = [u8; 16];

/// Ids of a workspace from all partitions, in the query's order.
///
/// Each partition is queried for a few ids, and again from its last one when it runs out. A page costs one round trip and a
/// few ids of each partition, wherever its items are. So it needs all partitions: any may have the first item.
///
/// Entries whose records are gone are removed on the way, at most 256 by one command.
pub(crate) struct Merge<'a> {
    link: &'a Link,
    layout: &'a Layout,
    order: Order,
    low: Bound,
    high: Bound,
    sources: Vec<Source>,
    /// The next id of each source that is not dry.
    heads: BinaryHeap<Head>,
    /// Sources whose next ids must be asked first.
    empty: Vec<usize>,
    /// The last id that was given.
    last: Option<RawId>,
    /// Some entries had no record: each is looked at before it counts.
    sweeps: bool,
}

/// The most entries that one command looks at.
const MOST: usize = 256;
/// How many it looks at first, when some were dead.
const FIRST: usize = 16;

struct Source {
    partition: Partition,
    key: Vec<u8>,
    /// How many ids to ask for.
    chunk: usize,
    ready: VecDeque<RawId>,
    dry: bool,
    /// The last id that it gave.
    last: Option<RawId>,
}

/// What a source has next.
struct Fetched {
    ids: Vec<RawId>,
    last: Option<RawId>,
    dry: bool,
    chunk: usize,
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
    pub(crate) fn new(link: &'a Link, layout: &'a Layout, workspace: WorkspaceId, query: &Query) -> Self {
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
        let partitions: Vec<_> = layout.partitions().collect();
        let chunk = query.limit.get() / partitions.len().max(1) + 4;
        let source = |partition| Source {
            partition,
            key: layout.list(partition, workspace),
            chunk,
            ready: VecDeque::new(),
            dry: false,
            last: None,
        };
        let sources: Vec<_> = partitions.into_iter().map(source).collect();
        // A window without any time needs no partition.
        let none = query.start_at.zip(query.end_at).is_some_and(|(start, end)| start >= end);
        let empty = if none { Vec::new() } else { (0..sources.len()).collect() };
        Self {
            link,
            layout,
            order: query.order,
            low,
            high,
            sources,
            heads: BinaryHeap::new(),
            empty,
            last: None,
            sweeps: false,
        }
    }

    /// The next ids, at most so many; fewer only at the end.
    pub(crate) async fn next(&mut self, count: usize) -> Result<Vec<RawId>, StoreError> {
        let mut ids = Vec::with_capacity(count);
        while ids.len() < count {
            if !self.empty.is_empty() {
                let empty = std::mem::take(&mut self.empty);
                self.refill(&empty).await?;
            }
            let Some(head) = self.heads.pop() else { break };
            let (id, place) = match head {
                Head::Newest(id, place) | Head::Oldest(Reverse(id), place) => (id, place),
            };
            ids.push(id);
            self.last = Some(id);
            // Asked only when another id is wanted: what has the rest of the page may be away.
            if !self.advance(place) {
                self.empty.push(place);
            }
        }
        Ok(ids)
    }

    /// Removes ids that it gave and that have no record, and looks at the others first from now on.
    pub(crate) async fn sweep(&mut self, dead: &[RawId]) {
        if dead.is_empty() {
            return;
        }
        if !std::mem::replace(&mut self.sweeps, true) {
            self.start_again();
        }
        let in_partition = |source: &Source| {
            let lies = |id: &RawId| self.layout.partition_of_raw(*id) == source.partition;
            dead.iter().copied().filter(lies).collect::<Vec<_>>()
        };
        let swept =
            self.sources.iter().map(|source| (source, in_partition(source))).filter(|(_, dead)| !dead.is_empty());
        join_all(swept.map(|(source, dead)| self.living(source, dead))).await;
    }

    /// Forgets what was fetched and not given, since any of it may be dead: sources go on behind the last id given.
    fn start_again(&mut self) {
        self.heads.clear();
        for source in &mut self.sources {
            source.ready.clear();
            (source.dry, source.last) = (false, self.last);
            source.chunk = source.chunk.max(FIRST);
        }
        self.empty = (0..self.sources.len()).collect();
    }

    /// Those of a source's ids that have a record. Entries of the others are removed; if that fails, all ids are given.
    async fn living(&self, source: &Source, ids: Vec<RawId>) -> Vec<RawId> {
        if ids.is_empty() {
            return ids;
        }
        let records: Vec<_> =
            ids.iter().map(|id| [self.layout.records(source.partition).as_slice(), id].concat()).collect();
        let keys: Vec<_> = std::iter::once(&source.key).chain(&records).map(Vec::as_slice).collect();
        let names: Vec<_> = ids.iter().map(<[u8; 16]>::as_slice).collect();
        let Ok(reply) = self.link.run(&scripts::SWEEP, &keys, &names).await else { return ids };
        let there: Option<Vec<Vec<u8>>> = from_redis_value(reply.value).ok();
        let there = there.and_then(|there| there.into_iter().map(|id| id.try_into().ok()).collect());
        there.unwrap_or(ids)
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
        for (place, fetched) in asked.into_iter().zip(answers) {
            if let Some(source) = self.sources.get_mut(*place) {
                source.dry = fetched.dry;
                source.last = fetched.last;
                source.chunk = fetched.chunk;
                source.ready.extend(fetched.ids);
            }
            self.advance(*place);
        }
        Ok(())
    }

    /// The next ids of a source; none only when it is dry.
    async fn fetch(&self, source: &Source) -> Result<Fetched, StoreError> {
        let (mut last, mut chunk) = (source.last, source.chunk);
        loop {
            let found = self.range(source, last, chunk).await?;
            let (count, dry) = (found.len(), found.len() < chunk);
            last = found.last().copied().or(last);
            let ids = if self.sweeps { self.living(source, found).await } else { found };
            // Where most are dead, more of them are looked at by one command.
            if ids.len() * 2 < count {
                chunk = (chunk * 4).min(MOST.max(source.chunk));
            }
            if dry || !ids.is_empty() {
                return Ok(Fetched { ids, last, dry, chunk });
            }
        }
    }

    async fn range(&self, source: &Source, last: Option<RawId>, chunk: usize) -> Result<Vec<RawId>, StoreError> {
        let behind = last.map(|last| Bound::exclusive(&last));
        let (verb, first, second) = match self.order {
            Order::NewestFirst => ("ZREVRANGEBYLEX", behind.unwrap_or_else(|| self.high.clone()), self.low.clone()),
            Order::OldestFirst => ("ZRANGEBYLEX", behind.unwrap_or_else(|| self.low.clone()), self.high.clone()),
        };
        let mut command = cmd(verb);
        command.arg(&source.key).arg(&first.0).arg(&second.0).arg("LIMIT").arg(0).arg(chunk);
        let ids: Vec<Vec<u8>> = from_redis_value(self.link.ask(&command).await?).map_err(|_| unexpected_reply())?;
        ids.into_iter().map(|id| id.try_into().map_err(|_| unexpected_reply())).collect()
    }
}
