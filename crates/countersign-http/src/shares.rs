//! Places that many compete for: bounded in all, and for each that asks, so that one cannot take them all.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places, at most `all` of them taken at a time, and at most `each` by the same key. Nothing waits for one.
///
/// It remembers only the keys that have a place, so that its memory is bounded by the number of places.
#[derive(Debug)]
pub(crate) struct Shares<K: Eq + Hash> {
    all: usize,
    each: usize,
    taken: Mutex<Taken<K>>,
}

#[derive(Debug)]
struct Taken<K> {
    all: usize,
    each: HashMap<K, usize>,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// Every place is taken.
    InAll,
    /// Others are left, and the key has as many as it may have.
    OfItsOwn,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place<K: Eq + Hash> {
    shares: Arc<Shares<K>>,
    key: Option<K>,
}

impl<K: Copy + Eq + Hash> Shares<K> {
    pub(crate) fn new(all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { all, each, taken: Mutex::new(Taken { all: 0, each: HashMap::new() }) })
    }

    /// Takes a place for a key; without a key, only the bound in all counts.
    pub(crate) fn take(self: &Arc<Self>, key: Option<K>) -> Result<Place<K>, NoPlace> {
        let mut taken = self.taken();
        let has = key.map_or(0, |key| taken.each.get(&key).copied().unwrap_or_default());
        // Its own bound first: it is what the one that asks can do something about.
        if key.is_some() && has >= self.each {
            return Err(NoPlace::OfItsOwn);
        }
        if taken.all >= self.all {
            return Err(NoPlace::InAll);
        }
        taken.all += 1;
        if let Some(key) = key {
            taken.each.insert(key, has + 1);
        }
        Ok(Place { shares: Arc::clone(self), key })
    }
}

impl<K: Eq + Hash> Shares<K> {
    fn taken(&self) -> MutexGuard<'_, Taken<K>> {
        // Every change is complete before anything could panic.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.shares.taken();
        taken.all = taken.all.saturating_sub(1);
        let Some(key) = self.key.take() else { return };
        if let Some(has) = taken.each.get_mut(&key) {
            *has -= 1;
            if *has == 0 {
                taken.each.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
