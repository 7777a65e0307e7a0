//! A `redis-server` of the tests' own, which ends with them.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// How often it is looked, 20 ms apart, whether it is there.
const LOOKS: usize = 3_000;

pub(crate) struct RedisServer {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().expect("a folder for its files");
        // Another process may take the port in between: then another one is tried.
        for _ in 0..20 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
            let program = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
            let mut child = Command::new(program)
                .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"])
                .arg(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("these tests need redis-server: install Debian's package of that name");
            for _ in 0..LOOKS {
                std::thread::sleep(Duration::from_millis(20));
                if child.try_wait().expect("a child").is_some() {
                    break;
                }
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self { child, port, _folder: folder };
                }
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("redis-server did not start");
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
