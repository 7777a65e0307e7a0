use countersign::{Event, Observer, Verification};

use super::Metrics;
use super::counts::{CauseLabels, MessageLabels, PlatformLabel};

impl Observer for Metrics {
    fn observe(&self, event: &Event, verification: &Verification) {
        let counts = &self.0;
        let [verified, failed, expired, canceled] = &counts.ends.counters;
        match event {
            Event::Created => {
                counts.starts.inc();
            }
            Event::Sent { attempt } => self.message(verification, *attempt, "sent"),
            Event::Delivered { attempt } => self.message(verification, *attempt, "delivered"),
            Event::Undelivered { attempt, cause } => self.message(verification, *attempt, cause.as_str()),
            Event::FailedOver { automatic, .. } => {
                let cause = if *automatic { "failed message" } else { "command" };
                counts.failovers.get_or_create(&CauseLabels { cause }).inc();
            }
            Event::Checked { correct } => {
                let [right, wrong] = &counts.checks.counters;
                if *correct { right } else { wrong }.inc();
            }
            Event::Verified { .. } => {
                let time = verification.updated_at().saturating_duration_since(verification.created_at());
                counts.to_verify.observe(time.as_secs_f64());
                verified.inc();
            }
            Event::Failed => drop(failed.inc()),
            Event::Expired => drop(expired.inc()),
            Event::Canceled => drop(canceled.inc()),
            // What the core may learn to tell.
            _ => {}
        }
    }
}

impl Metrics {
    fn message(&self, verification: &Verification, attempt: u8, status: &'static str) {
        let step = verification.attempts().get(usize::from(attempt)).map(countersign::Attempt::step);
        let step = step.and_then(|step| verification.steps().get(usize::from(step.get())));
        // An attempt is of a step of its plan.
        let Some(step) = step else { return };
        let platform = PlatformLabel(step.platform().clone());
        self.0.messages.get_or_create(&MessageLabels { platform, status }).inc();
    }
}
