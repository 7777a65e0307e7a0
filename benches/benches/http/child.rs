//! A server as a process of its own: this program once more, with other arguments.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use countersign_api::Record;

use crate::{bare, ours};

/// Which server.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Ours,
    OursForgetting,
    Bare,
    OursOnRedis(String),
    BareOnRedis(String),
}

const WORD: &str = "--serve";

impl Kind {
    fn arguments(&self) -> Vec<String> {
        let (name, url) = match self {
            Self::Ours => ("ours", None),
            Self::OursForgetting => ("ours-forgetting", None),
            Self::Bare => ("bare", None),
            Self::OursOnRedis(url) => ("ours-on-redis", Some(url)),
            Self::BareOnRedis(url) => ("bare-on-redis", Some(url)),
        };
        [WORD.to_owned(), name.to_owned()].into_iter().chain(url.cloned()).collect()
    }
}

/// What the arguments say to serve, if they do.
pub(crate) fn asked_for(arguments: &[String]) -> Option<Kind> {
    let at = arguments.iter().position(|argument| argument == WORD)?;
    let url = || arguments.get(at + 2).expect("the URL of a server").clone();
    Some(match arguments[at + 1].as_str() {
        "ours" => Kind::Ours,
        "ours-forgetting" => Kind::OursForgetting,
        "bare" => Kind::Bare,
        "ours-on-redis" => Kind::OursOnRedis(url()),
        "bare-on-redis" => Kind::BareOnRedis(url()),
        other => panic!("no such server: {other}"),
    })
}

/// A verification that lives in a server, and its code.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) record: Record,
    pub(crate) code: String,
}

/// Serves until nobody holds the other end of standard input, beginning with as many verifications as its first line says.
pub(crate) fn run(kind: Kind) {
    let live: usize = next_line().parse().expect("a number");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        let (address, known) = match kind {
            Kind::Ours => ours::serve(live).await,
            Kind::OursForgetting => ours::serve_forgetting(live).await,
            Kind::Bare => bare::serve(live).await,
            Kind::OursOnRedis(url) => ours::serve_on_redis(&url, live).await,
            Kind::BareOnRedis(url) => bare::serve_on_redis(&url, live).await,
        };
        let mut said = String::new();
        for Known { record, code } in known {
            writeln!(said, "{} {code}", record.id).expect("a string");
        }
        let mut out = std::io::stdout();
        write!(out, "{address}\n{}\n{said}", said.lines().count()).expect("somebody reads");
        out.flush().expect("somebody reads");
        // Ends with whoever started it.
        tokio::task::spawn_blocking(next_line).await.expect("it ends");
    });
    std::process::exit(0);
}

fn next_line() -> String {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("readable");
    line.trim_end().to_owned()
}

/// A server that runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Child {
    process: std::process::Child,
    pub(crate) address: String,
    /// Ids and codes of what lives in it.
    pub(crate) known: Vec<(String, String)>,
}

impl Child {
    pub(crate) async fn start(kind: &Kind, live: usize) -> Self {
        let (arguments, program) = (kind.arguments(), std::env::current_exe().expect("this program"));
        tokio::task::spawn_blocking(move || {
            let command = &mut Command::new(program);
            let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut process = command.spawn().expect("this program runs");
            writeln!(process.stdin.as_mut().expect("piped"), "{live}").expect("it reads");
            let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
            let mut next = || lines.next().expect("it says more").expect("readable");
            let address = next();
            let count: usize = next().parse().expect("a number");
            let pair = |line: String| {
                let (id, code) = line.split_once(' ').expect("id and code");
                (id.to_owned(), code.to_owned())
            };
            let known = (0..count).map(|_| pair(next())).collect();
            Self { process, address, known }
        })
        .await
        .expect("it starts")
    }

    /// Processor time of all its threads so far, in microseconds.
    pub(crate) fn cpu(&self) -> f64 {
        let folder = format!("/proc/{}/task", self.process.id());
        let threads = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let times = threads.filter_map(|thread| {
            let line = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
            line.split(' ').next()?.parse::<f64>().ok()
        });
        times.sum::<f64>() / 1e3
    }

    /// Its resident memory, in MiB.
    pub(crate) fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches("kB").trim().parse::<f64>().unwrap_or(f64::NAN) / 1024.0
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
