//! Which names of messages are in Redis already.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign::store::Version;
use countersign::{MessageId, Timestamp, Verification};

/// How many versions are remembered at least.
const KEPT: usize = 4_096;

/// The messages of versions that this process read or wrote lately.
///
/// Every version of a record was written after the names of its messages, with times to live up to the same end. So the next
/// version has nothing to write but what is new.
#[derive(Debug, Default)]
pub(crate) struct Named(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: HashMap<u64, Messages>,
    old: HashMap<u64, Messages>,
}

#[derive(Debug)]
struct Messages {
    /// Names are kept until this time and the retention behind it.
    expires_at: Timestamp,
    ids: Box<[MessageId]>,
}

impl Named {
    /// Notes what a version has that is in Redis.
    pub(crate) fn note(&self, version: Version, verification: &Verification) {
        let ids: Box<[_]> = verification.index_keys().messages().cloned().collect();
        if ids.is_empty() {
            return;
        }
        let mut generations = self.generations();
        if generations.young.len() >= KEPT {
            generations.old = std::mem::take(&mut generations.young);
        }
        generations.young.insert(version.get(), Messages { expires_at: verification.expires_at(), ids });
    }

    /// Whether the names of all messages of a record are in Redis, as it is the next version of that one.
    pub(crate) fn has_all(&self, last: Version, verification: &Verification) -> bool {
        let generations = self.generations();
        let known = generations.young.get(&last.get()).or_else(|| generations.old.get(&last.get()));
        known.is_some_and(|known| {
            known.expires_at == verification.expires_at()
                && verification.index_keys().messages().all(|message| known.ids.contains(message))
        })
    }

    fn generations(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
