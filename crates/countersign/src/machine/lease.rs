//! Leases: which try may send a prepared attempt, and until when.

use std::time::Duration;

use super::attempt::State;
use super::transition::{SendTask, Transition};
use super::verification::Verification;
use crate::time::Timestamp;

impl Verification {
    /// Returns the time that a try has left before another may begin, or `None` when the attempt is not this try's any more:
    /// it was handed over, given up, or claimed for a later try.
    pub(crate) fn lease_left(&self, task: SendTask, now: Timestamp) -> Option<Duration> {
        let until = self.body.attempts.get(usize::from(task.attempt)).and_then(|attempt| match &attempt.state {
            State::Prepared { tries, due_at, .. } if *tries == task.try_number => Some(*due_at),
            State::Prepared { .. } | State::Unsent(_) | State::HandedOver { .. } => None,
        })?;
        let now = self.now(now);
        (now < until).then(|| until.saturating_duration_since(now))
    }

    /// Restarts the leases of those tries that have one left, or returns `None` when there are none.
    pub(crate) fn renew_leases(&self, tasks: &[SendTask], now: Timestamp) -> Option<Transition> {
        let now = self.now(now);
        if self.status(now).is_final() || tasks.iter().all(|task| self.lease_left(*task, now).is_none()) {
            return None;
        }
        let mut transition = self.touched(now);
        transition.renew_leases(tasks, now);
        Some(transition)
    }
}

impl Transition {
    /// Restarts the leases of tries with a change that is stored anyway: they wait while another message is sent.
    pub(crate) fn renew_leases(&mut self, tasks: &[SendTask], now: Timestamp) {
        let lease = self.next.body.start.policy.send_lease();
        for task in tasks {
            let number = usize::from(task.attempt);
            if self.next.lease_left(*task, now).is_some()
                && let Some(State::Prepared { tries, first_unknown, .. }) =
                    self.next.body.attempts.get(number).map(|attempt| &attempt.state)
            {
                let (tries, first_unknown) = (*tries, *first_unknown);
                self.set(number, State::Prepared { tries, first_unknown, due_at: now.saturating_add(lease) });
            }
        }
    }
}
