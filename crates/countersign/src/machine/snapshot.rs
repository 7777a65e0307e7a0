use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::verification::{Body, Phase, Verification};
use crate::address::Recipient;
use crate::id::{RecipientKey, VerificationId, WorkspaceId};
use crate::keyring::KeyId;
use crate::locale::Locale;
use crate::plan::{Plan, Step, StepIndex};
use crate::policy::{Limits, Policy};
use crate::time::Timestamp;

/// A record as stores write it down, with the salt in it: never for a response or a log.
///
/// It serialises by position as well as by name, so any `serde` format will do. Reading one back goes through
/// [`Verification::from_snapshot`], which refuses what no history of commands could have made unsafe to use.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    id: VerificationId,
    workspace: WorkspaceId,
    recipient: Recipient,
    recipient_key: RecipientKey,
    #[serde(deserialize_with = "Locale::stored")]
    locale: Locale,
    limits: Limits,
    policy: Policy,
    steps: Vec<Step>,
    salt: [u8; 16],
    key: KeyId,
    attempts: Vec<Attempt>,
    current_step: StepIndex,
    failed_checks: u8,
    updated_at: Timestamp,
    phase: Phase,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A stored record that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored record {id} is corrupt ({fault}): delete it, and look for what wrote it")]
pub struct CorruptRecord {
    id: VerificationId,
    fault: &'static str,
}

impl CorruptRecord {
    /// Which record.
    #[must_use]
    pub const fn id(&self) -> VerificationId {
        self.id
    }
}

impl Verification {
    /// The record for a store that writes it down.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let body = &*self.body;
        Snapshot {
            id: body.id,
            workspace: body.workspace,
            recipient: body.recipient.clone(),
            recipient_key: body.recipient_key,
            locale: body.locale.clone(),
            limits: body.limits,
            policy: body.policy,
            steps: body.steps.to_vec(),
            salt: body.salt,
            key: body.key,
            attempts: body.attempts.to_vec(),
            current_step: self.current_step,
            failed_checks: self.failed_checks,
            updated_at: self.updated_at,
            phase: self.phase,
        }
    }

    /// The record that a store wrote down.
    ///
    /// # Errors
    /// [`CorruptRecord`] when its parts contradict each other.
    pub fn from_snapshot(snapshot: Snapshot) -> Result<Self, CorruptRecord> {
        let id = snapshot.id;
        if let Some(fault) = fault_of(&snapshot) {
            return Err(CorruptRecord { id, fault });
        }
        let plan = Plan::new(snapshot.steps, &snapshot.recipient)
            .map_err(|_| CorruptRecord { id, fault: "a step that cannot reach the recipient" })?;
        let body = Body {
            id,
            workspace: snapshot.workspace,
            recipient: snapshot.recipient,
            recipient_key: snapshot.recipient_key,
            locale: snapshot.locale,
            limits: snapshot.limits,
            policy: snapshot.policy,
            steps: plan.into_steps(),
            salt: snapshot.salt,
            key: snapshot.key,
            attempts: snapshot.attempts.into(),
        };
        Ok(Self {
            body: Arc::new(body),
            current_step: snapshot.current_step,
            failed_checks: snapshot.failed_checks,
            updated_at: snapshot.updated_at,
            phase: snapshot.phase,
        })
    }
}

fn fault_of(snapshot: &Snapshot) -> Option<&'static str> {
    let steps = snapshot.steps.len();
    let has_step = |step: StepIndex| usize::from(step.get()) < steps;
    let max_attempts = snapshot.limits.max_attempts.get();
    let checks_fit = match snapshot.phase {
        Phase::Failed { .. } => snapshot.failed_checks == max_attempts,
        Phase::Open | Phase::Verified { .. } | Phase::Expired { .. } | Phase::Canceled { .. } => {
            snapshot.failed_checks < max_attempts
        }
    };
    let credited_exists = match snapshot.phase {
        Phase::Verified { credited, .. } => usize::from(credited) < snapshot.attempts.len(),
        Phase::Open | Phase::Failed { .. } | Phase::Expired { .. } | Phase::Canceled { .. } => true,
    };
    if snapshot.id.tag() != snapshot.recipient_key.tag() {
        Some("an id of another recipient")
    } else if !has_step(snapshot.current_step) {
        Some("a current step outside the plan")
    } else if snapshot.attempts.is_empty() || snapshot.attempts.len() > usize::from(snapshot.policy.message_cap()) {
        Some("no attempt, or more than its policy allows")
    } else if !snapshot.attempts.iter().all(|attempt| has_step(attempt.step)) {
        Some("an attempt of a step outside the plan")
    } else if !checks_fit {
        Some("a count of wrong codes that does not fit its state")
    } else if !credited_exists {
        Some("credit for an attempt that does not exist")
    } else if snapshot.updated_at < snapshot.id.created_at() {
        Some("a change before its start")
    } else if !snapshot.policy.is_sound() {
        Some("a policy that no host can set")
    } else {
        None
    }
}
