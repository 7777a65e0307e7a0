//! How long a code is valid, as a message says it.

use std::time::Duration;

/// Whole minutes from 1 to 60, which is the longest a verification lives (contract, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Minutes(u8);

impl Minutes {
    /// How many there are.
    pub(crate) const COUNT: usize = 60;

    /// A message is written some moments after its verification started. Without this a code that is valid for ten minutes
    /// would be announced with nine.
    const GRACE: Duration = Duration::from_secs(5);

    /// What to say of the time that is left.
    ///
    /// Rounded down, so that a message never promises more than the grace too much. The one exception is the last minute:
    /// “0 minutes” would help nobody, and a text message needs some seconds to arrive anyway.
    pub(crate) fn left(valid_for: Duration) -> Self {
        let whole = valid_for.saturating_add(Self::GRACE).as_secs() / 60;
        Self(u8::try_from(whole.clamp(1, Self::COUNT as u64)).unwrap_or(1))
    }

    /// Every one, from 1 on.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (1..=Self::COUNT as u8).map(Self)
    }

    /// The number.
    pub(crate) const fn get(self) -> u8 {
        self.0
    }

    /// Its place among [`Minutes::all`].
    pub(crate) const fn index(self) -> usize {
        self.0 as usize - 1
    }
}

#[cfg(test)]
mod tests;
