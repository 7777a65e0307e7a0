//! Many callers at once: how much they get done together, and how long each waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use countersign_benches::rounds::median;
use tokio::task::JoinSet;

use crate::gauges;

/// How many operations are under way at a time on one server.
pub(crate) const CALLERS: usize = 50;

/// What a crowd of callers did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowd {
    /// Operations a second.
    pub(crate) rate: f64,
    /// How long half of the operations took at most, in milliseconds.
    pub(crate) p50: f64,
    /// How long all but one in a hundred took at most, in milliseconds.
    pub(crate) p99: f64,
    /// What an operation cost this process, in microseconds of its processor time.
    pub(crate) own_cpu: f64,
    /// What an operation of them all cost the busiest of their servers, in the same measure.
    pub(crate) busiest_cpu: f64,
}

impl Crowd {
    /// Lets so many callers do the operations `0..operations` on those servers, each of them the next that nobody took yet.
    pub(crate) async fn at_work<F>(
        servers: &[String],
        callers: usize,
        operations: usize,
        work: impl Fn(usize) -> F + Clone + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send,
    {
        let servers_cpu = || servers.iter().map(|url| gauges::cpu(url)).collect::<Vec<_>>();
        let before = servers_cpu();
        let next = Arc::new(AtomicUsize::new(0));
        let mut crowd = JoinSet::new();
        let (cpu, begin) = (own_cpu(), now());
        for _ in 0..callers {
            let (next, work) = (next.clone(), work.clone());
            crowd.spawn(async move {
                let mut waits = Vec::with_capacity(2 * operations / callers);
                loop {
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    if turn >= operations {
                        return waits;
                    }
                    let begin = now();
                    work(turn).await;
                    waits.push(begin.elapsed().as_secs_f64() * 1e3);
                }
            });
        }
        let mut waits = crowd.join_all().await.concat();
        let (seconds, cpu) = (begin.elapsed().as_secs_f64(), own_cpu() - cpu);
        let busiest = servers_cpu().iter().zip(&before).map(|(after, before)| after - before).fold(0.0, f64::max);
        waits.sort_by(f64::total_cmp);
        let at = |percent: usize| waits.get(waits.len() * percent / 100).copied().unwrap_or(f64::NAN);
        let count = operations as f64;
        Self { rate: count / seconds, p50: at(50), p99: at(99), own_cpu: cpu / count, busiest_cpu: busiest / count }
    }
}

/// The same crowds of two sides, round by round.
#[derive(Debug, Default)]
pub(crate) struct Sides(Vec<(Crowd, Crowd)>);

impl Sides {
    pub(crate) fn push(&mut self, ours: Crowd, bare: Crowd) {
        self.0.push((ours, bare));
    }

    /// The medians of ours and of the other side, and of ours by the other's, round by round.
    pub(crate) fn medians(&self, of: impl Fn(&Crowd) -> f64) -> [f64; 3] {
        let column = |value: &dyn Fn(&(Crowd, Crowd)) -> f64| median(self.0.iter().map(value).collect());
        [column(&|(ours, _)| of(ours)), column(&|(_, bare)| of(bare)), column(&|(ours, bare)| of(ours) / of(bare))]
    }
}

#[allow(clippy::disallowed_methods, reason = "measuring is what this crate is for")]
fn now() -> Instant {
    Instant::now()
}

/// Processor time of all threads of this process, in microseconds, as the scheduler counts it.
fn own_cpu() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| {
        let line = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        line.split(' ').next()?.parse::<f64>().ok()
    });
    times.sum::<f64>() / 1e3
}
