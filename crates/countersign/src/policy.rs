//! The bounds of a verification: those a start may ask for, and those the host sets for all.

use std::time::Duration;

use crate::bounded::bounded;
use crate::code::CodeLength;

bounded! {
    /// The number of wrong codes after which a verification fails: 1 to 10, by default 3 (contract, section 2).
    MaxAttempts(u8), 1..=10, default 3, MaxAttempts, new, get
}

bounded! {
    /// The lifetime of a verification in seconds: 30 to 3600, by default 600 (contract, section 2).
    ///
    /// NIST SP 800-63B-4, section 3.1.3.2, allows ten minutes, the default.
    Timeout(u16), 30..=3600, default 600, Timeout, from_secs, as_secs
}

impl Timeout {
    /// Returns the timeout as a duration.
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

/// The bounds of one verification, which a start may set.
///
/// ```
/// use countersign::{Limits, Timeout};
///
/// let limits = Limits { timeout: Timeout::from_secs(300)?, ..Limits::default() };
/// # Ok::<(), countersign::OutOfRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The number of wrong codes after which it fails.
    pub max_attempts: MaxAttempts,
    /// The time after which it expires.
    pub timeout: Timeout,
    /// The number of digits of its code.
    pub code_length: CodeLength,
}

/// The place where a stored attempt is passed to its transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SendMode {
    /// The call that prepared it, before it returns: a start returns when its first message was accepted or refused.
    #[default]
    Inline,
    /// The next [`run_due`](crate::Engine::run_due) of any process: a start returns as soon as it is stored.
    Deferred,
}

/// The host's settings for every verification of an engine. A verification keeps the policy that it started under.
///
/// Durations have a precision of a millisecond and are at most 49 days; a value below its minimum becomes the minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub(crate) resend_cooldown: u32,
    pub(crate) send_lease: u32,
    pub(crate) retry_delay: u32,
    pub(crate) patience: u32,
    pub(crate) message_cap: u8,
    pub(crate) unknown_retries: u8,
    pub(crate) sending: SendMode,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            resend_cooldown: 30_000,
            send_lease: 30_000,
            retry_delay: 2_000,
            patience: 20_000,
            message_cap: 5,
            unknown_retries: 2,
            sending: SendMode::Inline,
        }
    }
}

impl Policy {
    /// The maximum of [`Policy::with_message_cap`].
    pub const MAX_MESSAGES: u8 = 50;

    /// Sets the minimum time between a message and a resend: by default 30 s, may be 0 (contract, section 3, rule 8).
    #[must_use]
    pub fn with_resend_cooldown(mut self, cooldown: Duration) -> Self {
        self.resend_cooldown = millis(cooldown);
        self
    }

    /// Sets the maximum number of messages of one verification, over all steps, resends and failovers: 1 to 50, by
    /// default 5 (contract, section 3, rule 8).
    #[must_use]
    pub fn with_message_cap(mut self, messages: u8) -> Self {
        self.message_cap = messages.clamp(1, Self::MAX_MESSAGES);
        self
    }

    /// Sets the time for one try to send, before another process may try the attempt: at least 1 s, by default 30 s.
    ///
    /// It must be longer than any transport's own timeout, or a slow message is sent twice.
    #[must_use]
    pub fn with_send_lease(mut self, lease: Duration) -> Self {
        self.send_lease = millis(lease).max(1_000);
        self
    }

    /// Sets the delay after the first try that did not hand a message over: at least 1 ms, by default 2 s.
    ///
    /// It doubles after each further try, up to 30 s or to the first delay if that is longer. Each delay is shortened by
    /// up to a fifth, differently for each try of each message, so that messages that failed together do not return
    /// together. A longer `retry_after` of [`SendError::NotSent`](crate::SendError::NotSent) takes its place.
    ///
    /// After certain failures the retries go on for as long as the verification is open; towards its end the delay is at
    /// most half of the time left. See [`with_patience`](Self::with_patience) and
    /// [`with_unknown_retries`](Self::with_unknown_retries) for what ends them earlier.
    #[must_use]
    pub fn with_retry_delay(mut self, delay: Duration) -> Self {
        self.retry_delay = millis(delay).max(1);
        self
    }

    /// Sets how long a message may remain not handed over while a step on another platform can take over: by default
    /// 20 s, may be 0.
    ///
    /// A message whose next try would come later than that after it was prepared fails, and the verification fails over
    /// at once ([`automatic_failover`](crate::Verification::automatic_failover)). So does a message whose sender stopped
    /// without a result, when its [lease](Self::with_send_lease) ends later than that. Without such a step, retries
    /// go on.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = millis(patience);
        self
    }

    /// Sets the maximum number of tries after the first one with an unknown outcome, before the message has failed: by
    /// default 2, may be 0.
    ///
    /// Each of them may send, and cost, the message once more where the provider does not deduplicate by reference. A
    /// try whose sender stopped without a result has an unknown outcome too.
    #[must_use]
    pub fn with_unknown_retries(mut self, tries: u8) -> Self {
        self.unknown_retries = tries;
        self
    }

    /// Sets where messages are sent: by default [`SendMode::Inline`].
    #[must_use]
    pub fn with_send_mode(mut self, sending: SendMode) -> Self {
        self.sending = sending;
        self
    }

    /// Returns the minimum time between a message and a resend.
    #[must_use]
    pub const fn resend_cooldown(&self) -> Duration {
        Duration::from_millis(self.resend_cooldown as u64)
    }

    /// Returns the maximum number of messages of one verification.
    #[must_use]
    pub const fn message_cap(&self) -> u8 {
        self.message_cap
    }

    /// Returns the time for one try to send.
    #[must_use]
    pub const fn send_lease(&self) -> Duration {
        Duration::from_millis(self.send_lease as u64)
    }

    /// Returns the delay after the first try that did not hand a message over.
    #[must_use]
    pub const fn retry_delay(&self) -> Duration {
        Duration::from_millis(self.retry_delay as u64)
    }

    /// Returns how long a message may remain not handed over while a step on another platform can take over.
    #[must_use]
    pub const fn patience(&self) -> Duration {
        Duration::from_millis(self.patience as u64)
    }

    /// Returns the maximum number of tries after the first one with an unknown outcome.
    #[must_use]
    pub const fn unknown_retries(&self) -> u8 {
        self.unknown_retries
    }

    /// Returns where messages are sent.
    #[must_use]
    pub const fn send_mode(&self) -> SendMode {
        self.sending
    }

    /// Returns whether the setters could have built it: a policy from a store did not go through them.
    pub(crate) const fn is_sound(&self) -> bool {
        self.send_lease >= 1_000
            && self.retry_delay >= 1
            && self.message_cap >= 1
            && self.message_cap <= Self::MAX_MESSAGES
    }

    /// Returns the delay after try number `tries` (from 1), before jitter: the first delay, doubled for each try before
    /// it, up to a limit.
    pub(crate) fn retry_delay_after(&self, tries: u8) -> Duration {
        let doublings = u32::from(tries.saturating_sub(1)).min(16);
        let limit = self.retry_delay().max(MAX_RETRY_DELAY);
        Duration::from_millis(u64::from(self.retry_delay) << doublings).min(limit)
    }
}

/// The limit of the doubled delay: a person may ask for the message again after the default cooldown, 30 s, so that rarer
/// retries would come later than the person does.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(30);

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
