use super::Engine;
use super::commit::Settled;
use crate::error::EngineError;
use crate::id::WorkspaceId;
use crate::machine::{MessageId, Report, ReportedMessage, Verification};
use crate::store::Stored;

/// The verifications that a report may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportScope {
    /// Those of one workspace, which has an account of its own at the provider.
    Workspace(WorkspaceId),
    /// Those of all workspaces: one account of a provider sends for all of them.
    AllWorkspaces,
}

impl From<WorkspaceId> for ReportScope {
    fn from(workspace: WorkspaceId) -> Self {
        Self::Workspace(workspace)
    }
}

impl Engine {
    /// Records what a provider reports of a message, and fails over if that follows. Returns the verification if it changed.
    ///
    /// A report for an unknown message, a repeated one, a late one, and one for another workspace's message are
    /// harmless and change nothing. The caller has made sure that the report is genuine and may speak for that scope.
    ///
    /// # Errors
    /// Those of the store: have the provider repeat the report then.
    ///
    /// # Cancel safety
    /// A dropped report may have been stored; repeat it, which changes nothing in that case. A failover that it caused is
    /// stored with it, and its message is sent or will be, perhaps twice.
    pub async fn report(
        &self,
        scope: impl Into<ReportScope>,
        report: &Report,
    ) -> Result<Option<Verification>, EngineError> {
        let scope = scope.into();
        let stored = match &report.message {
            ReportedMessage::Reference(attempt) => self.0.store.load(attempt.verification()).await?,
            ReportedMessage::Id(message) => self.load_by_message(message).await?,
        };
        let Some(stored) = stored else { return Ok(None) };
        if let ReportScope::Workspace(workspace) = scope
            && stored.verification.workspace() != workspace
        {
            return Ok(None);
        }
        let settled = self
            .commit_fact(stored, |verification, now| {
                let number = match &report.message {
                    ReportedMessage::Reference(attempt) => attempt.number(),
                    ReportedMessage::Id(message) => verification.attempt_number(message)?,
                };
                verification.handle_report(number, &report.status, now)
            })
            .await?;
        let Settled::Changed(transition, version) = settled else { return Ok(None) };
        Ok(Some(self.carry_out(transition, version).await.verification))
    }

    /// Loads the record of a provider's message: the one that the id names, if it has that message, or the one that the store
    /// finds.
    async fn load_by_message(&self, message: &MessageId) -> Result<Option<Stored>, EngineError> {
        let store = &self.0.store;
        if let Some(own) = message.reference()
            && let Some(stored) = store.load(own.verification()).await?
            && stored.verification.attempt_number(message).is_some()
        {
            return Ok(Some(stored));
        }
        let Some(id) = store.find_by_message(message).await? else { return Ok(None) };
        Ok(store.load(id).await?)
    }
}
