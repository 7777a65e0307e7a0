//! A server on loopback that reads one request at a time and then behaves as it was told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What a server does with one request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Answers, and keeps the connection.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// Answers with that status, and repeats the whole request wherever its answer has room for words.
    Repeat(u16),
    /// Answers so late.
    Late(Duration, Box<Self>),
    /// Says nothing, and keeps the connection.
    Hang,
    /// Closes the connection in an orderly way.
    Close,
    /// Breaks the connection.
    Reset,
    /// Writes exactly this and closes.
    Raw(Vec<u8>),
    /// Writes exactly this and then nothing more.
    RawThenHang(Vec<u8>),
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Arrived {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }
}

#[derive(Default)]
struct State {
    acts: VecDeque<Act>,
    arrived: Vec<Arrived>,
    connections: usize,
}

/// Does what was written down, one act a request, and then answers 202 to everything.
pub struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

pub fn answer(status: u16, body: &str) -> Act {
    Act::Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

pub fn answer_with(status: u16, headers: &[(&'static str, &str)], body: &str) -> Act {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Act::Answer { status, headers, body: body.as_bytes().to_vec() }
}

impl Server {
    pub async fn start() -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into()).await
    }

    pub async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("loopback");
        let port = listener.local_addr().expect("bound").port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                lock(&shared).connections += 1;
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { port, state, task }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Does that with the next requests, one each.
    pub fn then(&self, acts: impl IntoIterator<Item = Act>) -> &Self {
        lock(&self.state).acts.extend(acts);
        self
    }

    pub fn arrived(&self) -> Vec<Arrived> {
        lock(&self.state).arrived.clone()
    }

    /// How many connections there were.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// The only request so far.
    pub fn only(&self) -> Arrived {
        let arrived = self.arrived();
        assert_eq!(arrived.len(), 1, "{arrived:?}");
        arrived[0].clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    while let Some(request) = read(&mut stream).await {
        let mut act = {
            let mut state = lock(&state);
            state.arrived.push(request.clone());
            state.acts.pop_front().unwrap_or_else(|| answer(202, r#"{"status":"accepted"}"#))
        };
        if let Act::Late(by, then) = act {
            sleep(by).await;
            act = *then;
        }
        if let Act::Repeat(status) = act {
            let said = String::from_utf8_lossy(&request.body);
            let body = json!({ "code": said, "message": said, "details": { "to": [said] } });
            act = answer(status, &body.to_string());
        }
        match act {
            Act::Answer { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head += &format!("{name}: {value}\r\n");
                }
                let _ = stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat()).await;
            }
            Act::Late(..) | Act::Repeat(_) => panic!("it was made another act above"),
            Act::Hang => sleep(Duration::from_secs(60)).await,
            Act::Close => return,
            Act::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
            Act::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Act::RawThenHang(bytes) => {
                let _ = stream.write_all(&bytes).await;
                sleep(Duration::from_secs(60)).await;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Arrived> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Arrived { method, target, headers, body: bytes[end..].to_vec() })
}
