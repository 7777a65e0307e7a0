use std::sync::Arc;

use super::attempt::{Attempt, Failure, FailureCause, Message, Progress, State};
use super::report::{ReportedStatus, failure};
use super::sent::{Receipt, SendResult};
use super::status::AttemptStatus;
use super::transition::{Event, Events, SendTask, Sends, Transition};
use super::verification::{Phase, Verification};
use crate::time::Timestamp;

impl Verification {
    /// Takes what came of a try to send an attempt.
    ///
    /// Only an attempt that is still prepared can fail by it: once a report said that it left, that counts more. A
    /// receipt counts whichever try it answers and however late: while the attempt waits for its next try it is accepted
    /// by it, and after the attempt has failed it adds the provider's message id and the time. An error of a try that
    /// was overtaken by another is left to the later try. After the end a result completes the record, and fails
    /// nothing over.
    #[must_use]
    pub fn handle_sent(&self, task: SendTask, result: &SendResult, now: Timestamp) -> Option<Transition> {
        let now = self.now(now);
        let number = usize::from(task.attempt);
        let attempt = self.body.attempts.get(number)?;
        let state = match (&attempt.state, result) {
            (State::Prepared { .. }, Ok(receipt)) => {
                let deadline = self.silence_deadline(attempt, now);
                State::HandedOver { at: now, message: message(receipt), progress: Progress::Accepted { deadline } }
            }
            // The provider has a message that was given up, for example because its answer came after the lease. The
            // status stays `sending_failed`: a status only moves forward, and the failover has happened (contract,
            // section 3, rules 4 and 5). But without the provider's id its reports would find no attempt, so that
            // `delivered` would be lost, and the record would not show a message that is paid for.
            (State::Unsent(failure), Ok(receipt)) => {
                let progress = Progress::SendingFailed(failure.clone());
                State::HandedOver { at: now, message: message(receipt), progress }
            }
            (State::HandedOver { at, message: None, progress }, Ok(receipt)) => {
                let message = Some(message(receipt)?);
                State::HandedOver { at: *at, message, progress: progress.clone() }
            }
            // Tries count from 1: of an attempt that was never claimed there is no result.
            (State::Prepared { tries: tries @ 1.., first_unknown, .. }, Err(error)) if *tries == task.try_number => {
                self.after_error(task, *first_unknown, error, now)?
            }
            (State::Prepared { .. } | State::Unsent(_) | State::HandedOver { .. }, Err(_))
            | (State::HandedOver { message: Some(_), .. }, Ok(_)) => return None,
        };
        Some(self.with_state(number, state, now))
    }

    /// Takes what a provider said of an attempt later. See [`AttemptStatus`] for what may follow what.
    ///
    /// An unknown attempt, a repetition, and any report after the end change nothing.
    #[must_use]
    pub fn handle_report(&self, attempt: u8, reported: &ReportedStatus, now: Timestamp) -> Option<Transition> {
        let now = self.now(now);
        let number = usize::from(attempt);
        let attempt = self.body.attempts.get(number)?;
        if self.status(now).is_final() || reported.status() <= attempt.status() {
            return None;
        }
        let (at, message, deadline) = match &attempt.state {
            State::Prepared { .. } | State::Unsent(_) => (now, None, self.silence_deadline(attempt, now)),
            State::HandedOver { at, message, .. } => (*at, message.clone(), attempt.delivery_due()),
        };
        let progress = match reported {
            ReportedStatus::Accepted => Progress::Accepted { deadline },
            ReportedStatus::Sent => Progress::Sent { deadline },
            ReportedStatus::Delivered => Progress::Delivered,
            ReportedStatus::SendingFailed { detail } => {
                Progress::SendingFailed(failure(FailureCause::SendingFailed, detail.as_deref()))
            }
            ReportedStatus::DeliveryFailed { detail } => {
                Progress::DeliveryFailed(failure(FailureCause::Undelivered, detail.as_deref()))
            }
        };
        Some(self.with_state(number, State::HandedOver { at, message, progress }, now))
    }

    /// Does what is due: notes the expiry, claims messages that nobody sent, ends a silence.
    ///
    /// Early, or late, or twice: it does what is due at `now` and nothing else.
    #[must_use]
    pub fn handle_timeout(&self, now: Timestamp) -> Option<Transition> {
        let now = self.now(now);
        if self.next_timeout().is_none_or(|due| now < due) {
            return None;
        }
        let mut transition = self.touched(now);
        if now >= self.expires_at() {
            transition.next.phase = Phase::Expired { at: now };
            transition.events.push(Event::Expired);
            return Some(transition);
        }
        transition.claim_due(now);
        if let Some((number, attempt)) = self.latest_of_current()
            && attempt.delivery_due().is_some_and(|due| due <= now)
            && let State::HandedOver { at, message, .. } = &attempt.state
        {
            let progress = Progress::DeliveryFailed(Failure::new(FailureCause::TimedOut));
            transition.set(number, State::HandedOver { at: *at, message: message.clone(), progress });
        }
        transition.fail_over_if_due(self, now);
        // Under a deferred policy a failover leaves its message due at once: who is here already sends it.
        transition.claim_due(now);
        Some(transition)
    }

    /// When silence about a message handed over now counts as failure: if its step says so.
    fn silence_deadline(&self, attempt: &Attempt, now: Timestamp) -> Option<Timestamp> {
        self.step(attempt.step)?.delivery_timeout().map(|timeout| now.saturating_add(timeout))
    }

    /// Returns a transition that changes nothing yet but the time of the last change.
    pub(super) fn touched(&self, now: Timestamp) -> Transition {
        let mut next = self.clone();
        next.updated_at = now;
        Transition { next, sends: Sends::new(), events: Events::new(), reply: () }
    }

    fn with_state(&self, number: usize, state: State, now: Timestamp) -> Transition {
        let mut transition = self.touched(now);
        transition.set(number, state);
        if !self.status(now).is_final() {
            transition.fail_over_if_due(self, now);
        }
        transition
    }
}

impl Transition {
    /// Puts an attempt into a state and tells what that means.
    pub(super) fn set(&mut self, number: usize, state: State) {
        let Some(attempt) = Arc::make_mut(&mut self.next.body).attempts.get_mut(number) else { return };
        let before = attempt.status();
        let was_handed_over = attempt.sent_at().is_some();
        attempt.state = state;
        let after = attempt.status();
        let number = u8::try_from(number).unwrap_or(u8::MAX);
        if !was_handed_over && attempt.sent_at().is_some() {
            self.events.push(Event::Sent { attempt: number });
        }
        if before == after {
            return;
        }
        if let Some(failure) = attempt.failure() {
            self.events.push(Event::Undelivered { attempt: number, cause: failure.cause() });
        } else if after == AttemptStatus::Delivered {
            self.events.push(Event::Delivered { attempt: number });
        }
    }

    /// Takes over every message that is due to be sent.
    fn claim_due(&mut self, now: Timestamp) {
        for number in 0..self.next.body.attempts.len() {
            if self.next.body.attempts.get(number).and_then(Attempt::send_due).is_some_and(|due| due <= now) {
                self.claim(number, now);
            }
        }
    }

    /// Takes a prepared attempt over for one more try, or gives it up.
    fn claim(&mut self, number: usize, now: Timestamp) {
        let policy = self.next.body.start.policy;
        let Some(attempt) = self.next.body.attempts.get(number) else { return };
        let State::Prepared { tries, first_unknown, .. } = attempt.state else { return };
        if self.next.is_given_up(number) {
            self.set(number, State::Unsent(Failure::new(FailureCause::NotHandedOver)));
            return;
        }
        let try_number = tries.saturating_add(1);
        let due_at = now.saturating_add(policy.send_lease());
        // Until its result is noted, and for good when its sender stops before that, the outcome is unknown.
        let first_unknown = first_unknown.or(Some(try_number));
        self.set(number, State::Prepared { tries: try_number, first_unknown, due_at });
        self.sends.push(SendTask { attempt: u8::try_from(number).unwrap_or(u8::MAX), try_number });
    }

    /// Fails over by itself, if it may, when the latest message of the current step has failed just now.
    fn fail_over_if_due(&mut self, before: &Verification, now: Timestamp) {
        let failed_now = self.next.latest_of_current().is_some_and(|(number, attempt)| {
            let was = before.body.attempts.get(number).map(Attempt::status);
            attempt.status().is_failure() && was.is_some_and(|was| !was.is_failure())
        });
        if failed_now && let Ok(to) = self.next.automatic_failover() {
            let from = self.next.current_step;
            self.next.current_step = to;
            self.events.push(Event::FailedOver { from, to, automatic: true });
            let task = self.next.push_attempt(to, now);
            self.sends.extend(task);
        }
    }
}

fn message(receipt: &Receipt) -> Option<Message> {
    match receipt {
        Receipt::ByReference { message_id } => message_id.clone().map(|id| Message { id, is_key: false }),
        Receipt::ByMessageId { message_id } => Some(Message { id: message_id.clone(), is_key: true }),
    }
}
