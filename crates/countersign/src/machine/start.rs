use std::sync::Arc;

use smallvec::smallvec;

use super::attempt::{Attempt, State};
use super::host_data::HostData;
use super::transition::{Event, SendTask, Transition};
use super::verification::{Body, Phase, Verification};
use crate::address::Recipient;
use crate::entropy::{Entropy, EntropyError};
use crate::id::{VerificationId, WorkspaceId};
use crate::keyring::Keyring;
use crate::locale::Locale;
use crate::plan::{Plan, StepIndex};
use crate::policy::{Limits, Policy, SendMode};
use crate::time::Timestamp;

/// What a verification starts from, and keeps. All of it was checked when its parts were made.
///
/// In this order, because a check reads the fields in front and no others: among a million records every line of memory
/// is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[repr(C)]
pub struct Start {
    /// The workspace that asks.
    pub workspace: WorkspaceId,
    /// The limits that the start asked for.
    pub limits: Limits,
    /// The limits of the host.
    pub policy: Policy,
    /// The person who is to prove something.
    pub recipient: Recipient,
    /// The steps to reach them, made for that recipient.
    pub plan: Plan,
    /// The language of the messages.
    pub locale: Locale,
    /// What the host attaches to it; nothing by default.
    pub host_data: HostData,
}

impl Verification {
    /// Starts a verification: gives it an id and a salt, and prepares its first message.
    ///
    /// It knows nothing of other verifications of the same recipient, and leaves them valid: if a new start ended an
    /// open one, anybody who knows an address could take a person's code away (contract, section 3, rule 6).
    ///
    /// # Errors
    /// [`EntropyError`] when there is no randomness; nothing was made then.
    pub fn start(
        start: Start,
        keyring: &Keyring,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<Transition, EntropyError> {
        let mut random = [0; 26];
        entropy.fill(&mut random)?;
        let (mut for_id, mut salt) = ([0; 10], [0; 16]);
        for (to, from) in for_id.iter_mut().chain(&mut salt).zip(random) {
            *to = from;
        }
        let recipient_key = keyring.recipient_key(start.workspace, &start.recipient);
        let (first, sends) = prepare(StepIndex::FIRST, 0, &start.policy, now);
        let body = Body {
            id: VerificationId::compose(now, &recipient_key, for_id),
            salt,
            key: keyring.newest_id(),
            start,
            recipient_key,
            attempts: smallvec![first],
        };
        let next = Self {
            body: Arc::new(body),
            current_step: StepIndex::FIRST,
            failed_checks: 0,
            updated_at: now,
            phase: Phase::Open,
        };
        Ok(Transition { next, sends: sends.into_iter().collect(), events: smallvec![Event::Created], reply: () })
    }
}

/// A new attempt, claimed by its maker when the policy has the maker send it.
pub(super) fn prepare(step: StepIndex, number: u8, policy: &Policy, now: Timestamp) -> (Attempt, Option<SendTask>) {
    let (state, task) = match policy.send_mode() {
        SendMode::Inline => {
            let due_at = now.saturating_add(policy.send_lease());
            let state = State::Prepared { tries: 1, first_unknown: Some(1), due_at };
            (state, Some(SendTask { attempt: number, try_number: 1 }))
        }
        SendMode::Deferred => (State::Prepared { tries: 0, first_unknown: None, due_at: now }, None),
    };
    (Attempt { step, prepared_at: now, state }, task)
}
