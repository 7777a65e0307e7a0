use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::{DueReport, Engine};
use prometheus_client::registry::Registry;

mod counts;
mod observer;

use counts::Counts;

use crate::call::Call;
use crate::call::answer::Answer;

/// Counts what happens, for Prometheus.
///
/// The router counts its calls and what happens in its engine with it; [`Server`](crate::Server) counts what is due as
/// well. Labels have few values: names of calls, statuses, codes of errors, and the platforms that the host configured. No
/// address, no id and no code is among them.
///
/// A clone counts with the same counters.
#[derive(Clone, Default)]
pub struct Metrics(Arc<Counts>);

impl Metrics {
    /// Counters that stand at zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts what happens in an engine from now on, by whichever of its handles; once, however often it is asked for.
    ///
    /// The router and the server do it for theirs.
    pub fn observe(&self, engine: &Engine) {
        engine.add_observer(self.0.clone());
    }

    /// Registers the counters in a registry of the host's own, with names that begin with `countersign_`, so that the
    /// host's page of metrics shows them too.
    ///
    /// ```
    /// use countersign_http::Metrics;
    /// use countersign_http::prometheus_client::registry::Registry;
    ///
    /// let mut registry = Registry::default();
    /// // … the host registers its own …
    /// let metrics = Metrics::new();
    /// metrics.register(&mut registry);
    /// ```
    pub fn register(&self, registry: &mut Registry) {
        self.0.register(registry);
    }

    /// Counts what a run over due verifications did. For a host that runs its own
    /// [`Worker`](countersign_worker::Worker); the server does it for its.
    pub fn record_due(&self, report: &DueReport) {
        self.0.record_due(report);
    }

    /// All counters in the text format of OpenMetrics.
    #[must_use]
    pub fn encode(&self) -> String {
        self.0.text()
    }

    pub(crate) fn note_call(&self, call: Call, answer: &Answer, time: Duration) {
        self.0.note_call(call, answer.status, answer.label(), time);
    }

    /// Counts a call as being carried out until the guard goes.
    pub(crate) fn in_flight(&self) -> InFlight {
        self.0.in_flight.inc();
        InFlight(self.0.clone())
    }

    pub(crate) fn note_shed(&self) {
        self.0.shed.inc();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// A call that is being carried out.
pub(crate) struct InFlight(Arc<Counts>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.dec();
    }
}
