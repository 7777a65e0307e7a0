//! What the router costs, beside bare axum servers that do as little as they can: same loader, in turn in one run.
//!
//! `cargo bench -p countersign-benches --bench http`; with `-- --test` it runs everything once, small. With
//! `-- --load SECONDS` it puts the router under a mixed load instead, over memory and over Redis, and watches errors and
//! memory. It needs Debian's `redis-server`.
#![allow(missing_docs, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing, clippy::panic)]

#[path = "http/bare.rs"]
mod bare;
#[path = "http/child.rs"]
mod child;
#[path = "redis/crowd.rs"]
#[allow(dead_code, reason = "another bench uses the rest")]
mod crowd;
#[path = "redis/deployment.rs"]
#[allow(dead_code, reason = "another bench uses the rest")]
mod deployment;
#[path = "redis/gauges.rs"]
#[allow(dead_code, reason = "another bench uses the rest")]
mod gauges;
#[path = "http/load.rs"]
mod load;
#[path = "http/loader.rs"]
mod loader;
#[path = "http/ours.rs"]
mod ours;
#[path = "redis/tape.rs"]
#[allow(dead_code, reason = "another bench uses the rest")]
mod tape;

use child::{Child, Kind};
use countersign_benches::rounds::median;
use countersign_testkit::redis_server as servers;
use loader::{Loaded, Loader};
use servers::Server;

const CONNECTIONS: usize = 50;

struct Size {
    rounds: usize,
    live: usize,
    gets: usize,
}

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(kind) = child::asked_for(&arguments) {
        return child::run(kind);
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    if let Some(at) = arguments.iter().position(|argument| argument == "--load") {
        let seconds = arguments.get(at + 1).and_then(|seconds| seconds.parse().ok()).unwrap_or(120);
        return runtime.block_on(load::run(seconds, 10_000, 200));
    }
    let test = arguments.iter().any(|argument| argument == "--test");
    let size =
        if test { Size { rounds: 1, live: 300, gets: 300 } } else { Size { rounds: 11, live: 40_000, gets: 80_000 } };
    runtime.block_on(async {
        compare(&size).await;
        if test {
            load::run(2, 500, 50).await;
        }
    });
}

async fn compare(size: &Size) {
    println!("{:<44} {:>12} {:>12} {:>7}   goal", format!("{CONNECTIONS} connections"), "ours", "bare", "ratio");
    let [mut check, mut get, mut start, mut shared] = [const { Vec::new() }; 4];
    for round in 0..size.rounds {
        let (ours, bare) = both(round, |kind| over_memory(kind, size), [Kind::Ours, Kind::Bare]).await;
        let [ours_check, ours_get, ours_start] = ours;
        let [bare_check, bare_get, bare_start] = bare;
        check.push((ours_check, bare_check));
        get.push((ours_get, bare_get));
        start.push((ours_start, bare_start));
        let server = Server::start(&gauges::DIGESTS);
        let kinds = [Kind::OursOnRedis(server.url()), Kind::BareOnRedis(server.url())];
        shared.push(both(round, |kind| over_redis(kind, &server, size), kinds).await);
    }
    rows("check over memory", &check, ">= 0.85");
    rows("start over memory", &start, ">= 0.75");
    rows("get over memory", &get, ">= 0.90");
    rows("check over Redis", &shared, ">= 0.85");
}

/// Both sides, one after the other; neither always goes first.
async fn both<T, F: Future<Output = T>>(round: usize, run: impl Fn(Kind) -> F, [ours, bare]: [Kind; 2]) -> (T, T) {
    if round.is_multiple_of(2) {
        let ours = run(ours).await;
        (ours, run(bare).await)
    } else {
        let bare = run(bare).await;
        (run(ours).await, bare)
    }
}

async fn over_memory(kind: Kind, size: &Size) -> [Loaded; 3] {
    let child = Child::start(&kind, size.live).await;
    let loader = Loader::to(&child);
    // First gets, while all are open; they warm the connections of both sides alike.
    let gets = loader.gets(CONNECTIONS, size.gets).await;
    let checks = loader.right_codes(CONNECTIONS).await;
    let starts = loader.starts(CONNECTIONS, size.live).await;
    [checks, gets, starts]
}

async fn over_redis(kind: Kind, server: &Server, size: &Size) -> Loaded {
    gauges::empty(server);
    let child = Child::start(&kind, size.live / 4).await;
    Loader::to(&child).right_codes(CONNECTIONS).await
}

fn rows(name: &str, sides: &[(Loaded, Loaded)], goal: &str) {
    let medians = |of: &dyn Fn(&Loaded) -> f64| {
        let column = |value: &dyn Fn(&(Loaded, Loaded)) -> f64| median(sides.iter().map(value).collect());
        [column(&|(ours, _)| of(ours)), column(&|(_, bare)| of(bare)), column(&|(ours, bare)| of(ours) / of(bare))]
    };
    let [ours, bare, ratio] = medians(&|loaded| loaded.rate);
    println!("{name:<44} {:>12} {:>12} {ratio:>7.2}   {goal}", format!("{ours:.0} /s"), format!("{bare:.0} /s"));
    let [ours, bare, ratio] = medians(&|loaded| loaded.p99);
    let name = "  99 of 100 take at most";
    println!("{name:<44} {:>12} {:>12} {ratio:>7.2}   (no goal)", format!("{ours:.2} ms"), format!("{bare:.2} ms"));
    let [ours, bare, ratio] = medians(&|loaded| loaded.server_cpu);
    let name = "  processor time of the server for one";
    println!("{name:<44} {:>12} {:>12} {ratio:>7.2}   (no goal)", format!("{ours:.1} us"), format!("{bare:.1} us"));
}
