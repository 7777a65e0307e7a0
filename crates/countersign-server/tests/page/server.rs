//! The server under test: the real binary, in `--dev`, on a port of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::thread;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts one on a free port.
    pub(crate) fn begin() -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Starts one there.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign-server"))
            .args(["--dev", "--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let address = lines.find_map(|line| address_in(&line.ok()?)).expect("a line with its address");
        // Nobody may stop reading: a full pipe would hold the server up.
        thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its pages are, with a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in `… http://127.0.0.1:1234/ …`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}
