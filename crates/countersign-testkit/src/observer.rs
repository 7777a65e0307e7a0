use std::sync::{Mutex, PoisonError};

use countersign::{Event, Observer, Verification, VerificationId};

/// Keeps what an engine told, in the order in which it told it.
#[derive(Debug, Default)]
pub struct RecordingObserver(Mutex<Vec<(VerificationId, Event)>>);

impl RecordingObserver {
    /// An observer that has heard nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything told so far.
    #[must_use]
    pub fn events(&self) -> Vec<(VerificationId, Event)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was told of one verification.
    #[must_use]
    pub fn events_of(&self, id: VerificationId) -> Vec<Event> {
        self.events().into_iter().filter(|(of, _)| *of == id).map(|(_, event)| event).collect()
    }

    /// The names of what was told of one verification: enough for most assertions.
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
