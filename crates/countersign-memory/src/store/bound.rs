use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::store::StoreError;

/// How many records there may be, and how many there are.
///
/// A place is taken before a record comes and given back after it went, so that at no moment there are more records
/// than the bound. The count orders nothing else, hence relaxed: the records themselves are behind locks.
#[derive(Debug)]
pub(super) struct Bound {
    taken: AtomicUsize,
    capacity: usize,
}

impl Bound {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { taken: AtomicUsize::new(0), capacity }
    }

    pub(super) fn reserve(&self) -> Result<(), StoreError> {
        let one_more = |taken| if taken < self.capacity { Some(taken + 1) } else { None };
        self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).map_err(|_| self.full())?;
        Ok(())
    }

    pub(super) fn release(&self, places: usize) {
        self.taken.fetch_sub(places, Ordering::Relaxed);
    }

    pub(super) const fn full(&self) -> StoreError {
        StoreError::Full { capacity: self.capacity }
    }

    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    pub(super) const fn capacity(&self) -> usize {
        self.capacity
    }
}
