use std::time::Duration;

/// How webhooks come: in order, once and in time, unless a test says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WebhookBehavior {
    pub(super) order: Order,
    pub(super) copies: u8,
    pub(super) stale_by: Duration,
    pub(super) at_once: bool,
    pub(super) before_answer: bool,
}

/// In which order the events of one round come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    #[default]
    AsTheyHappened,
    Shuffled,
    Reversed,
}

impl WebhookBehavior {
    /// Events of one round come in an order that the seed decides.
    #[must_use]
    pub const fn shuffled(mut self) -> Self {
        self.order = Order::Shuffled;
        self
    }

    /// Events of one round come with the latest first.
    #[must_use]
    pub const fn reversed(mut self) -> Self {
        self.order = Order::Reversed;
        self
    }

    /// Each event comes so many times more: the same bytes, the same headers.
    #[must_use]
    pub const fn repeated(mut self, times: u8) -> Self {
        self.copies = times;
        self
    }

    /// Every timestamp is so much older than the time at which it arrives.
    #[must_use]
    pub const fn stale_by(mut self, age: Duration) -> Self {
        self.stale_by = age;
        self
    }

    /// Events of one round come at the same time and not one after the other.
    #[must_use]
    pub const fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// All that becomes of a message is told before its post is answered: faster than its own `202`.
    #[must_use]
    pub const fn before_answer(mut self) -> Self {
        self.before_answer = true;
        self
    }
}
