//! What is due, over all partitions.

use countersign::Timestamp;
use countersign::store::{Limit, StoreError};
use futures_util::future::try_join_all;
use redis::{cmd, from_redis_value};

use crate::layout::Layout;
use crate::link::Link;
use crate::merge::RawId;
use crate::retry::unexpected_reply;

/// An id and the time at which it is due, which is as many milliseconds as a float holds exactly.
type Due = (RawId, f64);

/// What is known of a partition: its earliest, in order.
struct Part {
    key: Vec<u8>,
    found: Vec<Due>,
    /// It has no more.
    dry: bool,
}

/// The ids that are due first, at most so many.
///
/// Each partition is asked for a few, and for more only while it may still have some of the earliest. An entry that
/// moves meanwhile may be passed over: it is due at the next call too.
pub(crate) async fn earliest(
    link: &Link,
    layout: &Layout,
    now: Timestamp,
    limit: Limit,
) -> Result<Vec<RawId>, StoreError> {
    let part = |partition| Part { key: layout.due(partition), found: Vec::new(), dry: false };
    let mut parts: Vec<Part> = layout.partitions().map(part).collect();
    let mut chunk = 2 * limit.get() / parts.len().max(1) + 4;
    let mut last = None;
    loop {
        let wanting = parts.iter_mut().filter(|part| !part.dry && !is_behind(part.found.last(), last.as_ref()));
        let asked = wanting.map(|part| async move {
            let more = fetch(link, &part.key, now, part.found.len(), chunk).await?;
            part.dry = more.len() < chunk;
            part.found.extend(more);
            Ok::<_, StoreError>(())
        });
        if try_join_all(asked).await?.is_empty() {
            break;
        }
        last = first_of(&parts, limit.get()).get(limit.get() - 1).copied();
        chunk *= 4;
    }
    Ok(first_of(&parts, limit.get()).into_iter().map(|(id, _)| id).collect())
}

fn first_of(parts: &[Part], count: usize) -> Vec<Due> {
    let mut all: Vec<Due> = parts.iter().flat_map(|part| part.found.iter().copied()).collect();
    all.sort_unstable_by(order);
    all.truncate(count);
    all
}

/// Whether all that follows in this partition is later than the last one wanted.
fn is_behind(found: Option<&Due>, last: Option<&Due>) -> bool {
    found.zip(last).is_some_and(|(found, last)| order(found, last).is_ge())
}

fn order((id, time): &Due, (other_id, other_time): &Due) -> std::cmp::Ordering {
    time.total_cmp(other_time).then_with(|| id.cmp(other_id))
}

async fn fetch(link: &Link, key: &[u8], now: Timestamp, from: usize, count: usize) -> Result<Vec<Due>, StoreError> {
    let mut range = cmd("ZRANGEBYSCORE");
    range.arg(key).arg("-inf").arg(now.as_millis()).arg("WITHSCORES").arg("LIMIT").arg(from).arg(count);
    let found: Vec<(Vec<u8>, f64)> = from_redis_value(link.ask(&range).await?).map_err(|_| unexpected_reply())?;
    found.into_iter().map(|(id, time)| Ok((id.try_into().map_err(|_| unexpected_reply())?, time))).collect()
}
