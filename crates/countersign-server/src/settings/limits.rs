use std::num::NonZeroU32;
use std::time::Duration;

use countersign::{Policy, Sending};
use countersign_http::{Bounds, Connections};

use super::reader::Section;

/// What is allowed, of whom: `[limits]`.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) policy: Policy,
    pub(crate) bounds: Bounds,
    pub(crate) connections: Connections,
    /// How long a verification that ended can still be looked at.
    pub(crate) retention: Duration,
    /// How long the response to a request with an `Idempotency-Key` is kept.
    pub(crate) idempotency_retention: Duration,
}

const DAY: u64 = 24 * 60 * 60;

impl Limits {
    pub(super) fn read(file: &mut Section<'_>) -> Self {
        let retention = file.seconds("retention", 0..=366 * DAY).unwrap_or(Duration::from_secs(DAY));
        let idempotency_retention =
            file.seconds("idempotency-retention", 60..=31 * DAY).unwrap_or(Duration::from_secs(DAY));
        let (mut policy, mut bounds) = (Policy::default(), Bounds::default());
        let mut connections = Connections::default();
        let Some(mut limits) = file.section("limits") else {
            return Self { policy, bounds, connections, retention, idempotency_retention };
        };
        if let Some(messages) = limits.number("message-cap", 1..=u64::from(Policy::MAX_MESSAGES)) {
            policy = policy.with_message_cap(messages);
        }
        if let Some(cooldown) = limits.seconds("resend-cooldown", 0..=3600) {
            policy = policy.with_resend_cooldown(cooldown);
        }
        if let Some(lease) = limits.seconds("send-lease", 1..=3600) {
            policy = policy.with_send_lease(lease);
        }
        if let Some(tries) = limits.number("send-tries", 1..=100) {
            policy = policy.with_send_tries(tries);
        }
        let ways = [("inline", Sending::Inline), ("deferred", Sending::Deferred)];
        if let Some(sending) = limits.get("sending").and_then(|item| item.choice(&ways)) {
            policy = policy.with_sending(sending);
        }
        if let Some(bytes) = limits.number("body-bytes", 1024..=16 * 1024 * 1024) {
            bounds = bounds.with_body(bytes);
        }
        if let Some(time) = limits.seconds("body-timeout", 1..=600) {
            bounds = bounds.with_body_time(time);
        }
        if let Some(time) = limits.seconds("call-timeout", 1..=600) {
            bounds = bounds.with_call_time(time);
        }
        if let Some(calls) = limits.number("calls", 1..=1_000_000) {
            bounds = bounds.with_calls(calls);
        }
        let rate = |number: Option<u32>| number.and_then(NonZeroU32::new);
        if let Some(calls) = rate(limits.number("calls-per-second", 1..=1_000_000)) {
            bounds = bounds.with_calls_per_second(Some(calls));
        }
        if let Some(wrong) = rate(limits.number("wrong-keys-per-second", 1..=1_000_000)) {
            bounds = bounds.with_wrong_keys_per_second(wrong);
        }
        if let Some(open) = limits.number("connections", 1..=1_000_000) {
            connections = connections.with_open(open);
        }
        if let Some(time) = limits.seconds("head-timeout", 1..=600) {
            connections = connections.with_head_time(time);
        }
        if let Some(time) = limits.seconds("shutdown-grace", 1..=600) {
            connections = connections.with_grace(time);
        }
        limits.finish();
        Self { policy, bounds, connections, retention, idempotency_retention }
    }
}
