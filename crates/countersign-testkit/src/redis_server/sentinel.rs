use std::fmt;
use std::fs;
use std::process::{Child, Command, Stdio};

use redis::cmd;
use tempfile::TempDir;

use super::{LOOKS, PAUSE, Server, connect, free_port, program};

/// One sentinel, whose vote is enough for a failover.
pub struct Sentinel {
    child: Child,
    port: u16,
    name: String,
    _folder: TempDir,
}

impl Sentinel {
    /// Starts a sentinel that watches a master under a name, and takes it for dead after half a second of silence.
    ///
    /// # Panics
    /// When there is no `redis-server`, or it does not start as a sentinel.
    #[must_use]
    pub fn watch(master: &Server, name: &str) -> Self {
        let folder = TempDir::new().expect("a folder for its files");
        let port = free_port();
        let file = folder.path().join("sentinel.conf");
        let settings = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\nsentinel monitor {name} 127.0.0.1 {} 1\n\
             sentinel down-after-milliseconds {name} 500\nsentinel failover-timeout {name} 10000\n",
            folder.path().display(),
            master.port(),
        );
        fs::write(&file, settings).expect("its settings");
        let child = Command::new(program())
            .arg(&file)
            .arg("--sentinel")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is a sentinel too");
        let sentinel = Self { child, port, name: name.to_owned(), _folder: folder };
        let starts = (0..LOOKS).any(|_| {
            std::thread::sleep(PAUSE);
            connect(port).is_some()
        });
        assert!(starts, "the sentinel does not start");
        sentinel
    }

    /// Returns its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Waits until it knows a replica to promote.
    ///
    /// # Panics
    /// When it finds none within a minute.
    pub fn knows_a_replica(&self) {
        let mut connection = connect(self.port).expect("it runs");
        let knows = (0..LOOKS).any(|_| {
            std::thread::sleep(PAUSE);
            let info: String = cmd("INFO").arg("sentinel").query(&mut connection).expect("it answers");
            info.contains(&format!("name={},status=ok", self.name)) && info.contains("slaves=1")
        });
        assert!(knows, "the sentinel found no replica");
    }
}

impl fmt::Debug for Sentinel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sentinel").field("port", &self.port).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
