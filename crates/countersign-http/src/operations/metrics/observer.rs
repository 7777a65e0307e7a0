use countersign::{Event, Observer, Verification};

use super::counts::{CauseLabels, Counts, MessageLabels, PlatformLabel};

impl Observer for Counts {
    fn observe(&self, event: &Event, verification: &Verification) {
        let [verified, failed, expired, canceled] = &self.ends.counters;
        let of_workspace = |outcome| self.workspaces.note_verification(verification.workspace(), outcome);
        match event {
            Event::Created => {
                self.starts.inc();
                of_workspace("started");
            }
            Event::Sent { attempt } => self.message(verification, *attempt, "sent"),
            Event::Delivered { attempt } => self.message(verification, *attempt, "delivered"),
            Event::Undelivered { attempt, cause } => self.message(verification, *attempt, cause.as_str()),
            Event::FailedOver { automatic, .. } => {
                let cause = if *automatic { "failed message" } else { "command" };
                self.failovers.get_or_create(&CauseLabels { cause }).inc();
            }
            Event::Checked { correct } => {
                let [right, wrong] = &self.checks.counters;
                if *correct { right } else { wrong }.inc();
            }
            Event::Verified { .. } => {
                let time = verification.updated_at().saturating_duration_since(verification.created_at());
                self.to_verify.observe(time.as_secs_f64());
                verified.inc();
                of_workspace("verified");
            }
            Event::Failed => {
                failed.inc();
                of_workspace("failed");
            }
            Event::Expired => {
                expired.inc();
                of_workspace("expired");
            }
            Event::Canceled => {
                canceled.inc();
                of_workspace("canceled");
            }
            // What the core may learn to tell.
            _ => {}
        }
    }
}

impl Counts {
    fn message(&self, verification: &Verification, attempt: u8, status: &'static str) {
        let step = verification.attempts().get(usize::from(attempt)).map(countersign::Attempt::step);
        let step = step.and_then(|step| verification.steps().get(usize::from(step.get())));
        // An attempt is of a step of its plan.
        let Some(step) = step else { return };
        let platform = PlatformLabel(step.platform().clone());
        self.messages.get_or_create(&MessageLabels { platform, status }).inc();
        self.workspaces.note_message(verification.workspace(), status);
    }
}
