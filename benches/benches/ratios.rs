//! The figures we publish: each operation beside its floor, measured in turn in one run, and the goal it has.
//!
//! `cargo bench -p countersign-benches --bench ratios`; with `-- --test` it runs everything once, small.
#![allow(missing_docs, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)]

use std::hint::black_box;
use std::time::Duration;

use countersign::store::{Limit, Query};
use countersign::{Clock, SystemClock, VerificationId};
use countersign_benches::floors::Floors;
use countersign_benches::population::{Population, WORKSPACE, ready, request, wrong_code};
use countersign_benches::rounds::{Beside, beside, median, time};

struct Size {
    rounds: usize,
    operations: usize,
    few: usize,
    many: usize,
}

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let size = if test {
        Size { rounds: 1, operations: 100, few: 100, many: 1_000 }
    } else {
        Size { rounds: 31, operations: 20_000, few: 10_000, many: 1_000_000 }
    };
    println!("{:<44} {:>10} {:>10} {:>8}   goal", "operation", "ours", "floor", "ratio");
    machine(&size);
    starts(&size);
    let few = Population::of(size.few);
    checks(&size, &few, "<= 3");
    drop(few);
    threads(&size);
    let before = resident();
    let many = Population::of(size.many);
    let bytes = (resident() - before) / size.many as f64;
    println!("{:<44} {bytes:>8.0} B {:>10} {:>8}   <= 700 B", "memory of a live verification, all indexes", "", "");
    checks(&size, &many, "<= 4");
    pages(&size, &many);
}

fn row(name: &str, measured: Beside, goal: &str) {
    println!("{name:<44} {:>7.0} ns {:>7.0} ns {:>8.2}   {goal}", measured.ours, measured.floor, measured.ratio);
}

fn machine(size: &Size) {
    let floors = Floors::default();
    let population = Population::of(1);
    let verification = population.any();
    let (keyring, code, now) = (&population.keyring, wrong_code(), SystemClock.now());
    let ours = |operations| {
        time(|| {
            for _ in 0..operations {
                drop(black_box(verification.check(&code, keyring, now)));
            }
        })
    };
    let measured = beside(size.rounds, size.operations, || _ = black_box(floors.check()), ours);
    row("machine check", measured, "<= 1.5");
    let measured = beside(size.rounds, size.operations, || _ = black_box(floors.crypto()), ours);
    row("machine check, beside its cryptography alone", measured, "(no goal)");
}

/// Every verification takes nine wrong codes and stays open; then a new population takes over, unmeasured.
fn checks(size: &Size, population: &Population, goal: &str) {
    let floors = Floors::default();
    let code = wrong_code();
    let mut fresh = None;
    let mut done = 0;
    let ours = |operations: usize| {
        let live = population.ids.len();
        let mut total = Duration::ZERO;
        let mut left = operations;
        while left > 0 {
            if done == live * 9 {
                fresh = Some(Population::of(live));
                done = 0;
            }
            let target: &Population = fresh.as_ref().unwrap_or(population);
            let batch = left.min(live - done % live);
            let ids = &target.ids[done % live..done % live + batch];
            total += time(|| {
                for id in ids {
                    drop(black_box(ready(target.engine.check(WORKSPACE, *id, &code))));
                }
            });
            done += batch;
            left -= batch;
        }
        total
    };
    let measured = beside(size.rounds, size.operations, || _ = black_box(floors.check()), ours);
    row(&format!("engine.check, {} live", population.ids.len()), measured, goal);
}

fn starts(size: &Size) {
    let floors = Floors::default();
    let mut n = 0;
    let mut ours = |operations: usize| {
        // Each round begins with an empty store, so that rounds are alike.
        let population = Population::of(1);
        let requests: Vec<_> = (0..operations).map(|k| request(n + k)).collect();
        n += operations;
        time(|| {
            for request in requests {
                drop(black_box(ready(population.engine.start(WORKSPACE, request))));
            }
        })
    };
    let measured = beside(size.rounds, size.operations, || _ = black_box(floors.start()), &mut ours);
    row("engine.start, sent inline", measured, "<= 3");
    let measured =
        beside(size.rounds, size.operations, || _ = black_box(floors.start_without_system_calls()), &mut ours);
    row("engine.start, beside a floor in user space", measured, "(no goal)");
}

/// How much faster two threads do a piece of work than one does both halves: of our checks, and of bare cryptography, which
/// shares nothing, so that what it gains is what this machine's second processor is worth.
fn threads(size: &Size) {
    let (code, floors) = (wrong_code(), Floors::default());
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds.min(7) {
        let population = Population::of(size.few);
        let (left, right) = population.ids.split_at(population.ids.len() / 2);
        let check_all = |ids: &[VerificationId]| {
            for id in ids {
                drop(black_box(ready(population.engine.check(WORKSPACE, *id, &code))));
            }
        };
        let hash_all = |ids: &[VerificationId]| ids.iter().for_each(|_| _ = black_box(floors.crypto()));
        // Eight checks each of ten: nobody is exhausted.
        for _ in 0..4 {
            ours.push(gain(&check_all, left, right));
            bare.push(gain(&hash_all, left, right));
        }
    }
    let (ours, bare) = (median(ours), median(bare));
    println!("{:<44} {ours:>7.2} x  {bare:>7.2} x  {:>8.2}   close to 2 x", "two threads' gain over one", ours / bare);
}

fn gain<T: Sync>(work: &(impl Fn(&[T]) + Sync), left: &[T], right: &[T]) -> f64 {
    let alone = time(|| {
        work(left);
        work(right);
    });
    let together = time(|| {
        std::thread::scope(|scope| {
            scope.spawn(|| work(left));
            work(right);
        });
    });
    alone.as_secs_f64() / together.as_secs_f64()
}

fn pages(size: &Size, population: &Population) {
    let query = Query { limit: Limit::new(25).expect("in bounds"), ..Query::default() };
    let mut micros = Vec::new();
    let mut after = None;
    for _ in 0..size.rounds * 100 {
        let mut page = None;
        let took = time(|| page = ready(population.engine.list(WORKSPACE, &Query { after, ..query })).ok());
        after = page.and_then(|page| page.next);
        micros.push(took.as_secs_f64() * 1e6);
    }
    let name = format!("a page of 25 out of {}", population.ids.len());
    println!("{name:<44} {:>7.1} us {:>10} {:>8}   <= 25 us", median(micros), "", "");
}

/// Bytes of this process in memory, as the kernel counts them.
fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(f64::NAN);
    pages * 4096.0
}
