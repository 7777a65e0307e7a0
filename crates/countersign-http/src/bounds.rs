use std::num::NonZeroU32;
use std::time::Duration;

/// How much a caller may ask of the router before it says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RequestLimits {
    pub(crate) body: usize,
    pub(crate) body_time: Duration,
    pub(crate) call_time: Duration,
    pub(crate) calls: usize,
    /// None for the share by default.
    pub(crate) calls_of_one: Option<usize>,
    pub(crate) lists_of_one: usize,
    pub(crate) kept: usize,
    /// None for the share by default.
    pub(crate) kept_of_one: Option<usize>,
    pub(crate) kept_within: Duration,
    pub(crate) rate: Option<NonZeroU32>,
    pub(crate) failures: NonZeroU32,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self {
            body: 64 * 1024,
            body_time: Duration::from_secs(10),
            call_time: Duration::from_secs(30),
            calls: 1024,
            calls_of_one: None,
            lists_of_one: 4,
            kept: 1 << 30,
            kept_of_one: None,
            kept_within: Duration::from_secs(24 * 60 * 60),
            rate: None,
            failures: TEN,
        }
    }
}

/// The part of all calls that one workspace may have under way, unless set otherwise.
const PART_OF_ONE: usize = 4;
/// What it may have under way in any case.
const LEAST_OF_ONE: usize = 16;
const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

impl RequestLimits {
    /// Most bytes of a body: 64 KiB by default (contract, section 4). Longer ones are answered with 413.
    pub const fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// Longest time that a body may take to arrive: 10 s by default. Slower ones are answered with 408.
    pub const fn with_body_timeout(mut self, time: Duration) -> Self {
        self.body_time = time;
        self
    }

    /// Longest time to answer a call in: 30 s by default. Then the answer is 503 `TimedOut`, and the call goes on by itself.
    ///
    /// It must be longer than a transport's own timeout where messages are sent inline.
    pub const fn with_request_timeout(mut self, time: Duration) -> Self {
        self.call_time = time;
        self
    }

    /// See [`RequestLimits::with_request_timeout`].
    #[must_use]
    pub const fn call_time(&self) -> Duration {
        self.call_time
    }

    /// Most calls that are carried out at a time: 1024 by default. One more is answered with 503 `Overloaded`, at once.
    pub const fn with_max_concurrent_requests(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    /// Most calls of one workspace that are carried out at a time: a quarter of
    /// [all](Self::with_max_concurrent_requests) by default, and at least 16; all of them where the access keys are of one
    /// workspace only. One more is answered with 503 `Overloaded`, at once, and other workspaces notice nothing.
    ///
    /// Of these places, as of those in all, three quarters are for calls that send a message: a provider that is slow keeps
    /// no check waiting.
    pub const fn with_max_concurrent_requests_per_workspace(mut self, calls: usize) -> Self {
        self.calls_of_one = Some(calls);
        self
    }

    pub(crate) fn calls_of_one(&self, is_alone: bool) -> usize {
        let share = if is_alone { self.calls } else { (self.calls / PART_OF_ONE).max(LEAST_OF_ONE) };
        self.calls_of_one.unwrap_or(share)
    }

    /// Most lists of one workspace that are read at a time: 4 by default. One more is answered with 503 `Overloaded`, at
    /// once.
    pub const fn with_max_concurrent_lists_per_workspace(mut self, lists: usize) -> Self {
        self.lists_of_one = lists;
        self
    }

    /// Most bytes of answers that this process keeps for `Idempotency-Key` within the
    /// [retention](Self::with_kept_bytes_retention): 1 GiB by default, about a million answers. One more request with a new
    /// key is answered with 503 `Overloaded`; requests without a key, and repetitions, go on.
    ///
    /// It is counted in the process: several processes keep as many times that in one store. Calls under way may exceed it by
    /// their answers.
    pub const fn with_max_kept_bytes(mut self, bytes: usize) -> Self {
        self.kept = bytes;
        self
    }

    /// Most of [those bytes](Self::with_max_kept_bytes) of one workspace: a quarter by default; all of them where the access
    /// keys are of one workspace only. One more request with a new key is answered with 429, and other workspaces notice
    /// nothing. Half of them may be kept at once.
    pub const fn with_max_kept_bytes_per_workspace(mut self, bytes: usize) -> Self {
        self.kept_of_one = Some(bytes);
        self
    }

    /// How long the store keeps an answer: 24 h by default, as the stores do.
    pub const fn with_kept_bytes_retention(mut self, retention: Duration) -> Self {
        self.kept_within = retention;
        self
    }

    pub(crate) fn kept_of_one(&self, is_alone: bool) -> usize {
        self.kept_of_one.unwrap_or(if is_alone { self.kept } else { self.kept / PART_OF_ONE })
    }

    /// Most calls a second of one workspace, in bursts of as many: no bound by default. One more is answered with 429.
    pub const fn with_requests_per_second(mut self, calls: Option<NonZeroU32>) -> Self {
        self.rate = calls;
        self
    }

    /// Most wrong keys a second of one source, in bursts of as many: 10 by default. One more is answered with 429, and a
    /// right key is not kept waiting by it. A source is an IPv4 address or an IPv6 /64; see
    /// [`TrustedProxies`](crate::TrustedProxies).
    pub const fn with_wrong_keys_per_second(mut self, wrong: NonZeroU32) -> Self {
        self.failures = wrong;
        self
    }
}
