use countersign::{
    CheckOutcome, Event, Keyring, Refusal, ReportedStatus, SendResult, SendTask, StepIndex, SubmittedCode, Timestamp,
    Transition, Verification,
};

/// One call of the machine, with nothing left open: the same act on the same record at the same time does the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// [`Verification::check`].
    Check {
        /// What was typed.
        code: String,
        /// Whether that is the code.
        right: bool,
    },
    /// [`Verification::resend`].
    Resend(Option<StepIndex>),
    /// [`Verification::failover`].
    Failover(Option<StepIndex>),
    /// [`Verification::cancel`].
    Cancel,
    /// [`Verification::handle_sent`].
    Sent {
        /// Which try it was.
        task: SendTask,
        /// What came of it.
        result: SendResult,
    },
    /// [`Verification::handle_report`].
    Report {
        /// The attempt's number; there may be no such attempt.
        attempt: u8,
        /// What is said of it.
        status: ReportedStatus,
    },
    /// [`Verification::handle_timeout`].
    Timeout,
}

/// What came of an act.
#[derive(Debug, Clone)]
pub enum ActOutcome {
    /// There is a next record. The reply is that of a check; no other act has one.
    Changed(Transition<Option<CheckOutcome>>),
    /// A command was refused.
    Refused(Refusal),
    /// A fact was known already, or matters no more.
    Unmoved,
}

impl Act {
    /// Whether it is a fact, which cannot be refused; else it is a command.
    #[must_use]
    pub const fn is_fact(&self) -> bool {
        match self {
            Self::Sent { .. } | Self::Report { .. } | Self::Timeout => true,
            Self::Check { .. } | Self::Resend(_) | Self::Failover(_) | Self::Cancel => false,
        }
    }

    /// Tells it to that record at that time.
    ///
    /// # Panics
    /// When the code of a check is no code at all.
    #[must_use]
    pub fn on(&self, record: &Verification, keyring: &Keyring, now: Timestamp) -> ActOutcome {
        match self {
            Self::Check { code, .. } => {
                let code = SubmittedCode::parse(code).expect("a code of 6 to 12 digits");
                ActOutcome::of_command(record.check(&code, keyring, now), Some)
            }
            Self::Resend(step) => ActOutcome::of_command(record.resend(*step, now), |()| None),
            Self::Failover(step) => ActOutcome::of_command(record.failover(*step, now), |()| None),
            Self::Cancel => ActOutcome::of_command(record.cancel(now), |()| None),
            Self::Sent { task, result } => ActOutcome::of_fact(record.handle_sent(*task, result, now)),
            Self::Report { attempt, status } => ActOutcome::of_fact(record.handle_report(*attempt, status, now)),
            Self::Timeout => ActOutcome::of_fact(record.handle_timeout(now)),
        }
    }
}

impl ActOutcome {
    fn of_command<R>(result: Result<Transition<R>, Refusal>, reply: impl FnOnce(R) -> Option<CheckOutcome>) -> Self {
        match result {
            Ok(t) => {
                Self::Changed(Transition { next: t.next, sends: t.sends, events: t.events, reply: reply(t.reply) })
            }
            Err(refusal) => Self::Refused(refusal),
        }
    }

    fn of_fact(transition: Option<Transition>) -> Self {
        transition.map_or(Self::Unmoved, |t| Self::of_command(Ok(t), |()| None))
    }

    /// The transition, if it changed anything.
    #[must_use]
    pub const fn transition(&self) -> Option<&Transition<Option<CheckOutcome>>> {
        match self {
            Self::Changed(transition) => Some(transition),
            Self::Refused(_) | Self::Unmoved => None,
        }
    }

    /// The next record, if there is one.
    #[must_use]
    pub fn next(&self) -> Option<&Verification> {
        self.transition().map(|transition| &transition.next)
    }

    /// What is to be sent.
    #[must_use]
    pub fn sends(&self) -> &[SendTask] {
        self.transition().map_or(&[], |transition| &transition.sends)
    }

    /// What is to be told.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        self.transition().map_or(&[], |transition| &transition.events)
    }

    /// What a check found.
    #[must_use]
    pub fn reply(&self) -> Option<CheckOutcome> {
        self.transition().and_then(|transition| transition.reply)
    }

    /// Why a command was refused.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Changed(_) | Self::Unmoved => None,
        }
    }
}
