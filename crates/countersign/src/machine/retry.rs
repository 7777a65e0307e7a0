//! Decides when a message that was not handed over is tried again, and when it is given up instead.
//!
//! A message is tried for as long as its code is of use, and spread over that time. Three things give it up earlier: a
//! step on another platform that can take over, outcomes that are unknown, and a provider whose own delay ends too late.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::attempt::{FailureCause, State};
use super::report::failure;
use super::sent::SendError;
use super::transition::SendTask;
use super::verification::Verification;
use crate::time::Timestamp;

impl Verification {
    /// Returns the state of a prepared attempt after its latest try failed; nothing when that must not be noted any more.
    pub(super) fn after_error(
        &self,
        task: SendTask,
        first_unknown: Option<u8>,
        error: &SendError,
        now: Timestamp,
    ) -> Option<State> {
        if self.status(now).is_final() {
            return None;
        }
        let tries = task.try_number;
        let (first_unknown, asked) = match error {
            SendError::Refused { detail } => {
                return Some(State::Unsent(failure(FailureCause::Refused, detail.as_deref())));
            }
            // The outcome of this try is known now; that of an earlier one stays unknown.
            SendError::NotSent { retry_after, .. } => (first_unknown.filter(|first| *first < tries), *retry_after),
            SendError::Unknown { .. } => (first_unknown.or(Some(tries)), None),
        };
        let due_at = self.next_try_at(task, asked, now).filter(|_| !self.has_no_try_left(tries, first_unknown));
        Some(match due_at {
            Some(due_at) => State::Prepared { tries, first_unknown, due_at },
            None => State::Unsent(failure(FailureCause::NotHandedOver, error.detail())),
        })
    }

    /// Returns whether a prepared attempt that is due has failed, rather than being tried once more. One that was never
    /// tried has not.
    ///
    /// What counts is when it was due: a process that comes late does not make it fail.
    pub(super) fn is_given_up(&self, number: usize) -> bool {
        let Some(State::Prepared { tries, first_unknown, due_at }) =
            self.body.attempts.get(number).map(|attempt| &attempt.state)
        else {
            return false;
        };
        *tries > 0 && (self.has_no_try_left(*tries, *first_unknown) || self.is_too_late(number, *due_at))
    }

    /// Whether the tries are used up: those after an unknown outcome, or the numbers for tries. The delays use less than
    /// 200 of these within the longest timeout.
    fn has_no_try_left(&self, tries: u8, first_unknown: Option<u8>) -> bool {
        let since = first_unknown.map(|first| tries.saturating_sub(first));
        tries == u8::MAX || since.is_some_and(|since| since >= self.body.start.policy.unknown_retries())
    }

    /// The time of the next try: after the backoff, or after what the provider asks for if that is longer. Nothing when
    /// the code would have expired by then, or when another platform takes over earlier.
    fn next_try_at(&self, task: SendTask, asked: Option<Duration>, now: Timestamp) -> Option<Timestamp> {
        let end = self.expires_at();
        // Near the end the full delay would leave the last part of the time unused.
        let half = end.saturating_duration_since(now) / 2;
        let backoff = self.backoff(task).min(half.max(self.body.start.policy.retry_delay()));
        let wait = backoff.max(asked.unwrap_or_default());
        // Timestamps have milliseconds: rounded up, so that no provider is asked too early.
        let due_at = now.saturating_add(wait.saturating_add(Duration::from_nanos(999_999)));
        (due_at < end && !self.is_too_late(usize::from(task.attempt), due_at)).then_some(due_at)
    }

    /// Whether a try at that time is later than the policy's patience with this attempt, because its failure lets a step
    /// on another platform take over.
    fn is_too_late(&self, number: usize, due_at: Timestamp) -> bool {
        self.latest_of_current().is_some_and(|(latest, attempt)| {
            let patience = self.body.start.policy.patience();
            latest == number
                && due_at > attempt.prepared_at.saturating_add(patience)
                && self.automatic_failover().is_ok()
        })
    }

    /// The policy's delay after a try, shortened by up to a fifth. The share is a hash of what is public of the try, so
    /// that the same record decides the same, and a delay tells nothing of the salt.
    fn backoff(&self, SendTask { attempt, try_number }: SendTask) -> Duration {
        let delay = self.body.start.policy.retry_delay_after(try_number);
        let mut hash = Sha256::new_with_prefix(self.body.id.as_uuid());
        hash.update([attempt, try_number]);
        let [high, low, ..]: [u8; 32] = hash.finalize().into();
        delay - delay * u32::from(u16::from_be_bytes([high, low])) / 5 / u32::from(u16::MAX)
    }
}
