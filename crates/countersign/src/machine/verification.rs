use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

use super::attempt::{Attempt, MessageId};
use super::start::Start;
use super::status::{AttemptStatus, StepStatus, VerificationStatus};
use crate::address::{Address, Recipient};
use crate::brand::Brand;
use crate::code::Code;
use crate::id::{AttemptId, RecipientKey, VerificationId, WorkspaceId};
use crate::keyring::{CodeScope, KeyId, Keyring};
use crate::locale::Locale;
use crate::metadata::Metadata;
use crate::plan::{Step, StepIndex};
use crate::policy::{Limits, Policy};
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// One try to prove that a person holds a phone number or an email address: a value that commands and facts turn into
/// the next one.
///
/// Its methods are of four kinds:
///
/// - *questions*, `&self` and pure: [`status`](Self::status), [`steps`](Self::steps), [`attempts`](Self::attempts) …
/// - *commands*, verbs that may be refused: [`start`](Self::start), [`check`](Self::check), [`resend`](Self::resend),
///   [`failover`](Self::failover), [`cancel`](Self::cancel). `Err` means that nothing changed.
/// - *facts*, `handle_*`, which cannot be refused: [`handle_sent`](Self::handle_sent),
///   [`handle_report`](Self::handle_report), [`handle_timeout`](Self::handle_timeout). `None` means that the fact was
///   known already or matters no more; telling it again does no harm.
/// - *what a store needs*: [`next_timeout`](Self::next_timeout) and [`index_keys`](Self::index_keys), the only places
///   that decide when a record is due and what it is found by, and [`snapshot`](Self::snapshot).
///
/// Time is an argument. When it is earlier than the record's last change, the last change's time counts instead, so a
/// clock that steps back does no harm.
///
/// A clone is cheap: what a check leaves alone is shared.
#[derive(Clone, PartialEq, Eq)]
pub struct Verification {
    pub(super) body: Arc<Body>,
    pub(super) current_step: StepIndex,
    pub(super) failed_checks: u8,
    pub(super) updated_at: Timestamp,
    pub(super) phase: Phase,
}

/// What a wrong code leaves as it is, shared by every clone until a message changes it: all of it but the attempts is
/// fixed at the start.
///
/// In this order, because a check reads the fields in front, as in [`Start`].
#[derive(Clone, PartialEq, Eq)]
#[repr(C)]
pub(super) struct Body {
    pub(super) id: VerificationId,
    pub(super) salt: [u8; 16],
    pub(super) key: KeyId,
    pub(super) start: Start,
    pub(super) recipient_key: RecipientKey,
    /// In the order of preparation, over all steps. Most verifications have one.
    pub(super) attempts: SmallVec<[Attempt; 1]>,
}

/// Open, or how and when it ended. Being past its time is no phase: [`Verification::status`] sees to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    /// `credited`: the number of the attempt whose code came back.
    Verified {
        at: Timestamp,
        credited: u8,
    },
    Failed {
        at: Timestamp,
    },
    Expired {
        at: Timestamp,
    },
    Canceled {
        at: Timestamp,
    },
}

impl Verification {
    /// The most bytes that [`to_bytes`](Self::to_bytes) returns: 64 KiB.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Its name.
    #[must_use]
    pub fn id(&self) -> VerificationId {
        self.body.id
    }

    /// Whose it is.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.body.start.workspace
    }

    /// Who is to prove something.
    #[must_use]
    pub fn recipient(&self) -> &Recipient {
        &self.body.start.recipient
    }

    /// The language of its messages.
    #[must_use]
    pub fn locale(&self) -> &Locale {
        &self.body.start.locale
    }

    /// Returns what the host keeps with it.
    #[must_use]
    pub fn metadata(&self) -> Option<&Metadata> {
        self.body.start.host_data.metadata()
    }

    /// Returns what it is for.
    #[must_use]
    pub fn purpose(&self) -> Option<&Purpose> {
        self.body.start.host_data.purpose()
    }

    /// Returns the brand of this one verification, which its messages speak for in place of their channel's.
    #[must_use]
    pub fn brand(&self) -> Option<&Brand> {
        self.body.start.host_data.brand()
    }

    /// What its start asked for.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.body.start.limits
    }

    /// The host's policy at its start.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.body.start.policy
    }

    /// Its plan, in failover order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        self.body.start.plan.steps()
    }

    /// The step that is being tried.
    #[must_use]
    pub const fn current_step(&self) -> StepIndex {
        self.current_step
    }

    /// Every message, in the order of preparation, over all steps.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.body.attempts
    }

    /// The messages of one step.
    pub fn attempts_for_step(&self, step: StepIndex) -> impl DoubleEndedIterator<Item = &Attempt> {
        self.body.attempts.iter().filter(move |attempt| attempt.step == step)
    }

    /// The address that a step sends to.
    #[must_use]
    pub fn address_for_step(&self, step: StepIndex) -> Option<Address> {
        let step = self.step(step)?;
        self.body.start.recipient.address(step.platform().address_kind())
    }

    /// Our reference for an attempt, as providers get it.
    #[must_use]
    pub fn attempt_id(&self, number: u8) -> AttemptId {
        AttemptId::new(self.body.id, number)
    }

    /// The attempt whose code came back, and when: only of a verified one.
    #[must_use]
    pub const fn credited_attempt(&self) -> Option<(u8, Timestamp)> {
        match self.phase {
            Phase::Verified { at, credited } => Some((credited, at)),
            Phase::Open | Phase::Failed { .. } | Phase::Expired { .. } | Phase::Canceled { .. } => None,
        }
    }

    /// The number of the attempt that its provider calls so.
    #[must_use]
    pub fn attempt_number(&self, message: &MessageId) -> Option<u8> {
        let number = self.body.attempts.iter().position(|attempt| attempt.message_id() == Some(message))?;
        u8::try_from(number).ok()
    }

    /// Wrong codes so far.
    #[must_use]
    pub const fn failed_checks(&self) -> u8 {
        self.failed_checks
    }

    /// Wrong codes that it still takes before it fails; none once it has ended.
    #[must_use]
    pub fn remaining_checks(&self) -> u8 {
        match self.phase {
            Phase::Open => self.body.start.limits.max_attempts.get().saturating_sub(self.failed_checks),
            Phase::Verified { .. } | Phase::Failed { .. } | Phase::Expired { .. } | Phase::Canceled { .. } => 0,
        }
    }

    /// When it started.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.body.id.created_at()
    }

    /// When it last changed.
    #[must_use]
    pub const fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// From when on it can no longer be verified.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.created_at().saturating_add(self.body.start.limits.timeout.as_duration())
    }

    /// When its end was stored. An expired one that nobody has noticed yet has no such time.
    #[must_use]
    pub const fn ended_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Open => None,
            Phase::Verified { at, .. } | Phase::Failed { at } | Phase::Expired { at } | Phase::Canceled { at } => {
                Some(at)
            }
        }
    }

    /// Where it stands at that time: `expired` from [`expires_at`](Self::expires_at) on, whether or not a timer ran.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> VerificationStatus {
        match self.phase {
            Phase::Verified { .. } => VerificationStatus::Verified,
            Phase::Failed { .. } => VerificationStatus::Failed,
            Phase::Expired { .. } => VerificationStatus::Expired,
            Phase::Canceled { .. } => VerificationStatus::Canceled,
            Phase::Open if self.is_past_its_time(now) => VerificationStatus::Expired,
            Phase::Open if self.body.attempts.iter().any(|attempt| attempt.sent_at().is_some()) => {
                VerificationStatus::Pending
            }
            Phase::Open => VerificationStatus::Accepted,
        }
    }

    /// Where a step stands: what its best attempt says; nothing when the plan has no such step.
    #[must_use]
    pub fn step_status(&self, step: StepIndex) -> Option<StepStatus> {
        self.step(step)?;
        if let Some((credited, _)) = self.credited_attempt()
            && self.body.attempts.get(usize::from(credited)).is_some_and(|attempt| attempt.step == step)
        {
            return Some(StepStatus::Verified);
        }
        let rank = |status| match status {
            AttemptStatus::SendingFailed | AttemptStatus::DeliveryFailed => (1, StepStatus::Failed),
            AttemptStatus::Prepared | AttemptStatus::Accepted => (2, StepStatus::Pending),
            AttemptStatus::Sent => (3, StepStatus::Sent),
            AttemptStatus::Delivered => (4, StepStatus::Delivered),
        };
        let best = self.attempts_for_step(step).map(|attempt| rank(attempt.status())).max_by_key(|(rank, _)| *rank);
        Some(best.map_or(StepStatus::Unused, |(_, status)| status))
    }

    /// Its one code, the same for every message, or nothing when its key is not in the ring.
    pub(crate) fn derive_code(&self, keyring: &Keyring) -> Option<Code> {
        let body = &*self.body;
        let scope = CodeScope {
            workspace: body.start.workspace,
            verification: body.id,
            salt: &body.salt,
            length: body.start.limits.code_length,
            purpose: self.purpose(),
        };
        keyring.derive(body.key, scope)
    }

    /// One step of its plan.
    #[must_use]
    pub fn step(&self, index: StepIndex) -> Option<&Step> {
        self.steps().get(usize::from(index.get()))
    }

    pub(super) fn is_past_its_time(&self, now: Timestamp) -> bool {
        self.now(now) >= self.expires_at()
    }

    /// The latest attempt of the current step: the one whose failure fails over.
    pub(super) fn latest_of_current(&self) -> Option<(usize, &Attempt)> {
        self.body.attempts.iter().enumerate().rfind(|(_, attempt)| attempt.step == self.current_step)
    }

    /// The record's own time: the clock's, unless that ran backwards.
    pub(super) fn now(&self, clock: Timestamp) -> Timestamp {
        clock.max(self.updated_at)
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Salt, key id and what the host attached stay out of it, and the recipient masks itself.
        f.debug_struct("Verification")
            .field("id", &self.body.id)
            .field("workspace", &self.body.start.workspace)
            .field("recipient", &self.body.start.recipient)
            .field("locale", &self.body.start.locale)
            .field("limits", &self.body.start.limits)
            .field("steps", &self.steps())
            .field("current_step", &self.current_step)
            .field("attempts", &self.body.attempts)
            .field("failed_checks", &self.failed_checks)
            .field("updated_at", &self.updated_at)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
