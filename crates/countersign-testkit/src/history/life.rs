use std::time::Duration;

use countersign::{Dispatch, Identity, Keyring, SendTask, Start, Timestamp, Transition, Verification};

use super::act::{Act, ActOutcome};
use super::moves::{Guess, Move, Operation, Pause, WhichAttempt, WhichTask};
use crate::SeededEntropy;

/// A verification with its clock, and with the tries to send that it has asked for so far.
#[derive(Debug, Clone)]
pub struct Life<'a> {
    keyring: &'a Keyring,
    record: Verification,
    now: Timestamp,
    tasks: Vec<SendTask>,
}

/// One thing that a verification was told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The record that was told it.
    pub before: Verification,
    /// What it was told.
    pub act: Act,
    /// What the clock said.
    pub now: Timestamp,
    /// What came of it.
    pub outcome: ActOutcome,
    /// The record from then on: the same when nothing changed.
    pub after: Verification,
}

impl<'a> Life<'a> {
    /// Starts a verification.
    ///
    /// # Panics
    /// Never: a seeded generator always has bytes.
    pub fn start(start: Start, keyring: &'a Keyring, seed: u64, now: Timestamp) -> (Self, Transition) {
        let entropy = SeededEntropy::new(seed);
        let started = Verification::start(start, keyring, &entropy, now).expect("a seed always has bytes");
        let life = Self { keyring, record: started.next.clone(), now, tasks: started.sends.to_vec() };
        (life, started)
    }

    /// The record as it is.
    #[must_use]
    pub const fn record(&self) -> &Verification {
        &self.record
    }

    /// What the clock says.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// The tries to send that were asked for, in order.
    #[must_use]
    pub fn tasks(&self) -> &[SendTask] {
        &self.tasks
    }

    /// The latest try that was asked for.
    ///
    /// # Panics
    /// When none was.
    #[must_use]
    pub fn task(&self) -> SendTask {
        *self.tasks.last().expect("a try that was asked for")
    }

    /// The code that the person reads.
    ///
    /// # Panics
    /// When the ring lacks the key.
    #[must_use]
    pub fn code(&self) -> String {
        let dispatch = Dispatch::new(&self.record, 0, self.keyring, self.record.created_at(), &Identity::default());
        dispatch.expect("the key is in the ring").code().expose().to_owned()
    }

    /// Lets time pass, then does what the move says.
    pub fn live(&mut self, step: &Move) -> Told {
        self.pause(step.pause);
        let act = self.act(&step.operation);
        self.tell(act)
    }

    /// Tells the record something now, and keeps what came of it.
    pub fn tell(&mut self, act: Act) -> Told {
        let before = self.record.clone();
        let outcome = act.on(&before, self.keyring, self.now);
        if let Some(next) = outcome.next() {
            self.record = next.clone();
        }
        self.tasks.extend_from_slice(outcome.sends());
        Told { before, act, now: self.now, outcome, after: self.record.clone() }
    }

    /// Moves the clock.
    pub fn pause(&mut self, pause: Pause) {
        let shifted = |at: Timestamp, by: i8| Timestamp::from_millis(at.as_millis().saturating_add_signed(by.into()));
        self.now = match pause {
            Pause::Wait(time) => self.now.saturating_add(time),
            Pause::Back(time) => {
                Timestamp::MIN.saturating_add(self.now.saturating_duration_since(Timestamp::MIN.saturating_add(time)))
            }
            Pause::UntilDue(by) => self.record.next_timeout().map_or(self.now, |due| self.now.max(shifted(due, by))),
            Pause::UntilExpiry(by) => self.now.max(shifted(self.record.expires_at(), by)),
        };
    }

    /// Moves the clock on.
    pub fn wait(&mut self, time: Duration) {
        self.pause(Pause::Wait(time));
    }

    /// What an operation means at this point.
    #[must_use]
    pub fn act(&self, operation: &Operation) -> Act {
        match operation {
            Operation::Check(guess) => Act::Check { code: self.guess(*guess), right: *guess == Guess::Right },
            Operation::Resend(step) => Act::Resend(*step),
            Operation::Failover(step) => Act::Failover(*step),
            Operation::Cancel => Act::Cancel,
            Operation::Sent(which, result) => Act::Sent { task: self.which_task(*which), result: result.clone() },
            Operation::Report(which, status) => {
                Act::Report { attempt: self.which_attempt(*which), status: status.clone() }
            }
            Operation::Timeout => Act::Timeout,
        }
    }

    fn which_task(&self, which: WhichTask) -> SendTask {
        match which {
            WhichTask::Recent(back) => {
                let back = usize::from(back).checked_rem(self.tasks.len()).unwrap_or(0);
                let first = SendTask { attempt: 0, try_number: 1 };
                self.tasks.iter().rev().nth(back).copied().unwrap_or(first)
            }
            WhichTask::Invented { attempt, try_number } => SendTask { attempt, try_number },
        }
    }

    fn which_attempt(&self, which: WhichAttempt) -> u8 {
        match which {
            WhichAttempt::Recent(back) => {
                let attempts = self.record.attempts().len();
                let number = attempts.saturating_sub(1 + usize::from(back) % attempts.max(1));
                u8::try_from(number).unwrap_or(u8::MAX)
            }
            WhichAttempt::Number(number) => number,
        }
    }

    fn guess(&self, guess: Guess) -> String {
        let right = self.code();
        match guess {
            Guess::Right => right,
            Guess::Wrong(by) => {
                let width = right.len();
                let codes = 10_u64.pow(u32::try_from(width).unwrap_or(0));
                // The shift lies from 1 to below 10⁶, so it never leads round to the right code.
                let shift = u64::from(by) % 999_999 + 1;
                let shifted = (right.parse::<u64>().expect("digits") + shift) % codes;
                format!("{shifted:0width$}")
            }
            Guess::OtherLength if right.len() == 12 => right[..11].to_owned(),
            Guess::OtherLength => right + "0",
        }
    }
}
