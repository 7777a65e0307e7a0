use std::num::NonZeroU32;
use std::time::Duration;

use countersign::{Policy, SendMode};
use countersign_http::{ConnectionLimits, RequestLimits};

use super::reader::Section;

/// What is allowed, of whom: `[limits]`.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) policy: Policy,
    pub(crate) bounds: RequestLimits,
    pub(crate) connections: ConnectionLimits,
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
        let mut policy = Policy::default();
        let mut bounds = RequestLimits::default().with_kept_bytes_retention(idempotency_retention);
        let mut connections = ConnectionLimits::default();
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
        if let Some(patience) = limits.seconds("patience", 0..=3600) {
            policy = policy.with_patience(patience);
        }
        if let Some(tries) = limits.number("unknown-retries", 0..=100) {
            policy = policy.with_unknown_retries(tries);
        }
        let ways = [("inline", SendMode::Inline), ("deferred", SendMode::Deferred)];
        if let Some(sending) = limits.get("sending").and_then(|item| item.choice(&ways)) {
            policy = policy.with_send_mode(sending);
        }
        if let Some(bytes) = limits.number("body-bytes", 1024..=16 * 1024 * 1024) {
            bounds = bounds.with_max_body_bytes(bytes);
        }
        if let Some(time) = limits.seconds("body-timeout", 1..=600) {
            bounds = bounds.with_body_timeout(time);
        }
        if let Some(time) = limits.seconds("call-timeout", 1..=600) {
            bounds = bounds.with_request_timeout(time);
        }
        if let Some(calls) = limits.number("calls", 1..=1_000_000) {
            bounds = bounds.with_max_concurrent_requests(calls);
        }
        if let Some(calls) = limits.number("calls-per-workspace", 1..=1_000_000) {
            bounds = bounds.with_max_concurrent_requests_per_workspace(calls);
        }
        if let Some(lists) = limits.number("lists-per-workspace", 1..=1_000_000) {
            bounds = bounds.with_max_concurrent_lists_per_workspace(lists);
        }
        if let Some(bytes) = limits.number("kept-bytes", 1_000_000..=1 << 50) {
            bounds = bounds.with_max_kept_bytes(bytes);
        }
        if let Some(bytes) = limits.number("kept-bytes-per-workspace", 100_000..=1 << 50) {
            bounds = bounds.with_max_kept_bytes_per_workspace(bytes);
        }
        let rate = |number: Option<u32>| number.and_then(NonZeroU32::new);
        if let Some(calls) = rate(limits.number("calls-per-second", 1..=1_000_000)) {
            bounds = bounds.with_requests_per_second(Some(calls));
        }
        if let Some(wrong) = rate(limits.number("wrong-keys-per-second", 1..=1_000_000)) {
            bounds = bounds.with_wrong_keys_per_second(wrong);
        }
        if let Some(open) = limits.number("connections", 1..=1_000_000) {
            connections = connections.with_max_connections(open);
        }
        if let Some(open) = limits.number("connections-per-source", 1..=1_000_000) {
            connections = connections.with_max_connections_per_source(open);
        }
        if let Some(time) = limits.seconds("head-timeout", 1..=600) {
            connections = connections.with_header_timeout(time);
        }
        if let Some(time) = limits.seconds("shutdown-grace", 1..=600) {
            connections = connections.with_shutdown_grace(time);
        }
        limits.finish();
        Self { policy, bounds, connections, retention, idempotency_retention }
    }
}
