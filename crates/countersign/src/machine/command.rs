use std::sync::Arc;
use std::time::Duration;

use smallvec::smallvec;

use super::start::prepare;
use super::status::VerificationStatus;
use super::transition::{Event, Events, SendTask, Sends, Transition};
use super::verification::{Phase, Verification};
use crate::code::{CodeLength, SubmittedCode};
use crate::keyring::{KeyId, Keyring};
use crate::plan::StepIndex;
use crate::time::Timestamp;

/// What a check found. It was charged and stored before anybody reads this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "a wrong code is an answer too: look at it before you let anybody in"]
pub enum CheckOutcome {
    /// The right code: the person holds the address. Given once in the life of a verification.
    Verified,
    /// A wrong code; more may be tried.
    Mismatch {
        /// Wrong codes so far, this one among them.
        failed: u8,
        /// Wrong codes left; the last of them ends the verification.
        remaining: u8,
    },
    /// The last wrong code: the verification has failed.
    Exhausted,
}

/// Why a command was refused. Nothing changed and nothing was charged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The checks were used up before.
    #[error("the allowed number of wrong codes was reached: start a new verification")]
    MaxAttemptsReached,
    /// It ended otherwise.
    #[error("the verification is already {0}: start a new one")]
    UnexpectedStatus(VerificationStatus),
    /// There is no step to fail over to.
    #[error("there is no such next step: resend on a step of the plan, or start a new verification")]
    NoNextStep,
    /// The plan has no step of that index.
    #[error("the plan has steps 0 to {}, not {index}", .steps.saturating_sub(1))]
    NoSuchStep {
        /// The index that was asked for.
        index: StepIndex,
        /// How many steps there are.
        steps: usize,
    },
    /// The last message is too recent.
    #[error("a message was sent a moment ago: resend in {} s", .retry_after.as_secs())]
    Cooldown {
        /// How long to wait, in whole seconds, rounded up.
        retry_after: Duration,
    },
    /// The verification has had all its messages.
    #[error("all messages of this verification were sent: start a new one, or wait {} s for it to end", .retry_after.as_secs())]
    MessageCap {
        /// How long until it ends, in whole seconds, rounded up.
        retry_after: Duration,
    },
    /// The submitted code has another length than every code of this verification.
    #[error("the code has {} digits: enter all of them", .expected.get())]
    WrongLength {
        /// How many digits the code has.
        expected: CodeLength,
    },
    /// The key that the code was derived under is not in the ring.
    #[error(
        "key {0} is not in the keyring, and open verifications need it: put it back until the last of them has ended"
    )]
    KeyMissing(KeyId),
}

impl Refusal {
    /// When asking again may help.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Cooldown { retry_after } | Self::MessageCap { retry_after } => Some(*retry_after),
            Self::MaxAttemptsReached
            | Self::UnexpectedStatus(_)
            | Self::NoNextStep
            | Self::NoSuchStep { .. }
            | Self::WrongLength { .. }
            | Self::KeyMissing(_) => None,
        }
    }
}

impl Verification {
    /// Charges and answers one submitted code (contract, section 3, rule 1).
    ///
    /// A wrong code is an `Ok`: it must be stored. The attempt credited with a right one is the latest of the current
    /// step that is not known to have failed, else the latest anywhere.
    ///
    /// # Errors
    /// [`Refusal`] when it has ended, when the code's length is not that of this verification, or when its key is gone.
    pub fn check(
        &self,
        code: &SubmittedCode,
        keyring: &Keyring,
        now: Timestamp,
    ) -> Result<Transition<CheckOutcome>, Refusal> {
        let now = self.open_at(now)?;
        let body = &*self.body;
        let expected = body.limits.code_length;
        if code.length() != expected {
            return Err(Refusal::WrongLength { expected });
        }
        let derived = self.derive_code(keyring).ok_or(Refusal::KeyMissing(body.key))?;

        let mut next = self.clone();
        next.updated_at = now;
        let (reply, events): (_, Events) = if derived.matches(code) {
            let credited = self.credit();
            next.phase = Phase::Verified { at: now, credited };
            (CheckOutcome::Verified, smallvec![Event::Checked { correct: true }, Event::Verified { attempt: credited }])
        } else {
            next.failed_checks = self.failed_checks.saturating_add(1);
            let remaining = next.remaining_checks();
            if remaining == 0 {
                next.phase = Phase::Failed { at: now };
                (CheckOutcome::Exhausted, smallvec![Event::Checked { correct: false }, Event::Failed])
            } else {
                let mismatch = CheckOutcome::Mismatch { failed: next.failed_checks, remaining };
                (mismatch, smallvec![Event::Checked { correct: false }])
            }
        };
        Ok(Transition { next, sends: Sends::new(), events, reply })
    }

    /// Prepares the same code again on a step, the current one unless another is named (contract, section 3, rule 2).
    ///
    /// It moves neither the expiry nor the count of wrong codes nor the current step.
    ///
    /// # Errors
    /// [`Refusal`] when it has ended, the plan has no such step, the last message is too recent, or all were sent.
    pub fn resend(&self, step: Option<StepIndex>, now: Timestamp) -> Result<Transition, Refusal> {
        let now = self.open_at(now)?;
        let index = step.unwrap_or(self.current_step);
        if self.step(index).is_none() {
            return Err(Refusal::NoSuchStep { index, steps: self.steps().len() });
        }
        self.below_cap(now)?;
        let allowed_at =
            self.body.attempts.last().map(|last| last.prepared_at.saturating_add(self.body.policy.resend_cooldown()));
        if let Some(allowed_at) = allowed_at.filter(|at| now < *at) {
            return Err(Refusal::Cooldown { retry_after: whole_seconds(allowed_at.saturating_duration_since(now)) });
        }
        let mut next = self.clone();
        let task = next.push_attempt(index, now);
        Ok(Transition { next, sends: task.into_iter().collect(), events: Events::new(), reply: () })
    }

    /// Makes another step the current one, the next unless one is named, and prepares a message there, also on the same
    /// platform (contract, section 3, rule 3).
    ///
    /// # Errors
    /// [`Refusal`] when it has ended, the step is the current one or past the last, or all messages were sent.
    pub fn failover(&self, step: Option<StepIndex>, now: Timestamp) -> Result<Transition, Refusal> {
        let now = self.open_at(now)?;
        let to = step.unwrap_or_else(|| self.current_step.next());
        if to == self.current_step || self.step(to).is_none() {
            return Err(Refusal::NoNextStep);
        }
        self.below_cap(now)?;
        let mut next = self.clone();
        next.current_step = to;
        let task = next.push_attempt(to, now);
        let event = Event::FailedOver { from: self.current_step, to, automatic: false };
        Ok(Transition { next, sends: task.into_iter().collect(), events: smallvec![event], reply: () })
    }

    /// Takes it back: no code is accepted and nothing is sent any more.
    ///
    /// # Errors
    /// [`Refusal`] when it has ended.
    pub fn cancel(&self, now: Timestamp) -> Result<Transition, Refusal> {
        let now = self.open_at(now)?;
        let mut next = self.clone();
        next.updated_at = now;
        next.phase = Phase::Canceled { at: now };
        Ok(Transition { next, sends: Sends::new(), events: smallvec![Event::Canceled], reply: () })
    }

    /// The one gate of every command: the record's own time, if it is open then.
    fn open_at(&self, clock: Timestamp) -> Result<Timestamp, Refusal> {
        let now = self.now(clock);
        match self.phase {
            Phase::Open if self.is_past_its_time(now) => Err(Refusal::UnexpectedStatus(VerificationStatus::Expired)),
            Phase::Open => Ok(now),
            Phase::Failed { .. } => Err(Refusal::MaxAttemptsReached),
            Phase::Verified { .. } => Err(Refusal::UnexpectedStatus(VerificationStatus::Verified)),
            Phase::Expired { .. } => Err(Refusal::UnexpectedStatus(VerificationStatus::Expired)),
            Phase::Canceled { .. } => Err(Refusal::UnexpectedStatus(VerificationStatus::Canceled)),
        }
    }

    fn below_cap(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.may_send_more() {
            return Ok(());
        }
        Err(Refusal::MessageCap { retry_after: whole_seconds(self.expires_at().saturating_duration_since(now)) })
    }

    pub(super) fn may_send_more(&self) -> bool {
        self.body.attempts.len() < usize::from(self.body.policy.message_cap())
    }

    /// Adds a prepared attempt. The caller has seen that there is room under the cap, and so under 256.
    pub(super) fn push_attempt(&mut self, step: StepIndex, now: Timestamp) -> Option<SendTask> {
        let number = u8::try_from(self.body.attempts.len()).unwrap_or(u8::MAX);
        let (attempt, task) = prepare(step, number, &self.body.policy, now);
        Arc::make_mut(&mut self.body).attempts.push(attempt);
        self.updated_at = now;
        task
    }

    fn credit(&self) -> u8 {
        let alive = |(_, attempt): &(usize, &super::Attempt)| {
            attempt.step == self.current_step && !attempt.status().is_failure()
        };
        let latest = self.body.attempts.len().saturating_sub(1);
        let credited = self.body.attempts.iter().enumerate().rfind(alive).map_or(latest, |(number, _)| number);
        u8::try_from(credited).unwrap_or(u8::MAX)
    }
}

/// Rounded up, so that who waits that long is not a moment early.
fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}
