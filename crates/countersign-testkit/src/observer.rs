use std::sync::{Mutex, PoisonError};

use countersign::{Event, Observer, Verification, VerificationId};

/// An observer that records what an engine tells it, in order.
#[derive(Debug, Default)]
pub struct RecordingObserver(Mutex<Vec<(VerificationId, Event)>>);

impl RecordingObserver {
    /// Builds an observer without events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns all events so far.
    #[must_use]
    pub fn events(&self) -> Vec<(VerificationId, Event)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the events of one verification.
    #[must_use]
    pub fn events_of(&self, id: VerificationId) -> Vec<Event> {
        self.events().into_iter().filter(|(of, _)| *of == id).map(|(_, event)| event).collect()
    }

    /// Returns the names of the events of one verification: enough for most assertions.
    #[must_use]
    pub fn names_of(&self, id: VerificationId) -> Vec<&'static str> {
        self.events_of(id).iter().map(Event::name).collect()
    }
}

impl Observer for RecordingObserver {
    fn observe(&self, event: &Event, verification: &Verification) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((verification.id(), *event));
    }
}
