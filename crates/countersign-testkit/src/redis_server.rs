//! Real Redis servers, clusters and sentinels on the loopback, and wires to them that break.
//!
//! They need Debian's `redis-server`; without it [`Server::start`] panics and says so. `REDIS_SERVER` names another program
//! of its kind, as Valkey is. Each runs in a process of its own, which ends when its value is dropped.

use std::fmt;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::{Client, Connection, cmd};
use tempfile::TempDir;

mod cluster;
mod sentinel;
mod wire;

pub use cluster::Cluster;
pub use sentinel::Sentinel;
pub use wire::Wire;

/// How often to look, 20 ms apart, whether a server is there: enough while everything else compiles.
const LOOKS: usize = 3_000;
const PAUSE: Duration = Duration::from_millis(20);

/// One `redis-server`, without persistence unless its settings say so.
pub struct Server {
    child: Child,
    port: u16,
    settings: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// Starts a server on a free port, with those arguments besides: `&["--appendonly", "yes"]`.
    ///
    /// # Panics
    /// When there is no `redis-server`, or it does not start; so do its siblings.
    #[must_use]
    pub fn start(settings: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder for its files");
        // Another process may take the port in between: then the server ends, and another port is tried.
        for _ in 0..20 {
            let port = free_port();
            if let Some(child) = launch(port, folder.path(), settings) {
                let settings = settings.iter().map(ToString::to_string).collect();
                return Self { child, port, settings, folder };
            }
        }
        panic!("redis-server did not start");
    }

    /// Starts a server that speaks TLS only, with arguments that name its certificates.
    #[must_use]
    pub fn start_encrypted(papers: &[String]) -> Self {
        let folder = TempDir::new().expect("a folder for its files");
        for _ in 0..20 {
            let port = free_port();
            let tls = ["--tls-port".to_owned(), port.to_string()];
            let settings = [papers, &tls].concat();
            let mut child = spawn(0, folder.path(), &settings);
            for _ in 0..LOOKS {
                if child.try_wait().expect("a child").is_some() {
                    break;
                }
                if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self { child, port, settings, folder };
                }
                std::thread::sleep(PAUSE);
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("redis-server did not start with TLS");
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again after [`kill`](Self::kill), on the same port, with the same files.
    pub fn start_again(&mut self) {
        let settings: Vec<_> = self.settings.iter().map(String::as_str).collect();
        self.child = launch(self.port, self.folder.path(), &settings).expect("it starts on its port");
    }

    /// Starts it again, and returns while it still reads its files.
    pub fn start_loading(&mut self) {
        self.child = spawn(self.port, self.folder.path(), &self.settings);
        let address = ("127.0.0.1", self.port);
        let listens = (0..LOOKS).any(|_| {
            std::thread::sleep(PAUSE);
            std::net::TcpStream::connect(address).is_ok()
        });
        assert!(listens, "it does not start");
    }

    /// Returns its port on the loopback.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns its URL: `redis://127.0.0.1:10000/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Connects to it.
    #[must_use]
    pub fn connection(&self) -> Connection {
        connect(self.port).expect("it runs")
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("port", &self.port).finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn program() -> String {
    std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned())
}

fn spawn(port: u16, folder: &Path, settings: &[impl AsRef<std::ffi::OsStr>]) -> Child {
    Command::new(program())
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(folder)
        .args(settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("these tests need redis-server: install Debian's package of that name")
}

fn launch(port: u16, folder: &Path, settings: &[&str]) -> Option<Child> {
    let mut child = spawn(port, folder, settings);
    for _ in 0..LOOKS {
        if child.try_wait().expect("a child").is_some() {
            return None;
        }
        // Another's server may have the port: then ours is about to end.
        if connect(port).is_some_and(|mut server| process_of(&mut server) == child.id()) {
            return Some(child);
        }
        std::thread::sleep(PAUSE);
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// Waits until a replica has all that its master wrote.
///
/// # Panics
/// When that takes longer than a minute.
pub fn catch_up(replica: &Server, master: &Server) {
    let (mut of_replica, mut of_master) = (replica.connection(), master.connection());
    let has_all = (0..LOOKS).any(|_| {
        std::thread::sleep(PAUSE);
        let [replica, master] = [&mut of_replica, &mut of_master]
            .map(|connection| cmd("INFO").arg("replication").query::<String>(connection).expect("it answers"));
        let offset =
            |info: &str, name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        replica.contains("master_link_status:up")
            && master.contains("state=online")
            && offset(&replica, "slave_repl_offset:") == offset(&master, "master_repl_offset:")
    });
    assert!(has_all, "the replica did not come up to date");
}

fn connect(port: u16) -> Option<Connection> {
    let client = Client::open(format!("redis://127.0.0.1:{port}/")).ok()?;
    let mut connection = client.get_connection_with_timeout(Duration::from_secs(1)).ok()?;
    cmd("PING").exec(&mut connection).ok()?;
    Some(connection)
}

fn process_of(server: &mut Connection) -> u32 {
    let info: String = cmd("INFO").arg("server").query(server).unwrap_or_default();
    let id = info.lines().find_map(|line| line.strip_prefix("process_id:")?.trim().parse().ok());
    id.unwrap_or_default()
}

/// Below the ports that the system gives to outgoing connections, and leaving room for a cluster's second port.
fn free_port() -> u16 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let place = u64::from(std::process::id()) * 31 + NEXT.fetch_add(1, Ordering::Relaxed) * 7;
        let port = 10_000 + u16::try_from(place % 12_000).unwrap_or(0);
        let free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if free(port) && free(port + 10_000) {
            return port;
        }
    }
}
