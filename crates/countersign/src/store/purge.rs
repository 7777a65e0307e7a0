use std::fmt;

use async_trait::async_trait;

use super::{Limit, StoreError};
use crate::time::Timestamp;

/// A store that forgets nothing by itself, and removes ended verifications when it is told to.
#[async_trait]
pub trait Purge: fmt::Debug + Send + Sync + 'static {
    /// Removes verifications whose end was stored before that time, up to `limit`, and returns how many it removed: fewer
    /// than `limit` when no more are left. Open verifications stay.
    ///
    /// # Errors
    /// [`StoreError`]: some may have been removed.
    async fn purge(&self, ended_before: Timestamp, limit: Limit) -> Result<usize, StoreError>;
}
