//! A long mixed load: verifications are started, looked at, tried wrongly and rightly, listed and canceled, by many
//! connections at once, while thousands are open. Nothing may fail, and the server's memory must stay where it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::child::{Child, Kind};
use crate::loader::{Connection, check_request, delete_request, get_request, list_request, now, start_request};
use crate::servers::Server;

/// Over memory, and then over Redis.
pub(crate) async fn run(seconds: u64, open: usize, connections: usize) {
    println!("{open} open verifications, {connections} connections, {seconds} s each");
    over("memory", Kind::OursForgetting, seconds, open, connections).await;
    let server = Server::start(&[]);
    over("Redis", Kind::OursOnRedis(server.url()), seconds, open, connections).await;
}

async fn over(name: &str, kind: Kind, seconds: u64, open: usize, connections: usize) {
    let child = Arc::new(Child::start(&kind, open).await);
    let begin = now();
    let (requests, next) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut crowd = JoinSet::new();
    for _ in 0..connections {
        let (child, requests, next) = (child.clone(), requests.clone(), next.clone());
        crowd.spawn(async move {
            let mut connection = Connection::to(&child.address).await;
            let mut waits = Vec::new();
            while begin.elapsed() < Duration::from_secs(seconds) {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                live_once(&mut connection, &child, turn, &mut waits).await;
                requests.fetch_add(5, Ordering::Relaxed);
            }
            waits
        });
    }
    let watch = tokio::spawn(watch(child.clone(), seconds));
    let mut waits = crowd.join_all().await.concat();
    let memory = watch.await.expect("it watches");
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits.get((waits.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    let count = requests.load(Ordering::Relaxed);
    let rate = count as f64 / begin.elapsed().as_secs_f64();
    println!(
        "over {name}: {count} requests, {rate:.0} /s, none failed; half took at most {:.2} ms, 99 of 100 {:.2} ms, all {:.2} ms",
        at(0.5),
        at(0.99),
        at(1.0 - f64::EPSILON)
    );
    println!(
        "  memory of the server, MiB: {}",
        memory.iter().map(|mib| format!("{mib:.0}")).collect::<Vec<_>>().join(" ")
    );
}

/// A verification from start to end, and looks at others between: five requests, each answered as it must be.
async fn live_once(connection: &mut Connection, child: &Child, turn: usize, waits: &mut Vec<f64>) {
    let mut ask = async |request: Vec<u8>, wanted: &[&str]| {
        let begin = now();
        let status = connection.ask(&request).await;
        waits.push(begin.elapsed().as_secs_f64() * 1e3);
        let status = std::str::from_utf8(&status).expect("digits").to_owned();
        let answer = String::from_utf8_lossy(connection.answer()).into_owned();
        assert!(wanted.contains(&&*status), "{answer}");
        answer
    };
    let (known, _) = &child.known[turn % child.known.len()];
    let started = ask(start_request(turn), &["202"]).await;
    let id = started.split("\"id\":\"").nth(1).and_then(|rest| rest.get(..36)).expect("it has an id");
    ask(get_request(known), &["200"]).await;
    // One in a million is right.
    ask(check_request(id, "271828"), &["400", "200"]).await;
    if turn.is_multiple_of(20) {
        ask(list_request(10), &["200"]).await;
    } else {
        ask(get_request(id), &["200"]).await;
    }
    ask(delete_request(id), &["200", "400"]).await;
}

/// The server's memory at ten moments of the load.
async fn watch(child: Arc<Child>, seconds: u64) -> Vec<f64> {
    let mut memory = Vec::new();
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(seconds * 100)).await;
        memory.push(child.memory());
    }
    memory
}
