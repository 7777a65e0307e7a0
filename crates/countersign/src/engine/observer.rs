use std::fmt;

use crate::machine::{Event, Verification};

/// What a host gives to be told what happens: for metrics, audit, its own queues.
///
/// It is called in line, after the change was stored and before the call that made it returns: it must be quick and
/// must not panic. No event carries a code.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// Something happened, and this is the verification after it.
    fn observe(&self, event: &Event, verification: &Verification);
}
