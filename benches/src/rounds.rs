//! Two things measured in turn, so that a machine that changes its speed changes it for both.

use std::time::{Duration, Instant};

/// Nanoseconds for one operation: of ours and of the floor, and the ratio of the two, each the median of all rounds.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    /// Ours.
    pub ours: f64,
    /// The floor's.
    pub floor: f64,
    /// Ours by the floor's, round by round.
    pub ratio: f64,
}

/// Runs both so many rounds, in turn, of so many operations each. `ours` gets how many, and gives the time they took.
pub fn beside(
    rounds: usize,
    operations: usize,
    mut floor: impl FnMut(),
    mut ours: impl FnMut(usize) -> Duration,
) -> Beside {
    let mut samples: Vec<(f64, f64)> = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let bare = time(|| (0..operations).for_each(|_| floor()));
        samples.push((per_operation(ours(operations), operations), per_operation(bare, operations)));
    }
    let column = |of: fn(&(f64, f64)) -> f64| median(samples.iter().map(of).collect());
    Beside { ours: column(|s| s.0), floor: column(|s| s.1), ratio: column(|s| s.0 / s.1) }
}

/// How long something took.
#[allow(clippy::disallowed_methods, reason = "measuring is what this crate is for")]
pub fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// The value in the middle.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn per_operation(time: Duration, operations: usize) -> f64 {
    time.as_secs_f64() * 1e9 / operations.max(1) as f64
}
