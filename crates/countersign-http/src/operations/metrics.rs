use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::{DueReport, Engine, WorkspaceId};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

mod counts;
mod observer;
mod workspaces;

use counts::Counts;

use crate::call::Call;
use crate::call::answer::Answer;
use crate::call::places::Shed;

/// Counts what happens, for Prometheus.
///
/// The router counts its calls and what happens in its engine with it; [`Server`](crate::Server) counts what is due as
/// well. Labels have few values: names of calls, statuses, codes of errors, the platforms that the host configured, and the
/// ids of the first 100 workspaces; those after them are counted together as `other`. No address, no id of a verification and
/// no code is among them.
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

    /// Counts a call, and for the workspace that made it, if one did.
    pub(crate) fn note_call(&self, call: Call, workspace: Option<WorkspaceId>, answer: &Answer, time: Duration) {
        self.0.note_call(call, answer.status, answer.label(), time);
        if let Some(workspace) = workspace {
            self.0.workspaces.note_call(workspace, answer.status);
        }
    }

    /// Counts a call as being carried out until the guard goes.
    pub(crate) fn in_flight(&self, workspace: WorkspaceId) -> InFlight {
        let of_workspace = self.0.workspaces.in_flight(workspace);
        self.0.in_flight.inc();
        of_workspace.inc();
        InFlight { counts: self.0.clone(), of_workspace }
    }

    pub(crate) fn note_shed(&self, workspace: WorkspaceId, shed: Shed) {
        self.0.shed.inc();
        self.0.workspaces.note_shed(workspace, shed);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// A call that is being carried out.
pub(crate) struct InFlight {
    counts: Arc<Counts>,
    of_workspace: Gauge,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.counts.in_flight.dec();
        self.of_workspace.dec();
    }
}
