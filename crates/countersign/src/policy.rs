//! The bounds of a verification: those a start may ask for, and those the host sets for all.

use std::time::Duration;

use crate::bounded::bounded;
use crate::code::CodeLength;

bounded! {
    /// How many wrong codes a verification takes before it fails: 1 to 10, 3 unless asked otherwise (contract, section 2).
    MaxAttempts(u8), 1..=10, default 3, MaxAttempts, new, get
}

bounded! {
    /// How long a verification lives, in seconds: 30 to 3600, 600 unless asked otherwise (contract, section 2).
    ///
    /// NIST SP 800-63B-4, section 3.1.3.2, allows ten minutes, the default.
    Timeout(u16), 30..=3600, default 600, Timeout, from_secs, as_secs
}

impl Timeout {
    /// The same as a duration.
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

/// What a start may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Wrong codes before it fails.
    pub max_attempts: MaxAttempts,
    /// Time before it expires.
    pub timeout: Timeout,
    /// Digits of its code.
    pub code_length: CodeLength,
}

/// Who hands a stored attempt to its transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sending {
    /// The call that prepared it, before it returns: a start returns when its first message was accepted or refused.
    #[default]
    Inline,
    /// The next [`run_due`](crate::Engine::run_due) of any process: a start returns as soon as it is stored.
    Deferred,
}

/// What the host sets for every verification of an engine; each keeps the policy it started under.
///
/// Durations are kept to the millisecond, at most 49 days; shorter than their least value becomes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub(crate) resend_cooldown: u32,
    pub(crate) send_lease: u32,
    pub(crate) retry_delay: u32,
    pub(crate) message_cap: u8,
    pub(crate) send_tries: u8,
    pub(crate) sending: Sending,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            resend_cooldown: 30_000,
            send_lease: 30_000,
            retry_delay: 2_000,
            message_cap: 5,
            send_tries: 5,
            sending: Sending::Inline,
        }
    }
}

impl Policy {
    /// The most messages that [`Policy::with_message_cap`] can allow.
    pub const MAX_MESSAGES: u8 = 50;

    /// Least time between a message and a resend, 30 s by default, 0 allowed (contract, section 3, rule 8).
    #[must_use]
    pub fn with_resend_cooldown(mut self, cooldown: Duration) -> Self {
        self.resend_cooldown = millis(cooldown);
        self
    }

    /// Most messages of one verification, over all steps, resends and failovers: 5 by default, from 1 to 50
    /// (contract, section 3, rule 8).
    #[must_use]
    pub fn with_message_cap(mut self, messages: u8) -> Self {
        self.message_cap = messages.clamp(1, Self::MAX_MESSAGES);
        self
    }

    /// Time that a sender has for one try before another may take the attempt over: 30 s by default, at least 1 s.
    ///
    /// It must be longer than any transport's own timeout, or a slow send is made twice.
    #[must_use]
    pub fn with_send_lease(mut self, lease: Duration) -> Self {
        self.send_lease = millis(lease).max(1_000);
        self
    }

    /// Wait after a try that did not send for sure, doubled after each: 2 s by default, at least 1 ms.
    ///
    /// A transport that knows better ([`SendError::NotSent`](crate::SendError::NotSent)) says so.
    #[must_use]
    pub fn with_retry_delay(mut self, delay: Duration) -> Self {
        self.retry_delay = millis(delay).max(1);
        self
    }

    /// Most tries of one attempt before it counts as failed: 5 by default, at least 1.
    #[must_use]
    pub fn with_send_tries(mut self, tries: u8) -> Self {
        self.send_tries = tries.max(1);
        self
    }

    /// Who sends: [`Sending::Inline`] by default.
    #[must_use]
    pub fn with_sending(mut self, sending: Sending) -> Self {
        self.sending = sending;
        self
    }

    /// See [`Policy::with_resend_cooldown`].
    #[must_use]
    pub const fn resend_cooldown(&self) -> Duration {
        Duration::from_millis(self.resend_cooldown as u64)
    }

    /// See [`Policy::with_message_cap`].
    #[must_use]
    pub const fn message_cap(&self) -> u8 {
        self.message_cap
    }

    /// See [`Policy::with_send_lease`].
    #[must_use]
    pub const fn send_lease(&self) -> Duration {
        Duration::from_millis(self.send_lease as u64)
    }

    /// See [`Policy::with_send_tries`].
    #[must_use]
    pub const fn send_tries(&self) -> u8 {
        self.send_tries
    }

    /// See [`Policy::with_sending`].
    #[must_use]
    pub const fn sending(&self) -> Sending {
        self.sending
    }

    /// Whether the setters could have made it: what comes from a store did not go through them.
    pub(crate) const fn is_sound(&self) -> bool {
        self.send_lease >= 1_000
            && self.retry_delay >= 1
            && self.message_cap >= 1
            && self.message_cap <= Self::MAX_MESSAGES
            && self.send_tries >= 1
    }

    /// How long to wait after try number `tries` (from 1): the delay, doubled for each try before it.
    pub(crate) fn retry_delay_after(&self, tries: u8) -> Duration {
        let doublings = u32::from(tries.saturating_sub(1)).min(16);
        Duration::from_millis(u64::from(self.retry_delay) << doublings)
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
