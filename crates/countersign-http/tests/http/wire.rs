//! Over real sockets: slow ones, rude ones, too many of them, and the end of the service.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign::Transport;
use countersign_http::{ConnectionLimits, RequestLimits, TrustedProxies, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use crate::test_server::{Gate, OUR_KEY, OURS, Plan, TestServer, all, start};

struct Service {
    at: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Service {
    async fn of(server: &TestServer, connections: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel();
        let app = server.router.clone();
        let served = tokio::spawn(async move { serve(listener, app, connections, async { drop(ended.await) }).await });
        Self { at, end: Some(end), served }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.at).await.unwrap()
    }

    /// Connects from an address of this machine.
    async fn connect_from(&self, from: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        socket.connect(self.at).await.unwrap()
    }
}

fn head(method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: AccessKey {OUR_KEY}\r\n{more}\r\n")
}

pub fn whole_start() -> String {
    let body = start().to_string();
    head("POST", &all(OURS), &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())) + &body
}

/// All that comes until the other side closes.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset after the answer is an end too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

/// One answer of a connection that stays open.
async fn read_one(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0; 4096];
        let count = stream.read(&mut part).await.unwrap();
        assert_ne!(count, 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
        bytes.extend(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse::<usize>().unwrap() {
                return text;
            }
        }
    }
}

#[tokio::test]
async fn requests_follow_one_another_on_one_connection() {
    let server = TestServer::new();
    let service = Service::of(&server, ConnectionLimits::default()).await;
    let mut stream = service.connect().await;
    for _ in 0..3 {
        stream.write_all(whole_start().as_bytes()).await.unwrap();
        assert!(read_one(&mut stream).await.starts_with("HTTP/1.1 202"));
    }
    assert_eq!(server.transport.sent().len(), 3);
}

#[tokio::test]
async fn a22_who_sends_a_head_byte_by_byte_is_cut_off_and_nobody_else_waits() {
    let server = TestServer::new();
    let connections = ConnectionLimits::default().with_header_timeout(Duration::from_millis(400));
    let service = Service::of(&server, connections).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = service.connect().await;
        stream.write_all(b"POST /workspaces HTTP/1.1\r\nhost: ").await.unwrap();
        slow.push(tokio::spawn(async move {
            // A byte now and then does not buy more time.
            loop {
                let mut end = [0; 64];
                tokio::select! {
                    read = stream.read(&mut end) => return matches!(read, Ok(0) | Err(_)),
                    () = tokio::time::sleep(Duration::from_millis(50)) => drop(stream.write_all(b"x").await),
                }
            }
        }));
    }
    let mut stream = service.connect().await;
    stream.write_all(whole_start().as_bytes()).await.unwrap();
    assert!(read_one(&mut stream).await.starts_with("HTTP/1.1 202"));
    for cut in slow {
        let cut = tokio::time::timeout(Duration::from_secs(10), cut).await.expect("it is cut off");
        assert!(cut.unwrap(), "it was closed without a word");
    }
}

#[tokio::test]
async fn a22_a_body_that_trickles_is_answered_with_408() {
    let server = TestServer::configured(|config| {
        config.bounds(RequestLimits::default().with_body_timeout(Duration::from_millis(300)))
    });
    let service = Service::of(&server, ConnectionLimits::default()).await;
    let mut stream = service.connect().await;
    let head = head("POST", &all(OURS), "content-type: application/json\r\ncontent-length: 1000\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"{").await.unwrap();
    let said = read_one(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("\"RequestTimeout\""), "{said}");
}

#[tokio::test]
async fn a22_bodies_that_are_said_or_turn_out_to_be_endless_are_answered_with_413() {
    let server = TestServer::new();
    let service = Service::of(&server, ConnectionLimits::default()).await;
    let mut stream = service.connect().await;
    let said = head("POST", &all(OURS), "content-type: application/json\r\ncontent-length: 10737418240\r\n");
    stream.write_all(said.as_bytes()).await.unwrap();
    let answer = read_one(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("\"PayloadTooLarge\""), "{answer}");
    let mut stream = service.connect().await;
    let chunked = head("POST", &all(OURS), "content-type: application/json\r\ntransfer-encoding: chunked\r\n");
    stream.write_all(chunked.as_bytes()).await.unwrap();
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(4096));
    for _ in 0..17 {
        // The service may have closed by then.
        let _ = stream.write_all(chunk.as_bytes()).await;
    }
    let answer = read_one(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn what_is_no_http_gets_a_4xx_and_the_connection_ends() {
    let server = TestServer::new();
    let service = Service::of(&server, ConnectionLimits::default()).await;
    let many_headers = head("GET", &all(OURS), &"x-a: b\r\n".repeat(5_000));
    let long_header = head("GET", &all(OURS), &format!("x-a: {}\r\n", "b".repeat(1_000_000)));
    let long_path = head("GET", &format!("/{}", "a".repeat(100_000)), "");
    let smuggled =
        head("POST", &all(OURS), "content-length: 5\r\ncontent-length: 6\r\ncontent-type: application/json\r\n");
    let texts = [
        "nonsense\r\n\r\n",
        "\u{16}\u{3}\u{1}",
        "GET / HTTP/9.9\r\n\r\n",
        &many_headers,
        &long_header,
        &long_path,
        &smuggled,
    ];
    for text in texts {
        let mut stream = service.connect().await;
        let _ = stream.write_all(text.as_bytes()).await;
        let _ = stream.shutdown().await;
        let answer = read_all(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{}: {answer}", &text[..text.len().min(60)]);
    }
    let mut stream = service.connect().await;
    stream.write_all(whole_start().as_bytes()).await.unwrap();
    assert!(read_one(&mut stream).await.starts_with("HTTP/1.1 202"));
}

#[tokio::test]
async fn one_connection_too_many_is_told_so_and_closed() {
    let server = TestServer::new();
    let service = Service::of(&server, ConnectionLimits::default().with_max_connections(2)).await;
    let mut first = service.connect().await;
    let mut second = service.connect().await;
    for stream in [&mut first, &mut second] {
        stream.write_all(whole_start().as_bytes()).await.unwrap();
        assert!(read_one(stream).await.starts_with("HTTP/1.1 202"));
    }
    let mut third = service.connect().await;
    let answer = read_all(&mut third).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 1"), "{head}");
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap()["code"], "Overloaded");
    drop(first);
    // The place of the first is free as soon as its end is seen.
    for _ in 0..100 {
        let mut next = service.connect().await;
        next.write_all(whole_start().as_bytes()).await.unwrap();
        let mut status = [0; 12];
        next.read_exact(&mut status).await.unwrap();
        if &status == b"HTTP/1.1 202" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place was never free again");
}

/// The first line's begin of the answer to a start over a new connection; zeros when it is reset before.
async fn status_of_start(service: &Service, from: [u8; 4]) -> [u8; 12] {
    let (mut stream, mut status) = (service.connect_from(from).await, [0; 12]);
    let _ = stream.write_all(whole_start().as_bytes()).await;
    let _ = stream.read_exact(&mut status).await;
    status
}

#[tokio::test]
async fn silent_connections_of_one_address_take_its_share_and_another_address_is_served() {
    let server = TestServer::new();
    let service = Service::of(&server, ConnectionLimits::default().with_max_connections(160)).await;
    // An eighth of all.
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(service.connect().await);
    }
    let answer = read_all(&mut service.connect().await).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 503") && head.contains(&format!("content-length: {}", body.len())), "{head}");
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(problem["code"], "Overloaded");
    assert!(problem["message"].as_str().unwrap().contains("from this address"), "{problem}");
    assert_eq!(&status_of_start(&service, [127, 0, 0, 2]).await, b"HTTP/1.1 202");
    // A place is free as soon as the end of its connection is seen.
    silent.clear();
    let freed = async {
        while &status_of_start(&service, [127, 0, 0, 1]).await != b"HTTP/1.1 202" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), freed).await.expect("the places are free again");
}

#[tokio::test]
async fn connections_of_a_trusted_proxy_are_bounded_only_with_all_others() {
    let server = TestServer::new();
    let connections = ConnectionLimits::default()
        .with_max_connections(8)
        .with_max_connections_per_source(2)
        .with_trusted_proxies(TrustedProxies::new().with_network("127.0.0.1").unwrap());
    let service = Service::of(&server, connections).await;
    let mut open = Vec::new();
    for _ in 0..6 {
        open.push(service.connect().await);
    }
    for _ in 0..2 {
        open.push(service.connect_from([127, 0, 0, 2]).await);
    }
    let answer = read_all(&mut service.connect().await).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("too many connections:"), "{answer}");
    for stream in &mut open {
        stream.write_all(whole_start().as_bytes()).await.unwrap();
        assert!(read_one(stream).await.starts_with("HTTP/1.1 202"));
    }
}

#[tokio::test]
async fn the_end_takes_no_new_connection_and_finishes_what_was_accepted() {
    let gate = Arc::new(Semaphore::new(0));
    let carrier: Arc<dyn Transport> = Arc::new(Gate(gate.clone()));
    let server = TestServer::with(Plan { carrier: Some(carrier), ..Plan::default() });
    let mut service = Service::of(&server, ConnectionLimits::default()).await;
    let mut idle = service.connect().await;
    let mut working = service.connect().await;
    working.write_all(whole_start().as_bytes()).await.unwrap();
    while !server.metrics.encode().contains("calls_in_flight 1") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    service.end.take().unwrap().send(()).unwrap();
    assert_eq!(read_all(&mut idle).await, "", "an idle connection is closed");
    assert!(TcpStream::connect(service.at).await.is_err(), "nobody listens any more");
    assert!(!service.served.is_finished(), "it waits for the call");
    gate.add_permits(1);
    let answer = read_all(&mut working).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    tokio::time::timeout(Duration::from_secs(5), service.served).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let carrier: Arc<dyn Transport> = Arc::new(Gate(Arc::new(Semaphore::new(0))));
    let server = TestServer::with(Plan { carrier: Some(carrier), ..Plan::default() });
    let connections = ConnectionLimits::default().with_shutdown_grace(Duration::from_millis(200));
    let mut service = Service::of(&server, connections).await;
    let mut working = service.connect().await;
    working.write_all(whole_start().as_bytes()).await.unwrap();
    while !server.metrics.encode().contains("calls_in_flight 1") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    service.end.take().unwrap().send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), service.served).await.unwrap().unwrap().unwrap();
}
