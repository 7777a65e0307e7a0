//! The contract of a store that keeps ended records until it is told to remove them.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;

use super::{Limit, Store, StoreError};
use crate::time::Timestamp;

/// A store that keeps ended records until the host has them removed.
///
/// Stores that forget by themselves (clause 12 of [`Store`]) need not implement it. The host calls
/// [`purge_older_than`](Self::purge_older_than) every few seconds or minutes, best from the loop that calls
/// [`Engine::run_due`](crate::Engine::run_due); any number of processes may do so over one store.
///
/// 1. **Ended records only.** A purge removes records whose [`ended_at`](crate::IndexKeys::ended_at) is before
///    `ended_before`, and no other. An open record stays, however long past its expiry: `run_due` ends it first.
/// 2. **Removals are whole.** A record goes together with all its index entries, as by [`Store::delete`], and a version
///    that it had is never given again.
/// 3. **Bounded.** A call removes at most `limit` records and returns how many it removed. Which of those that qualify
///    go first is up to the store. A call that returns fewer than `limit` left none behind that qualified when it began.
/// 4. **Safe beside writers.** A record is removed in the state that qualifies it: a write that is acknowledged before
///    the removal is looked at, and an update after it is [`StoreError::Conflict`]. Of purges that run at the same time,
///    one counts the record.
/// 5. **Failures are honest.** After [`StoreError::Unavailable`] some of the records may be gone, each of them whole;
///    every other error means that none was removed. Calling again is always safe.
#[async_trait]
pub trait Purge: Store {
    /// Removes records that ended before that time, up to `limit`, and returns how many it removed. Clauses 1 to 5.
    async fn purge(&self, ended_before: Timestamp, limit: Limit) -> Result<usize, StoreError>;

    /// Removes all records that ended more than `age` before `now`, and returns how many it removed.
    ///
    /// It calls [`purge`](Self::purge) with [`Limit::MAX`] until nothing qualifies any more, and lets other tasks run in
    /// between. `now` comes from the engine's clock ([`Engine::now`](crate::Engine::now)). Stores do not override it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use countersign::store::{Purge, StoreError};
    /// use countersign::{Engine, Verification};
    ///
    /// /// How long an ended verification can still be looked at.
    /// const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);
    ///
    /// async fn tidy(engine: &Engine, store: &dyn Purge) -> Result<usize, StoreError> {
    ///     store.purge_older_than(RETENTION, engine.now()).await
    /// }
    /// # let _ = tidy;
    /// ```
    ///
    /// # Errors
    /// The first error of a call; what the calls before it removed is gone.
    ///
    /// # Cancel safety
    /// Dropping the future stops between two calls or in one of them: each record is there whole or gone whole.
    async fn purge_older_than(&self, age: Duration, now: Timestamp) -> Result<usize, StoreError> {
        let ended_before = now.saturating_sub(age);
        let mut removed = 0;
        loop {
            let batch = self.purge(ended_before, Limit::MAX).await?;
            removed += batch;
            if batch < Limit::MAX.get() {
                return Ok(removed);
            }
            yield_now().await;
        }
    }
}

/// Lets the executor run other tasks: a store in memory never waits for anything.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
