use std::collections::BTreeSet;
use std::ops::Bound;

use countersign::store::{Order, Query};
use countersign::{Timestamp, VerificationId};
use uuid::Uuid;

/// What every index holds: a rank and the id that has it.
///
/// The rank is a time, or 64 bits of a hash. Where it is a hash, what is found is looked at before it is given out, so
/// that two names of one hash cost a glance and never a wrong answer. Ids make keys unique and, of one rank, sort by
/// time.
pub(super) type Key = (u64, VerificationId);

/// One way to find records.
pub(super) type Index = BTreeSet<Key>;

/// Moves a record from the rank of what it was to the rank of what it is, and leaves the index alone when they are
/// equal.
pub(super) fn shift<T: PartialEq + Copy>(
    index: &mut Index,
    id: VerificationId,
    (was, is): (Option<T>, Option<T>),
    rank: impl Fn(T) -> u64,
) {
    if was == is {
        return;
    }
    if let Some(was) = was {
        index.remove(&(rank(was), id));
    }
    if let Some(is) = is {
        index.insert((rank(is), id));
    }
}

/// The best keys of several indexes that share none, at most so many.
#[derive(Debug)]
pub(super) struct Best {
    keys: BTreeSet<Key>,
    order: Order,
    most: usize,
}

impl Best {
    pub(super) const fn new(order: Order, most: usize) -> Self {
        Self { keys: BTreeSet::new(), order, most }
    }

    /// Takes what is among the best of them all. `keys` come best first, so the first that is not ends it.
    pub(super) fn take(&mut self, keys: impl Iterator<Item = Key>) {
        for key in keys {
            if self.keys.len() >= self.most {
                let enters = match self.order {
                    Order::NewestFirst => self.keys.first().is_some_and(|worst| key > *worst),
                    Order::OldestFirst => self.keys.last().is_some_and(|worst| key < *worst),
                };
                if !enters {
                    return;
                }
                match self.order {
                    Order::NewestFirst => self.keys.pop_first(),
                    Order::OldestFirst => self.keys.pop_last(),
                };
            }
            self.keys.insert(key);
        }
    }

    /// The keys, best first.
    pub(super) fn into_keys(self) -> Vec<Key> {
        match self.order {
            Order::NewestFirst => self.keys.into_iter().rev().collect(),
            Order::OldestFirst => self.keys.into_iter().collect(),
        }
    }

    /// The ids, best first.
    pub(super) fn into_ids(self) -> Vec<VerificationId> {
        self.into_keys().into_iter().map(|(_, id)| id).collect()
    }
}

/// The keys of one rank, oldest first.
pub(super) fn of_rank(index: &Index, rank: u64) -> impl DoubleEndedIterator<Item = Key> {
    within(index, rank, Span::default())
}

/// The keys of one rank behind an id, oldest first.
pub(super) fn of_rank_after(
    index: &Index,
    rank: u64,
    after: Option<VerificationId>,
) -> impl DoubleEndedIterator<Item = Key> {
    within(index, rank, Span { above: after, ..Span::default() })
}

/// The keys of one rank whose ids are in the span, oldest first.
pub(super) fn within(index: &Index, rank: u64, span: Span) -> impl DoubleEndedIterator<Item = Key> {
    let bounds = span.bounds(rank);
    bounds.map(|bounds| index.range(bounds).copied()).into_iter().flatten()
}

/// Which ids a list wants next: an open interval at a cursor, one of times otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    above: Option<VerificationId>,
    below: Option<VerificationId>,
}

impl Span {
    pub(super) fn of(query: &Query, after: Option<VerificationId>) -> Self {
        let (above, below) = match query.order {
            Order::NewestFirst => (None, after),
            Order::OldestFirst => (after, None),
        };
        Self { from: query.start_at, until: query.end_at, above, below }
    }

    /// None when nothing can lie between: a tree must not be asked then.
    fn bounds(self, rank: u64) -> Option<(Bound<Key>, Bound<Key>)> {
        let first = first_at(self.from.unwrap_or(Timestamp::MIN))?;
        let lower = match self.above {
            Some(above) if above >= first => Bound::Excluded((rank, above)),
            Some(_) | None => Bound::Included((rank, first)),
        };
        let last = self.until.map_or_else(last_of_all, first_at)?;
        let end = self.below.map_or(last, |below| below.min(last));
        // The last id of all belongs to the span when nothing bounds it from above.
        let upper = if self.until.is_none() && self.below.is_none() {
            Bound::Included((rank, end))
        } else {
            Bound::Excluded((rank, end))
        };
        let start = self.above.map_or(first, |above| above.max(first));
        (start < end).then_some((lower, upper))
    }
}

/// An id that no id of that time or later is below, and no earlier one above.
fn first_at(time: Timestamp) -> Option<VerificationId> {
    VerificationId::new(Uuid::from_u128((u128::from(time.as_millis()) << 80) | VERSION_AND_VARIANT)).ok()
}

/// An id that no other is above.
fn last_of_all() -> Option<VerificationId> {
    let latest = u128::from(Timestamp::MAX.as_millis()) << 80;
    VerificationId::new(Uuid::from_u128(latest | VERSION_AND_VARIANT | RANDOM)).ok()
}

/// Version 7 and variant binary 10 (RFC 9562, section 5.7).
const VERSION_AND_VARIANT: u128 = (7 << 76) | (0b10 << 62);
/// The bits of an id that are neither time nor version nor variant.
const RANDOM: u128 = (0xFFF << 64) | ((1 << 62) - 1);
