//! The loader: connections that stay open, one request after the other on each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::child::Child;
use crate::ours::{KEY, start_body};
use countersign_benches::population::WORKSPACE;

/// What a load came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loaded {
    /// Requests a second.
    pub(crate) rate: f64,
    /// How long all but one in a hundred took at most, in milliseconds.
    pub(crate) p99: f64,
    /// What one cost the server, in microseconds of its processor time.
    pub(crate) server_cpu: f64,
}

/// Sends requests to a child.
pub(crate) struct Loader<'a> {
    child: &'a Child,
}

impl<'a> Loader<'a> {
    pub(crate) const fn to(child: &'a Child) -> Self {
        Self { child }
    }

    /// The right code of everyone, once.
    pub(crate) async fn right_codes(&self, connections: usize) -> Loaded {
        let known = self.child.known.iter();
        let requests = known.map(|(id, code)| check_request(id, code)).collect();
        self.send(connections, requests, b"200").await
    }

    pub(crate) async fn gets(&self, connections: usize, count: usize) -> Loaded {
        let known = self.child.known.iter().cycle().take(count);
        let requests = known.map(|(id, _)| get_request(id)).collect();
        self.send(connections, requests, b"200").await
    }

    pub(crate) async fn starts(&self, connections: usize, count: usize) -> Loaded {
        let requests = (0..count).map(|n| start_request(1_000_000 + n)).collect();
        self.send(connections, requests, b"202").await
    }

    async fn send(&self, connections: usize, requests: Vec<Vec<u8>>, wanted: &'static [u8; 3]) -> Loaded {
        let (count, requests) = (requests.len(), Arc::new(requests));
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(Connection::to(&self.child.address).await);
        }
        let next = Arc::new(AtomicUsize::new(0));
        let mut crowd = JoinSet::new();
        let (cpu, begin) = (self.child.cpu(), now());
        for mut connection in open {
            let (next, requests) = (next.clone(), requests.clone());
            crowd.spawn(async move {
                let mut waits = Vec::with_capacity(2 * requests.len() / connections);
                loop {
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    let Some(request) = requests.get(turn) else { return waits };
                    let begin = now();
                    let status = connection.ask(request).await;
                    assert_eq!(&status, wanted, "{}", String::from_utf8_lossy(connection.answer()));
                    waits.push(begin.elapsed().as_secs_f64() * 1e3);
                }
            });
        }
        let mut waits = crowd.join_all().await.concat();
        let (seconds, cpu) = (begin.elapsed().as_secs_f64(), self.child.cpu() - cpu);
        waits.sort_by(f64::total_cmp);
        let p99 = waits.get(waits.len() * 99 / 100).copied().unwrap_or(f64::NAN);
        Loaded { rate: count as f64 / seconds, p99, server_cpu: cpu / count as f64 }
    }
}

/// One connection, and what it last read.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    length: usize,
}

impl Connection {
    pub(crate) async fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("TCP");
        Self { stream, read: vec![0; 16 * 1024], length: 0 }
    }

    /// Sends a request, reads its whole answer, and gives its status.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> [u8; 3] {
        self.stream.write_all(request).await.expect("it reads");
        self.length = 0;
        let mut whole = None;
        while whole.is_none_or(|whole| self.length < whole) {
            let count = self.stream.read(&mut self.read[self.length..]).await.expect("it answers");
            assert_ne!(count, 0, "it closed after {}", String::from_utf8_lossy(self.answer()));
            self.length += count;
            whole = whole.or_else(|| whole_length(&self.read[..self.length]));
            if self.length == self.read.len() {
                self.read.resize(2 * self.length, 0);
            }
        }
        [self.read[9], self.read[10], self.read[11]]
    }

    pub(crate) fn answer(&self) -> &[u8] {
        &self.read[..self.length]
    }
}

/// How long head and body are together, once the head is there.
fn whole_length(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|part| part == b"\r\n\r\n")?;
    let lines = read[..head].split(|byte| *byte == b'\n');
    let mut length = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        name.eq_ignore_ascii_case(b"content-length").then_some(value)
    });
    let digits = length.next().expect("every answer has a length");
    let body =
        digits.iter().filter(|byte| byte.is_ascii_digit()).fold(0, |sum, byte| sum * 10 + usize::from(byte - b'0'));
    Some(head + 4 + body)
}

pub(crate) fn check_request(id: &str, code: &str) -> Vec<u8> {
    post(&format!("/{id}"), &format!("{{\"code\":\"{code}\"}}"))
}

pub(crate) fn start_request(n: usize) -> Vec<u8> {
    post("", &start_body(n))
}

pub(crate) fn get_request(id: &str) -> Vec<u8> {
    without_body("GET", &format!("/{id}"))
}

pub(crate) fn delete_request(id: &str) -> Vec<u8> {
    without_body("DELETE", &format!("/{id}"))
}

pub(crate) fn list_request(limit: usize) -> Vec<u8> {
    without_body("GET", &format!("?limit={limit}"))
}

fn without_body(method: &str, path: &str) -> Vec<u8> {
    format!(
        "{method} /workspaces/{WORKSPACE}/verify{path} HTTP/1.1\r\nhost: localhost\r\n\
        authorization: AccessKey {KEY}\r\n\r\n"
    )
    .into_bytes()
}

fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST /workspaces/{WORKSPACE}/verify{path} HTTP/1.1\r\nhost: localhost\r\nauthorization: AccessKey {KEY}\r\n\
        content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[allow(clippy::disallowed_methods, reason = "measuring is what this crate is for")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
