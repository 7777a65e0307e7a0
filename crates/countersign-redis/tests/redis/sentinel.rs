use std::fs;
use std::process::{Child, Command, Stdio};

use redis::cmd;
use tempfile::TempDir;

use super::{LOOKS, PAUSE, Server, connect, free_port, program};

/// One sentinel, whose word is enough.
pub(crate) struct Sentinel {
    child: Child,
    port: u16,
    name: String,
    _folder: TempDir,
}

impl Sentinel {
    /// Watches a master under a name, and finds it dead after half a second of silence.
    pub(crate) fn watch(master: &Server, name: &str) -> Self {
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

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Waits until it knows whom to promote.
    pub(crate) fn knows_a_replica(&self) {
        let mut connection = connect(self.port).expect("it runs");
        let knows = (0..LOOKS).any(|_| {
            std::thread::sleep(PAUSE);
            let info: String = cmd("INFO").arg("sentinel").query(&mut connection).expect("it answers");
            info.contains(&format!("name={},status=ok", self.name)) && info.contains("slaves=1")
        });
        assert!(knows, "the sentinel found no replica");
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
