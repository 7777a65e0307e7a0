//! What the Redis store costs, beside the same commands sent bare through the same client, in turn in one run.
//!
//! `cargo bench -p countersign-benches --bench redis`; with `-- --test` it runs everything once, small. It needs Debian's
//! `redis-server` and `redis-tools`.
#![allow(missing_docs, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, clippy::panic)]

use std::process::Command;
use std::time::Duration;

use countersign_redis::RedisStore;
use countersign_testkit::redis_server as servers;

#[path = "redis/crowd.rs"]
mod crowd;
#[path = "redis/deployment.rs"]
mod deployment;
#[path = "redis/gauges.rs"]
mod gauges;
#[path = "redis/tape.rs"]
mod tape;

use crowd::{CALLERS, Crowd, Sides};
use deployment::Deployment;
use servers::{Cluster, Server, catch_up};
use tape::Tape;

struct Size {
    rounds: usize,
    live: usize,
    passes: usize,
    population: usize,
    raw: usize,
}

#[tokio::main]
async fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let size = if test {
        Size { rounds: 1, live: 200, passes: 1, population: 500, raw: 1_000 }
    } else {
        Size { rounds: 21, live: 10_000, passes: 2, population: 100_000, raw: 300_000 }
    };
    println!("{:<56} {:>12} {:>12} {:>7}   goal", format!("{CALLERS} callers"), "ours", "bare", "ratio");
    starts_and_checks(&size).await;
    raw(&size);
    memory(&size).await;
    masters(&size).await;
    replicas(&size).await;
}

fn row(name: &str, unit: &str, places: usize, [ours, other, ratio]: [f64; 3], goal: &str) {
    let [ours, other] = [ours, other].map(|value| format!("{value:.places$} {unit}"));
    println!("{name:<56} {ours:>12} {other:>12} {ratio:>7.2}   {goal}");
}

fn single(name: &str, value: &str, goal: &str) {
    println!("{name:<56} {value:>12} {:>12} {:>7}   {goal}", "", "");
}

/// Every round begins with an empty server, for either side.
async fn starts_and_checks(size: &Size) {
    let server = Server::start(&gauges::DIGESTS);
    let tape = Tape::record(&server, size.live, size.passes).await;
    let (mut starts, mut checks) = (Sides::default(), Sides::default());
    for round in 0..size.rounds {
        let mut ours = None;
        let mut bare = None;
        // Neither side always goes first.
        for turn in [round, round + 1] {
            gauges::empty(&server);
            let deployment = Deployment::on(&server, size.live).await;
            if turn % 2 == 0 {
                let starts = deployment.start_all().await;
                let mut checks = Vec::with_capacity(size.passes);
                for _ in 0..size.passes {
                    checks.push(deployment.check_all(CALLERS).await);
                }
                ours = Some((starts, checks));
            } else {
                bare = Some(tape.play(&server).await);
            }
        }
        let (ours, bare) = (ours.expect("it had its turn"), bare.expect("it had its turn"));
        starts.push(ours.0, bare.0);
        ours.1.into_iter().zip(bare.1).for_each(|(ours, bare)| checks.push(ours, bare));
    }
    let [of_start, from_verdict] = tape.commands();
    rows(&format!("check, beside its {from_verdict} commands"), &checks);
    rows(&format!("start, beside its {of_start} commands"), &starts);
}

fn rows(name: &str, sides: &Sides) {
    row(name, "/s", 0, sides.medians(|crowd| crowd.rate), ">= 0.85");
    row("  half of them take at most", "ms", 2, sides.medians(|crowd| crowd.p50), "(no goal)");
    row("  99 of 100 take at most", "ms", 2, sides.medians(|crowd| crowd.p99), "<= 2");
    row("  processor time of this process for one", "us", 1, sides.medians(|crowd| crowd.own_cpu), "(no goal)");
    row("  processor time of Redis for one", "us", 1, sides.medians(|crowd| crowd.busiest_cpu), "(no goal)");
}

/// The server alone, with another client, for orientation.
fn raw(size: &Size) {
    let server = Server::start(&[]);
    let (port, requests, callers) = (gauges::port(&server.url()), size.raw.to_string(), CALLERS.to_string());
    let output = Command::new("redis-benchmark")
        .args(["-p", &port.to_string(), "-t", "set,get", "-d", "250", "-c", &callers, "-n", &requests, "--csv"])
        .output()
        .expect("this needs redis-benchmark: install Debian's package redis-tools");
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let get = report.lines().find(|line| line.starts_with("\"GET\"")).expect("it says how fast GET is");
    let values: Vec<f64> = get.split(',').filter_map(|value| value.trim_matches('"').parse().ok()).collect();
    single("redis-benchmark, GET of 250 B", &format!("{:.0} /s", values[0]), "(no goal)");
    single("  99 of 100 take at most", &format!("{:.2} ms", values[5]), "(no goal)");
}

async fn memory(size: &Size) {
    let server = Server::start(&[]);
    let deployment = Deployment::on(&server, size.population).await;
    let before = gauges::memory(&server);
    deployment.start_all().await;
    let bytes = (gauges::memory(&server) - before) / size.population as f64;
    single("memory of a live verification, all indexes", &format!("{bytes:.0} B"), "<= 700 B");
    let length = gauges::record_length(&server, 1_000);
    single("  of which its record is", &format!("{length:.0} B"), "(no goal)");
}

/// Three masters share this machine with all else, so it cannot show what they do on machines of their own. What the busiest
/// of them spends on a check it can, and that bounds the rate of them all. Each has as many callers as the one alone.
async fn masters(size: &Size) {
    let (plain, lone, cluster) = (Server::start(&[]), Server::start(&["--cluster-enabled", "yes"]), Cluster::start());
    gauges::give_all_slots(&lone);
    let plain = Deployment::on(&plain, size.live).await;
    let one = Deployment::over(RedisStore::cluster([lone.url()]), &[lone.url()], size.live).await;
    let three = Deployment::over(RedisStore::cluster(cluster.urls()), &cluster.urls(), size.live).await;
    for deployment in [&plain, &one, &three] {
        deployment.start_all().await;
    }
    let (mut beside_one, mut beside_plain) = (Sides::default(), Sides::default());
    for _ in 0..size.rounds.min(9) {
        let of_three = three.check_all(3 * CALLERS).await;
        beside_one.push(of_three, one.check_all(CALLERS).await);
        beside_plain.push(of_three, plain.check_all(CALLERS).await);
    }
    let rates = beside_one.medians(|crowd| crowd.rate);
    row("checks of 3 masters beside 1, all on this machine", "/s", 0, rates, "(no goal)");
    let capacity = |crowd: &Crowd| 1e6 / crowd.busiest_cpu;
    row("  for a second of the busiest master's processor", "/s", 0, beside_one.medians(capacity), ">= 2");
    row("  the same, beside a server without cluster", "/s", 0, beside_plain.medians(capacity), "(no goal)");
}

/// Both with a replica: one waits for it.
async fn replicas(size: &Size) {
    let (master, replica) = (Server::start(&["--repl-diskless-sync-delay", "0"]), Server::start(&[]));
    gauges::follow(&replica, &master);
    catch_up(&replica, &master);
    let waiting = RedisStore::builder(master.url()).wait_for_replicas(1, Duration::from_secs(5));
    let waiting = Deployment::over(waiting, &[master.url()], size.live).await;
    let hasty = Deployment::on(&master, size.live).await;
    waiting.start_all().await;
    hasty.start_all().await;
    let mut sides = Sides::default();
    for _ in 0..size.rounds.min(5) {
        let waited = waiting.check_all(CALLERS).await;
        sides.push(waited, hasty.check_all(CALLERS).await);
    }
    row("check, waiting for a replica beside not waiting", "/s", 0, sides.medians(|crowd| crowd.rate), "(no goal)");
    row("  99 of 100 take at most", "ms", 2, sides.medians(|crowd| crowd.p99), "(no goal)");
}
