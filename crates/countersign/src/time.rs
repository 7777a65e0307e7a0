//! When: instants to the millisecond, and the clock that the engine asks.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

/// An instant in UTC, to the millisecond, from 1970-01-01 to the end of the year 9999.
///
/// Milliseconds, because that is what the wire shows and what an id keeps: what is written to a store and read back is
/// the same instant. Arithmetic stops at the ends of the range and never panics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The earliest instant, 1970-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(0);
    /// The latest instant, 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The instant so many milliseconds after 1970-01-01T00:00:00Z; later than [`Timestamp::MAX`] becomes that.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        if millis > Self::MAX.0 { Self::MAX } else { Self(millis) }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The instant `later` after this one.
    #[must_use]
    pub fn saturating_add(self, later: Duration) -> Self {
        let millis = u64::try_from(later.as_millis()).unwrap_or(u64::MAX);
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// The instant `earlier` before this one; before 1970 becomes [`Timestamp::MIN`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use countersign::Timestamp;
    ///
    /// let second = Timestamp::from_millis(1_000);
    /// assert_eq!(second.saturating_sub(Duration::from_millis(1)), Timestamp::from_millis(999));
    /// assert_eq!(second.saturating_sub(Duration::MAX), Timestamp::MIN);
    /// ```
    #[must_use]
    pub fn saturating_sub(self, earlier: Duration) -> Self {
        let millis = u64::try_from(earlier.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(millis))
    }

    /// The time from `earlier` until this instant; zero when `earlier` is not earlier.
    #[must_use]
    pub const fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The same instant for `chrono`.
    #[must_use]
    pub fn to_datetime(self) -> DateTime<Utc> {
        // The range above lies inside chrono's, so neither conversion has a second outcome.
        DateTime::from_timestamp_millis(i64::try_from(self.0).unwrap_or(i64::MAX)).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    /// Cuts to the millisecond; before 1970 becomes [`Timestamp::MIN`].
    fn from(instant: DateTime<Utc>) -> Self {
        Self::from_millis(u64::try_from(instant.timestamp_millis()).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with milliseconds, as the wire has it: `2026-01-31T12:00:00.000Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_datetime().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What the engine asks for the time.
///
/// Clocks of several machines may differ by a little, and one may step back: a record never lives backwards, it takes
/// the later of the clock and of its own last change.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock: the default of every engine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place where the core reads the system's clock")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::MIN.saturating_add(since_epoch)
    }
}
