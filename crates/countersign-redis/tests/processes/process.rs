//! What each process has: an engine over the shared Redis, and a line to the test that started it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use countersign::{
    Channel, ChannelId, Dispatch, Engine, KeyId, Keyring, PhoneNumber, Platform, Receipt, SendError, StartRequest,
    Store, Transport, WorkspaceId,
};
use countersign_redis::RedisStore;
use uuid::Uuid;

use crate::servers::Server;
use crate::{crashes, races};

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
pub(crate) const SMS: ChannelId = ChannelId::new(Uuid::from_u128(2));

/// What a process is started for, in words that pass from one process to another.
pub(crate) struct Job(Vec<String>);

const JOB: &str = "COUNTERSIGN_TEST_JOB";

impl Job {
    pub(crate) fn of_this_process() -> Option<Self> {
        Some(Self(std::env::var(JOB).ok()?.split(' ').map(str::to_owned).collect()))
    }

    pub(crate) fn run(self) -> ExitCode {
        let words: Vec<_> = self.0.iter().map(String::as_str).collect();
        runtime().block_on(async {
            match words[..] {
                ["race", url, id, code, times] => {
                    races::race(url, id.parse().unwrap(), code, times.parse().unwrap()).await;
                }
                ["due", url] => races::run_due(url).await,
                ["crash", url, boundary] => crashes::live(url, boundary.parse().unwrap()).await,
                _ => panic!("no such job: {words:?}"),
            }
        });
        ExitCode::SUCCESS
    }
}

/// A process of a test's, which ends with it.
pub(crate) struct Process {
    child: Child,
    says: BufReader<std::process::ChildStdout>,
    hears: ChildStdin,
}

impl Process {
    pub(crate) fn start(job: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(JOB, job)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (says, hears) = (BufReader::new(child.stdout.take().unwrap()), child.stdin.take().unwrap());
        Self { child, says, hears }
    }

    pub(crate) fn next_line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.says.read_line(&mut line).unwrap() > 0).then(|| line.trim().to_owned())
    }

    pub(crate) fn go(&mut self) {
        writeln!(self.hears, "go").unwrap();
    }

    /// All that it said, and how it ended.
    pub(crate) fn end(mut self) -> (Vec<String>, std::process::ExitStatus) {
        let lines = std::iter::from_fn(|| self.next_line()).collect();
        (lines, self.child.wait().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says a line to the test, at once.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Waits until the test has every process where it wants it.
pub(crate) fn ready() {
    say("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// The same in every process, as in every process of a service.
pub(crate) fn keyring() -> Keyring {
    let secret: Vec<u8> = (0..32_u8).map(|n| n.wrapping_mul(167).wrapping_add(13)).collect();
    Keyring::new(KeyId::new(1), countersign::KeySecret::from_bytes(&secret).unwrap())
}

pub(crate) async fn store(url: &str) -> RedisStore {
    RedisStore::builder(url).connect().await.unwrap()
}

pub(crate) fn engine(store: impl Store, provider: Arc<dyn Transport>) -> Engine {
    let channel = Channel::new(Platform::Sms, provider);
    Engine::builder(Arc::new(store), keyring()).channel(SMS, channel).build().unwrap()
}

pub(crate) fn request() -> StartRequest {
    StartRequest::new(PhoneNumber::parse("+31612345678").unwrap()).step(SMS)
}

/// A provider whose messages the test reads: a line for each.
#[derive(Debug)]
pub(crate) struct Spoken;

#[async_trait]
impl Transport for Spoken {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        say(&format!("sent {} {}", dispatch.reference(), dispatch.code().expose()));
        Ok(Receipt::ByReference { message_id: None })
    }
}

/// A code that is not the one that was sent.
pub(crate) fn other_than(code: &str) -> String {
    code.chars().map(|c| if c == '1' { '2' } else { '1' }).collect()
}

/// Dies at one of the places that it is led through.
#[derive(Debug)]
pub(crate) struct Fate {
    place: AtomicUsize,
    boundary: usize,
}

impl Fate {
    pub(crate) fn at(boundary: usize) -> Arc<Self> {
        Arc::new(Self { place: AtomicUsize::new(0), boundary })
    }

    pub(crate) fn pass(&self) {
        if self.place.fetch_add(1, Ordering::SeqCst) == self.boundary {
            let myself = std::process::id().to_string();
            let _ = Command::new("sh").args(["-c", &format!("kill -9 {myself}")]).status();
            loop {
                std::thread::park();
            }
        }
    }
}

/// One that has written down what it acknowledged. With `everysec` it may acknowledge while its disk is busy, and have
/// nothing when it is killed then.
pub(crate) fn durable_server() -> Server {
    Server::start(&["--appendonly", "yes", "--appendfsync", "always"])
}
