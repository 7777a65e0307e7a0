//! When a call is made again without asking anybody.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use super::error::{BirdError, BirdErrorKind};
use super::request::Verb;

/// The pauses between the tries of one call: few, growing, and of random length, so that many callers do not come back
/// at one moment.
pub(crate) struct Pauses(ExponentialBackoff);

impl Pauses {
    pub(crate) fn new(retries: usize) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(Duration::from_millis(50))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(retries);
        Self(pauses.build())
    }

    /// How long to wait before the next try; none when there shall be none.
    ///
    /// What changes something is only tried again when it certainly was not done: there was no connection, or Bird said
    /// when to come back. What only reads is tried again whenever that may help.
    pub(crate) fn after(&mut self, error: &BirdError, verb: Verb) -> Option<Duration> {
        let asked = match (error, verb) {
            (BirdError::NotDone { cause: BirdErrorKind::NoConnection, .. }, _) => Duration::ZERO,
            (BirdError::NotDone { cause: BirdErrorKind::Answer(_), retry_after: Some(wait) }, _) => *wait,
            (
                BirdError::NotDone { cause: BirdErrorKind::Answer(_), retry_after: None } | BirdError::Unknown { .. },
                Verb::Get,
            ) => Duration::ZERO,
            (BirdError::NotDone { .. } | BirdError::Unknown { .. } | BirdError::Refused(_), _) => return None,
        };
        // A pause on top of what Bird asks for, so that not everybody is back at the same moment.
        Some(asked + self.0.next()?)
    }
}
