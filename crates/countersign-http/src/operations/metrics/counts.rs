use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::http::StatusCode;
use countersign::{DueReport, Platform};
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::workspaces::Workspaces;
use crate::call::Call;

/// From half a millisecond to thirty seconds: a call over memory is quicker, one that waits for a carrier is slower.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
/// From a glance to the longest timeout.
const TO_VERIFY: [f64; 9] = [5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 3600.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    call: &'static str,
    status: u16,
    /// The code of an error; empty for a success.
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabel {
    call: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct MessageLabels {
    pub(super) platform: PlatformLabel,
    pub(super) status: &'static str,
}

/// A platform by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PlatformLabel(pub(super) Platform);

impl EncodeLabelValue for PlatformLabel {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.0.name().encode(encoder)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CauseLabels {
    pub(super) cause: &'static str,
}

/// One counter for each of a few outcomes, at hand without a look-up.
#[derive(Debug)]
pub(super) struct Outcomes<const N: usize> {
    family: Family<OutcomeLabels, Counter>,
    pub(super) counters: [Counter; N],
}

#[derive(Debug)]
pub(super) struct Counts {
    registry: Registry,
    pub(super) starts: Counter,
    pub(super) checks: Outcomes<2>,
    pub(super) messages: Family<MessageLabels, Counter>,
    pub(super) failovers: Family<CauseLabels, Counter>,
    pub(super) ends: Outcomes<4>,
    pub(super) to_verify: Histogram,
    calls: Family<CallLabels, Counter>,
    call_seconds: Family<CallLabel, Histogram, fn() -> Histogram>,
    /// Successes, which most calls are, and times, in the order of [`Call::ALL`].
    successes: [(Counter, Histogram); Call::ALL.len()],
    pub(super) in_flight: Gauge,
    pub(super) shed: Counter,
    due: Outcomes<3>,
    due_lag: Gauge<f64, AtomicU64>,
    pub(super) workspaces: Workspaces,
}

impl Default for Counts {
    fn default() -> Self {
        let calls = Family::<CallLabels, Counter>::default();
        let call_seconds =
            Family::<CallLabel, Histogram, fn() -> Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let successes = Call::ALL.map(|call| {
            let labels = CallLabels { call: call.name(), status: call.success().as_u16(), code: "" };
            let seconds = call_seconds.get_or_create_owned(&CallLabel { call: call.name() });
            (calls.get_or_create_owned(&labels), seconds)
        });
        let mut counts = Self {
            registry: Registry::default(),
            starts: Counter::default(),
            checks: Outcomes::of(["verified", "mismatch"]),
            messages: Family::default(),
            failovers: Family::default(),
            ends: Outcomes::of(["verified", "failed", "expired", "canceled"]),
            to_verify: Histogram::new(TO_VERIFY),
            calls,
            call_seconds,
            successes,
            in_flight: Gauge::default(),
            shed: Counter::default(),
            due: Outcomes::of(["handled", "taken", "failed"]),
            due_lag: Gauge::default(),
            workspaces: Workspaces::default(),
        };
        let mut registry = Registry::default();
        counts.register(&mut registry);
        counts.registry = registry;
        counts
    }
}

impl Counts {
    pub(super) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("countersign");
        registry.register("verifications_started", "Verifications that were started", self.starts.clone());
        registry.register("checks", "Codes that were charged, by outcome", self.checks.family.clone());
        registry.register("messages", "Messages by platform and by what became of them", self.messages.clone());
        registry.register("failovers", "Steps that were left for another, by cause", self.failovers.clone());
        registry.register("verifications_ended", "Verifications that ended, by outcome", self.ends.family.clone());
        registry.register_with_unit(
            "verified_after",
            "Time from a start to the right code",
            Unit::Seconds,
            self.to_verify.clone(),
        );
        registry.register("calls", "Calls by status and code of error", self.calls.clone());
        registry.register_with_unit("call", "Time to answer a call", Unit::Seconds, self.call_seconds.clone());
        registry.register("calls_in_flight", "Calls that are being carried out", self.in_flight.clone());
        registry.register("calls_shed", "Calls that were turned away, too many being carried out", self.shed.clone());
        registry.register("due", "Due verifications, by what came of them", self.due.family.clone());
        registry.register_with_unit(
            "due_lag",
            "How long the latest run's most overdue verification had been due",
            Unit::Seconds,
            self.due_lag.clone(),
        );
        self.workspaces.register(registry);
    }

    pub(super) fn note_call(&self, call: Call, status: StatusCode, code: &'static str, time: Duration) {
        if let Some((success, seconds)) = self.successes.get(call as usize) {
            seconds.observe(time.as_secs_f64());
            if status == call.success() && code.is_empty() {
                success.inc();
                return;
            }
        }
        self.calls.get_or_create(&CallLabels { call: call.name(), status: status.as_u16(), code }).inc();
    }

    pub(super) fn record_due(&self, report: &DueReport) {
        let [handled, taken, failed] = &self.due.counters;
        for (counter, count) in [(handled, report.handled), (taken, report.taken), (failed, report.failed)] {
            counter.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
        }
        self.due_lag.set(report.lag.as_secs_f64());
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // A string takes everything.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

impl<const N: usize> Outcomes<N> {
    fn of(names: [&'static str; N]) -> Self {
        let family = Family::<OutcomeLabels, Counter>::default();
        let counters = names.map(|outcome| family.get_or_create_owned(&OutcomeLabels { outcome }));
        Self { family, counters }
    }
}
