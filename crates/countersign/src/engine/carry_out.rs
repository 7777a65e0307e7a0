use super::Engine;
use super::commit::Settled;
use crate::machine::{Event, SendError, SendResult, SendTask, Transition, Verification};
use crate::plan::Step;
use crate::store::{Stored, Version};
use crate::transport::Dispatch;

impl Engine {
    /// Does what a stored transition asks for: tells the observer, sends, and stores what came of it, which may ask
    /// for more. Gives the record as it was last stored.
    ///
    /// It cannot fail: what led here is stored and will be answered. When a result cannot be stored, the attempt stays
    /// prepared, and whoever runs what is due sends it again with the same reference.
    pub(super) async fn carry_out<R>(&self, transition: Transition<R>, version: Version) -> Stored {
        let mut stored = Stored { verification: transition.next, version };
        self.tell(&transition.events, &stored.verification);
        let mut tasks = transition.sends;
        let mut turn = 0;
        while let Some(task) = tasks.get(turn).copied() {
            turn += 1;
            if stored.verification.status(self.now()).is_final() {
                break;
            }
            let result = self.send(&stored.verification, task).await;
            let noted = self
                .commit_fact(stored.clone(), |verification, now| verification.handle_sent(task, &result, now))
                .await;
            match noted {
                Ok(Settled::Changed(next, version)) => {
                    stored = Stored { verification: next.next, version };
                    self.tell(&next.events, &stored.verification);
                    tasks.extend(next.sends);
                }
                // Somebody was faster: a report, the person, a cancel.
                Ok(Settled::Unchanged(Some(current))) => stored = current,
                Ok(Settled::Unchanged(None)) => break,
                Err(error) => {
                    let reference = stored.verification.attempt_id(task.attempt);
                    tracing::warn!(%reference, error = &error as &dyn std::error::Error, "the result of a send was not stored: it is sent again after its lease");
                }
            }
        }
        stored
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
        let result = channel.transport().send(&dispatch).await;
        let platform = channel.platform();
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
                observer.observe(event, verification);
            }
        }
    }
}

/// Another process may have what this one lacks, so the attempt is tried again.
fn not_here(detail: &str) -> SendError {
    SendError::NotSent { retry_after: None, detail: Some(detail.to_owned()) }
}
