use std::collections::HashSet;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use axum::http::StatusCode;
use countersign::WorkspaceId;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::call::places::Shed;

/// Most workspaces that have a label of their own: the first that are seen. The rest share one.
pub(super) const MAX_NAMED: usize = 100;

/// A workspace as a label: by its id, or as one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum WorkspaceLabel {
    Named(WorkspaceId),
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWorkspace {
    workspace: WorkspaceLabel,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    workspace: WorkspaceLabel,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Bound {
    workspace: WorkspaceLabel,
    bound: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Status {
    workspace: WorkspaceLabel,
    status: &'static str,
}

/// What is counted for each workspace.
#[derive(Debug, Default)]
pub(super) struct Workspaces {
    named: RwLock<HashSet<WorkspaceId>>,
    calls: Family<Outcome, Counter>,
    in_flight: Family<OfWorkspace, Gauge>,
    shed: Family<Bound, Counter>,
    verifications: Family<Outcome, Counter>,
    messages: Family<Status, Counter>,
}

impl Workspaces {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("workspace_calls", "Calls by workspace and outcome", self.calls.clone());
        registry.register(
            "workspace_calls_in_flight",
            "Calls that are being carried out, by workspace",
            self.in_flight.clone(),
        );
        registry.register(
            "workspace_calls_shed",
            "Calls that were turned away, by workspace and the bound that was reached",
            self.shed.clone(),
        );
        registry.register(
            "workspace_verifications",
            "Verifications by workspace and what became of them",
            self.verifications.clone(),
        );
        registry.register("workspace_messages", "Messages by workspace and what became of them", self.messages.clone());
    }

    pub(super) fn note_call(&self, workspace: WorkspaceId, status: StatusCode) {
        let outcome = match status.as_u16() {
            ..400 => "success",
            400..500 => "refused",
            500.. => "failed",
        };
        self.calls.get_or_create(&Outcome { workspace: self.label(workspace), outcome }).inc();
    }

    pub(super) fn in_flight(&self, workspace: WorkspaceId) -> Gauge {
        self.in_flight.get_or_create_owned(&OfWorkspace { workspace: self.label(workspace) })
    }

    pub(super) fn note_shed(&self, workspace: WorkspaceId, shed: Shed) {
        let bound = match shed {
            Shed::Calls(_) => "calls",
            Shed::Sends(_) => "sends",
            Shed::Lists(_) => "lists",
        };
        self.shed.get_or_create(&Bound { workspace: self.label(workspace), bound }).inc();
    }

    pub(super) fn note_verification(&self, workspace: WorkspaceId, outcome: &'static str) {
        self.verifications.get_or_create(&Outcome { workspace: self.label(workspace), outcome }).inc();
    }

    pub(super) fn note_message(&self, workspace: WorkspaceId, status: &'static str) {
        self.messages.get_or_create(&Status { workspace: self.label(workspace), status }).inc();
    }

    fn label(&self, workspace: WorkspaceId) -> WorkspaceLabel {
        let named = self.named.read().unwrap_or_else(PoisonError::into_inner);
        if named.contains(&workspace) {
            return WorkspaceLabel::Named(workspace);
        }
        if named.len() >= MAX_NAMED {
            return WorkspaceLabel::Other;
        }
        drop(named);
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        if named.len() < MAX_NAMED || named.contains(&workspace) {
            named.insert(workspace);
            WorkspaceLabel::Named(workspace)
        } else {
            WorkspaceLabel::Other
        }
    }
}

impl EncodeLabelValue for WorkspaceLabel {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        match self {
            Self::Named(workspace) => workspace.to_string().encode(encoder),
            Self::Other => "other".encode(encoder),
        }
    }
}
