use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::machine::{Event, Verification};

/// What a host gives to be told what happens: for metrics, audit, its own queues.
///
/// It is called in line, after the change was stored and before the call that made it returns: it must be quick and
/// must not panic. No event carries a code.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// Something happened, and this is the verification after it.
    fn observe(&self, event: &Event, verification: &Verification);
}

/// The observers of an engine, in the order they were added.
///
/// A chain that only grows, and only at its end: reading it takes no lock, one atomic load for each observer.
#[derive(Default)]
pub(super) struct Observers(OnceLock<Box<Link>>);

struct Link {
    observer: Arc<dyn Observer>,
    next: Observers,
}

impl Observers {
    /// Adds an observer at the end, unless this very `Arc` is in the chain. Returns whether it was added.
    pub(super) fn add(&self, observer: Arc<dyn Observer>) -> bool {
        let mut new = Box::new(Link { observer, next: Self::default() });
        let mut end = self;
        loop {
            match end.0.get() {
                Some(link) if Arc::ptr_eq(&link.observer, &new.observer) => return false,
                Some(link) => end = &link.next,
                None => match end.0.set(new) {
                    Ok(()) => return true,
                    // Another thread added one at this place: look at it, and go on behind it.
                    Err(back) => new = back,
                },
            }
        }
    }

    /// Returns the observers in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &dyn Observer> {
        std::iter::successors(self.0.get(), |link| link.next.0.get()).map(|link| &*link.observer)
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
