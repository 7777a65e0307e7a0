use super::Engine;
use crate::error::EngineError;
use crate::id::{VerificationId, WorkspaceId};
use crate::machine::{Refusal, Transition, Verification};
use crate::store::{Draws, Found, StoreError, Stored, Version};
use crate::time::Timestamp;

/// How often to decide anew before giving up. Each time somebody else's change was stored, and a verification changes
/// a few dozen times in its life.
const MAX_ROUNDS: usize = 32;

/// What came of a fact.
pub(super) enum Settled {
    /// It changed the record, and the change is stored.
    Changed(Transition, Version),
    /// It changes nothing, or nothing any more: the record as it was last seen, unless it is gone.
    Unchanged(Option<Stored>),
}

impl Engine {
    /// Decides a command on the stored record until the decision is stored. It may be decided several times, of which
    /// the last one counts: whatever came of the others is thrown away unseen.
    pub(super) async fn commit<R>(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        decide: impl Fn(&Verification, Timestamp) -> Result<Transition<R>, Refusal>,
    ) -> Result<(Transition<R>, Version), EngineError> {
        let mut stored = self.load(workspace, id).await?;
        for _ in 0..MAX_ROUNDS {
            let transition = decide(&stored.verification, self.now())?;
            match self.0.store.update(&transition.next, stored.version, &Draws::NONE).await {
                Ok(version) => return Ok((transition, version)),
                Err(StoreError::Conflict { found }) => {
                    let current = self.found(id, found).await?;
                    stored =
                        current.filter(|it| it.verification.workspace() == workspace).ok_or(EngineError::NotFound)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        tracing::warn!(verification = %id, "gave up after {MAX_ROUNDS} conflicts");
        Err(EngineError::Contended)
    }

    /// The same for a fact, beginning with the record at hand.
    pub(super) async fn commit_fact(
        &self,
        mut stored: Stored,
        decide: impl Fn(&Verification, Timestamp) -> Option<Transition>,
    ) -> Result<Settled, EngineError> {
        let id = stored.verification.id();
        for _ in 0..MAX_ROUNDS {
            let Some(transition) = decide(&stored.verification, self.now()) else {
                return Ok(Settled::Unchanged(Some(stored)));
            };
            match self.0.store.update(&transition.next, stored.version, &Draws::NONE).await {
                Ok(version) => return Ok(Settled::Changed(transition, version)),
                Err(StoreError::Conflict { found }) => match self.found(id, found).await? {
                    Some(current) => stored = current,
                    // Deleted meanwhile: then the fact matters no more.
                    None => return Ok(Settled::Unchanged(None)),
                },
                Err(error) => return Err(error.into()),
            }
        }
        tracing::warn!(verification = %id, "gave up after {MAX_ROUNDS} conflicts");
        Err(EngineError::Contended)
    }

    /// Returns the record that a conflict found, or none when it is gone.
    async fn found(&self, id: VerificationId, found: Found) -> Result<Option<Stored>, EngineError> {
        match found {
            Found::Record(stored) => Ok(Some(*stored)),
            Found::Gone => Ok(None),
            Found::NotRead => Ok(self.0.store.load(id).await?),
        }
    }

    /// A command that answers with the verification.
    pub(super) async fn command(
        &self,
        workspace: WorkspaceId,
        id: VerificationId,
        decide: impl Fn(&Verification, Timestamp) -> Result<Transition, Refusal>,
    ) -> Result<Verification, EngineError> {
        let (transition, version) = self.commit(workspace, id, decide).await?;
        Ok(self.carry_out(transition, version).await.verification)
    }
}
