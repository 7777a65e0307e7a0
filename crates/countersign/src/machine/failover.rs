use std::fmt;

use super::verification::Verification;
use crate::plan::StepIndex;

/// Why a verification would not fail over by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoFailover {
    /// The current step is the last one of the plan.
    LastStep,
    /// The next step is on the same platform, where a message would likely fail alike.
    SamePlatform,
    /// It has had all the messages that its policy allows.
    MessageCap,
}

impl fmt::Display for NoFailover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::LastStep => "it is the last step of the plan",
            Self::SamePlatform => "the next step is on the same platform, and would likely fail alike",
            Self::MessageCap => "this verification has had all its messages",
        })
    }
}

impl Verification {
    /// Where it goes by itself when the latest message of the current step fails, or why it stays (contract, section 3,
    /// rule 4): to the next step and no other, if that is on another platform and the cap leaves a message.
    ///
    /// # Errors
    /// The reason for staying; a failover on command may still be possible.
    pub fn automatic_failover(&self) -> Result<StepIndex, NoFailover> {
        let next = self.current_step.next();
        let (Some(here), Some(there)) = (self.step(self.current_step), self.step(next)) else {
            return Err(NoFailover::LastStep);
        };
        if here.platform() == there.platform() {
            return Err(NoFailover::SamePlatform);
        }
        if !self.may_send_more() {
            return Err(NoFailover::MessageCap);
        }
        Ok(next)
    }
}
