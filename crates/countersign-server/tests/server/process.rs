//! The server's process, and what it prints.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::http::Client;

/// How long a server may take until it listens, while everything else compiles.
const START: Duration = Duration::from_secs(60);
/// How often it is looked, 20 ms apart, for what must come.
const LOOKS: usize = 3_000;

/// A server that listens. It ends with its test.
pub(crate) struct Server {
    child: Child,
    address: String,
    printed: Arc<Mutex<String>>,
    logged: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

/// The program, without any of this machine's own settings.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign-server"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("COUNTERSIGN_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs it to its end, with those flags.
pub(crate) fn run(flags: &[&str]) -> Output {
    program().args(flags).output().expect("it runs")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Server {
    pub(crate) fn dev() -> Self {
        Self::start(program().args(["--dev", "--listen", "127.0.0.1:0"]))
    }

    pub(crate) fn configured(file: &Path) -> Self {
        Self::start(program().arg("--config").arg(file))
    }

    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (printed, logged) = (Arc::default(), Arc::default());
        let (found, address) = mpsc::channel();
        let readers = vec![
            read(child.stdout.take().expect("a pipe"), Arc::clone(&printed), found.clone()),
            read(child.stderr.take().expect("a pipe"), Arc::clone(&logged), found),
        ];
        let mut server = Self { child, address: String::new(), printed, logged, readers };
        match address.recv_timeout(START) {
            Ok(address) => server.address = address,
            Err(_) => panic!("it does not say where it listens:\n{}{}", server.printed(), server.logged()),
        }
        server
    }

    /// As in `127.0.0.1:8080`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.address)
    }

    pub(crate) fn printed(&self) -> String {
        self.printed.lock().expect("no reader panics").clone()
    }

    pub(crate) fn logged(&self) -> String {
        self.logged.lock().expect("no reader panics").clone()
    }

    /// Waits until the log has that in it.
    pub(crate) fn wait_for_log(&self, wanted: &str) {
        wait_for(wanted, || self.logged());
    }

    /// Waits until it has printed that. Gives all that it printed.
    pub(crate) fn wait_for_print(&self, wanted: &str) -> String {
        wait_for(wanted, || self.printed())
    }

    /// Sends it a signal, as `kill` does.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for its end. Gives what it logged, too.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it is a child");
        for reader in self.readers.drain(..) {
            reader.join().expect("no reader panics");
        }
        (status, self.logged())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_for(wanted: &str, said: impl Fn() -> String) -> String {
    for _ in 0..LOOKS {
        let said = said();
        if said.contains(wanted) {
            return said;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("{wanted:?} does not come:\n{}", said());
}

fn read(from: impl Read + Send + 'static, into: Arc<Mutex<String>>, found: mpsc::Sender<String>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if let Some(at) = line.find("127.0.0.1:") {
                let address = line[at..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
                let _ = found.send(address);
            }
            let mut into = into.lock().expect("no reader panics");
            into.push_str(&line);
            into.push('\n');
        }
    })
}
