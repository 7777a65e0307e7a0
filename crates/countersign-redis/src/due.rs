//! What is due, over all partitions that answer.

use countersign::Timestamp;
use countersign::store::{Limit, StoreError};
use futures_util::future::join_all;
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
    /// It has no more, or does not answer.
    dry: bool,
}

/// The ids that are due first, at most so many.
///
/// Each partition is asked for a few, and for more only while it may still have some of the earliest. An entry that
/// moves meanwhile may be passed over: it is due at the next call too. So is what partitions have that do not answer, unless
/// none does.
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
    let mut absent: Vec<StoreError> = Vec::new();
    loop {
        let wanting = parts.iter_mut().filter(|part| !part.dry && !is_behind(part.found.last(), last.as_ref()));
        let asked = wanting.map(|part| async move {
            let fetched = fetch(link, &part.key, now, part.found.len(), chunk).await;
            part.dry = fetched.as_ref().map_or(true, |more| more.len() < chunk);
            fetched.map(|more| part.found.extend(more))
        });
        let answers = join_all(asked).await;
        if answers.is_empty() {
            break;
        }
        absent.extend(answers.into_iter().filter_map(Result::err));
        last = first_of(&parts, limit.get()).get(limit.get() - 1).copied();
        chunk *= 4;
    }
    if let Some(error) = absent.pop() {
        // Of one server no partition is away alone: what came was incomplete by chance.
        if !link.has_parts() || absent.len() + 1 == parts.len() {
            return Err(error);
        }
        tracing::warn!(partitions = absent.len() + 1, %error, reason = reason(&error), "due work of some partitions waits");
    }
    Ok(first_of(&parts, limit.get()).into_iter().map(|(id, _)| id).collect())
}

/// What the client said, for a log.
fn reason(error: &StoreError) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
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
    let found: Vec<(Vec<u8>, f64)> =
        from_redis_value(link.ask_present(&range).await?).map_err(|_| unexpected_reply())?;
    found.into_iter().map(|(id, time)| Ok((id.try_into().map_err(|_| unexpected_reply())?, time))).collect()
}
