//! Histories of verifications, for property tests of the pure machine.
//!
//! A [`History`] is a start and a list of [`Move`]s, drawn by the strategy [`histories`]. [`History::run`] drives a
//! verification through it and returns a [`Run`]: for every move the record before it, the call and its time, the outcome,
//! and the record after it. Moves are relative ("the last but one message", "when the next timeout is due"), so that most
//! of them do something, and so that shrinking by proptest does not change the meaning of those that are left.
//!
//! The same history always gives the same run. [`Life`] is the same machinery for tests that call it step by step.

mod act;
mod life;
mod moves;
mod starts;

use countersign::{Keyring, Start, Timestamp, Transition, Verification};
use proptest::prelude::*;
use proptest::test_runner::{FailurePersistence, FileFailurePersistence};

pub use act::{Act, ActOutcome};
pub use life::{Life, Told};
pub use moves::{Guess, Move, Operation, Pause, WhichAttempt, WhichTask, moves, operations, reports, results};
pub use starts::starts;

/// The history of one verification, as a plan.
#[derive(Debug, Clone)]
pub struct History {
    /// The start.
    pub start: Start,
    /// The seed of its id and its salt.
    pub seed: u64,
    /// When it starts.
    pub begun: Timestamp,
    /// What happens then, in order.
    pub moves: Vec<Move>,
}

/// The history of one verification, as it went.
#[derive(Debug)]
pub struct Run {
    /// The transition of its start.
    pub started: Transition,
    /// What happened then, one entry for each move.
    pub told: Vec<Told>,
}

impl History {
    /// Drives a verification through the history.
    #[must_use]
    pub fn run(&self, keyring: &Keyring) -> Run {
        let (mut life, started) = Life::start(self.start.clone(), keyring, self.seed, self.begun);
        let told = self.moves.iter().map(|step| life.live(step)).collect();
        Run { started, told }
    }

    /// Removes the moves that set the clock back.
    #[must_use]
    pub fn forwards(mut self) -> Self {
        self.moves.retain(|step| !matches!(step.pause, Pause::Back(_)));
        self
    }
}

impl Run {
    /// Returns the record after the start and after every move.
    pub fn records(&self) -> impl Iterator<Item = &Verification> {
        std::iter::once(&self.started.next).chain(self.told.iter().map(|told| &told.after))
    }

    /// Returns every transition after the start, with what led to it.
    pub fn changes(&self) -> impl Iterator<Item = (&Told, &Transition<Option<countersign::CheckOutcome>>)> {
        self.told.iter().filter_map(|told| Some((told, told.outcome.transition()?)))
    }

    /// Returns the last record.
    #[must_use]
    pub fn last(&self) -> &Verification {
        self.told.last().map_or(&self.started.next, |told| &told.after)
    }
}

/// Returns a strategy of histories from every kind of start, with up to 40 moves.
pub fn histories() -> impl Strategy<Value = History> {
    let moves = proptest::collection::vec(moves(), 0..=40);
    // Somewhere in the years from 2026 on; every millisecond of a second comes up.
    let begun = (1_767_225_600_000_u64..1_900_000_000_000).prop_map(Timestamp::from_millis);
    (starts(), any::<u64>(), begun, moves).prop_map(|(start, seed, begun, moves)| History { start, seed, begun, moves })
}

/// Returns the ring that tests of the machine share: of one key, the same on every run.
///
/// # Panics
/// Never: the seed gives a good key.
#[must_use]
pub fn keyring() -> Keyring {
    Keyring::ephemeral(&crate::SeededEntropy::new(7)).expect("this seed gives a good key")
}

/// Returns how properties of the machine are tested: on 2,000 cases, or as many as `PROPTEST_CASES` says. Failing cases
/// are kept in the file `regressions`, and are tried first from then on.
#[must_use]
pub fn config(regressions: &'static str) -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { 2_000 };
    let failure_persistence: Option<Box<dyn FailurePersistence>> =
        Some(Box::new(FileFailurePersistence::Direct(regressions)));
    ProptestConfig { cases, failure_persistence, ..default }
}
