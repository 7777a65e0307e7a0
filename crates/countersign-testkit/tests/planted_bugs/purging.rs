use async_trait::async_trait;
use countersign::store::{Limit, Purge, StoreError};
use countersign::{Timestamp, Verification};

use super::bug::Bug;
use super::buggy_store::{BuggyStore, pause};

impl BuggyStore {
    fn may_go(&self, record: &Verification, ended_before: Timestamp) -> bool {
        let ended_at = record.ended_at();
        let expired = ended_at.is_none() && record.expires_at() < ended_before;
        ended_at.is_some_and(|ended_at| ended_at < ended_before)
            || (self.has(Bug::PurgeIncludesItsTime) && ended_at == Some(ended_before))
            || (self.has(Bug::PurgeRemovesTheExpired) && expired)
    }
}

#[async_trait]
impl Purge for BuggyStore {
    async fn purge(&self, ended_before: Timestamp, limit: Limit) -> Result<usize, StoreError> {
        let racy = self.has(Bug::PurgeLooksAndThenRemoves);
        let _alone = if racy { None } else { Some(self.writing.lock().await) };
        let mut ids: Vec<_> = {
            let shelf = self.shelf();
            let records = shelf.records.values().map(|(record, _)| record);
            records.filter(|record| self.may_go(record, ended_before)).map(Verification::id).collect()
        };
        let found = ids.len();
        match self.bug() {
            Some(Bug::PurgeIgnoresTheLimit) => {}
            Some(Bug::PurgeStopsAtAHundred) => ids.truncate(limit.get().min(100)),
            Some(_) | None => ids.truncate(limit.get()),
        }
        if racy {
            pause().await;
        }
        for id in &ids {
            if self.has(Bug::KeysAreWrittenBeforeTheRecord) {
                self.shelf().remove_keys(*id);
                pause().await;
            }
            if self.has(Bug::PurgeLeavesKeys) {
                self.shelf().records.remove(id);
            } else {
                self.shelf().remove(*id);
            }
        }
        Ok(if self.has(Bug::PurgeCountsWhatItFound) { found } else { ids.len() })
    }
}
