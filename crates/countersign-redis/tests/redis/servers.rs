//! Redis servers of the tests' own, which end with them.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use redis::{Client, Connection, cmd};
use tempfile::TempDir;

/// How often it is looked, 20 ms apart, whether a server is there: enough while everything else compiles.
const LOOKS: usize = 3_000;
const PAUSE: Duration = Duration::from_millis(20);

/// One `redis-server` without persistence.
pub(crate) struct Server {
    child: Child,
    port: u16,
    settings: Vec<String>,
    folder: TempDir,
}

impl Server {
    pub(crate) fn start(settings: &[&str]) -> Self {
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

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// On the same port, with the same files.
    pub(crate) fn start_again(&mut self) {
        let settings: Vec<_> = self.settings.iter().map(String::as_str).collect();
        self.child = launch(self.port, self.folder.path(), &settings).expect("it starts on its port");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn connection(&self) -> Connection {
        connect(self.port).expect("it runs")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn launch(port: u16, folder: &Path, settings: &[&str]) -> Option<Child> {
    let mut child = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(folder)
        .args(settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("these tests need redis-server: install Debian's package of that name");
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

/// Forwards between a replica and its master until it is cut: then both stay connected, and nothing passes any more.
///
/// A replica that is merely stopped would not do: what was sent to it waits in its socket, and is there when it goes on.
pub(crate) struct Wire {
    port: u16,
    cut: Arc<AtomicBool>,
}

impl Wire {
    pub(crate) fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let cut = Arc::new(AtomicBool::new(false));
        let (is_cut, master) = (cut.clone(), server.port);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let Ok(far) = TcpStream::connect(("127.0.0.1", master)) else { return };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let is_cut = is_cut.clone();
                    std::thread::spawn(move || forward(from, to, &is_cut));
                }
            }
        });
        Self { port, cut }
    }

    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    /// Makes a server the replica of the one at the other end, and waits until it is up to date.
    pub(crate) fn follow(&self, replica: &Server, master: &Server) {
        let mut connection = replica.connection();
        cmd("REPLICAOF").arg("127.0.0.1").arg(self.port).exec(&mut connection).expect("it follows");
        catch_up(replica, master);
    }
}

/// Waits until a replica has all that its master wrote.
pub(crate) fn catch_up(replica: &Server, master: &Server) {
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

fn forward(mut from: TcpStream, mut to: TcpStream, cut: &AtomicBool) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if cut.load(Ordering::SeqCst) {
            // The sockets stay open until the test ends.
            loop {
                std::thread::park();
            }
        }
        if to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

/// Three masters that share the slots.
pub(crate) struct Cluster(Vec<Server>);

impl Cluster {
    pub(crate) fn start() -> Self {
        let settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "5000"];
        let servers: Vec<_> = (0..3).map(|_| Server::start(&settings)).collect();
        let ranges = [(0, 5460), (5461, 10922), (10923, 16383)];
        for (server, (first, last)) in servers.iter().zip(ranges) {
            let mut connection = server.connection();
            cmd("CLUSTER").arg("ADDSLOTSRANGE").arg(first).arg(last).exec(&mut connection).expect("free slots");
            for other in &servers {
                let mut meet = cmd("CLUSTER");
                meet.arg("MEET").arg("127.0.0.1").arg(other.port).exec(&mut connection).expect("they meet");
            }
        }
        for server in &servers {
            let mut connection = server.connection();
            let formed = (0..LOOKS).any(|_| {
                std::thread::sleep(PAUSE);
                let info: String = cmd("CLUSTER").arg("INFO").query(&mut connection).expect("it answers");
                info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3")
            });
            assert!(formed, "the cluster did not form");
        }
        Self(servers)
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.0.iter().map(Server::url).collect()
    }
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
