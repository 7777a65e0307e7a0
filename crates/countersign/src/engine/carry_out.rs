use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;

use super::Engine;
use super::commit::Settled;
use crate::error::EngineError;
use crate::machine::{Event, SendError, SendResult, SendTask, Sends, Transition, Verification};
use crate::plan::Step;
use crate::store::{Stored, Version};
use crate::transport::Dispatch;

impl Engine {
    /// Does what a stored transition asks for: tells the observers, sends, and stores the result of each send, which may ask
    /// for more. Returns the record as it was last stored.
    ///
    /// It cannot fail: what led here is stored and will be answered. When a result cannot be stored, nothing more is sent,
    /// because nobody knows what the record has become: the attempt stays prepared, and the process that runs what is due
    /// after its lease sends it again with the same reference.
    pub(super) async fn carry_out<R>(&self, transition: Transition<R>, version: Version) -> Stored {
        let mut stored = Stored { verification: transition.next, version };
        self.tell(&transition.events, &stored.verification);
        let mut tasks = transition.sends;
        let mut turn = 0;
        while turn < tasks.len() {
            let waiting = tasks.get(turn..).unwrap_or_default();
            match self.send_first(stored.clone(), waiting).await {
                Ok(Some((current, more))) => {
                    stored = current;
                    tasks.extend(more);
                }
                Ok(None) => break,
                Err(error) => {
                    let verification = stored.verification.id();
                    tracing::warn!(%verification, error = &error as &dyn std::error::Error, "the store failed between sends: what was not sent or not noted is sent again after its lease");
                    break;
                }
            }
            turn += 1;
        }
        stored
    }

    /// Makes the first of the tries that wait, unless another process has it by now, and stores the result. Returns the
    /// record and what to send besides, or `None` when the record has ended or is gone.
    async fn send_first(&self, stored: Stored, waiting: &[SendTask]) -> Result<Option<(Stored, Sends)>, EngineError> {
        let [task, rest @ ..] = waiting else { return Ok(None) };
        let Some(stored) = self.with_fresh_lease(stored, waiting).await? else { return Ok(None) };
        let verification = &stored.verification;
        if verification.status(self.now()).is_final() {
            return Ok(None);
        }
        if verification.lease_left(*task, self.now()).is_none() {
            return Ok(Some((stored, Sends::new())));
        }
        let result = self.send(verification, *task).await;
        // The others have waited for this one: their leases begin anew.
        let noted = self.commit_fact(stored, |verification, now| match verification.handle_sent(*task, &result, now) {
            Some(mut transition) => {
                transition.renew_leases(rest, now);
                Some(transition)
            }
            None => verification.renew_leases(rest, now),
        });
        Ok(match noted.await? {
            Settled::Changed(transition, version) => {
                let stored = Stored { verification: transition.next, version };
                self.tell(&transition.events, &stored.verification);
                Some((stored, transition.sends))
            }
            // Another change came first: a report, the person, a cancel.
            Settled::Unchanged(current) => current.map(|current| (current, Sends::new())),
        })
    }

    /// Begins the leases anew when a good part of the first one has passed: a transport may take the whole of it.
    async fn with_fresh_lease(&self, stored: Stored, waiting: &[SendTask]) -> Result<Option<Stored>, EngineError> {
        let lease = stored.verification.policy().send_lease();
        let left = waiting.first().and_then(|task| stored.verification.lease_left(*task, self.now()));
        if left.is_none_or(|left| left >= lease - lease / 8) {
            return Ok(Some(stored));
        }
        let renewed = self.commit_fact(stored, |verification, now| verification.renew_leases(waiting, now)).await?;
        Ok(match renewed {
            Settled::Changed(transition, version) => Some(Stored { verification: transition.next, version }),
            Settled::Unchanged(current) => current,
        })
    }

    async fn send(&self, verification: &Verification, task: SendTask) -> SendResult {
        let reference = verification.attempt_id(task.attempt);
        let attempt = verification.attempts().get(usize::from(task.attempt));
        let route = attempt.and_then(|attempt| verification.step(attempt.step())).map(Step::effective_route);
        let Some(channel) = route.and_then(|route| self.0.routes.carrier(route)) else {
            tracing::error!(%reference, ?route, "no such channel in this process's directory");
            return Err(not_here("the channel is not in this process's directory"));
        };
        let (keyring, now) = (&self.0.keyring, self.now());
        let Some(dispatch) = Dispatch::new(verification, task.attempt, keyring, now, channel.identity()) else {
            tracing::error!(%reference, "the key of this verification is not in the keyring: put it back");
            return Err(not_here("the key is not in this process's keyring"));
        };
        let platform = channel.platform();
        // A host's code may panic. That is a try of this message with an unknown outcome, and nothing to the others of the run.
        let sending = AssertUnwindSafe(async { channel.transport().send(&dispatch).await }).catch_unwind();
        let Ok(result) = sending.await else {
            tracing::error!(%reference, %platform, "the transport panicked: the outcome of the send is unknown");
            return Err(SendError::Unknown { detail: Some("the transport panicked".to_owned()) });
        };
        match &result {
            Ok(_) => tracing::debug!(%reference, %platform, try_number = task.try_number, "handed over"),
            Err(error) => {
                tracing::debug!(%reference, %platform, try_number = task.try_number, %error, "not handed over");
            }
        }
        result
    }

    fn tell(&self, events: &[Event], verification: &Verification) {
        for event in events {
            tracing::debug!(verification = %verification.id(), event = event.name(), ?event);
            for observer in self.0.observers.iter() {
                let told = catch_unwind(AssertUnwindSafe(|| observer.observe(event, verification)));
                if told.is_err() {
                    tracing::error!(verification = %verification.id(), event = event.name(), "an observer panicked");
                }
            }
        }
    }
}

/// Another process may have what this one lacks, so the attempt is tried again.
fn not_here(detail: &str) -> SendError {
    SendError::NotSent { retry_after: None, detail: Some(detail.to_owned()) }
}
