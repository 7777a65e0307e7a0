//! A whole server: what it does without being told, and how it ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use countersign::{Dispatch, Receipt, SendError, SendMode, StartRequest, Transport};
use countersign_bird::webhook::{BirdWebhook, SigningKeys};
use countersign_http::{ConnectionLimits, Routers, Server, TaskTracker};
use countersign_testkit::fixtures::{channel, phone_number};
use countersign_worker::Worker;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::test_server::{Gate, OURS, Plan, TestServer, all};
use crate::wire::whole_start;

const GRACE: Duration = Duration::from_secs(8);

struct Running {
    at: SocketAddr,
    end: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Running {
    async fn of(whole: Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel();
        let served = tokio::spawn(whole.serve(listener, async { drop(ended.await) }));
        Self { at, end, served }
    }

    async fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// Ends it, and gives the time that took.
    async fn end(self) -> Duration {
        let told = Instant::now();
        self.end.send(()).unwrap();
        self.served.await.unwrap().unwrap();
        told.elapsed()
    }
}

fn serving(server: &TestServer) -> Server {
    Server::new(server.engine.clone(), server.config.clone())
        .worker(|worker| worker.interval(Duration::from_millis(10)))
}

/// A service that leaves its messages to the worker, and a carrier that takes that long for each.
fn deferring(answers_after: Duration) -> TestServer {
    #[derive(Debug)]
    struct Slow(Duration);

    #[async_trait]
    impl Transport for Slow {
        async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
            sleep(self.0).await;
            Ok(Receipt::ByReference { message_id: None })
        }
    }

    TestServer::with(Plan {
        carrier: Some(Arc::new(Slow(answers_after))),
        sending: SendMode::Deferred,
        ..Plan::default()
    })
}

async fn start(server: &TestServer, count: u64) {
    for number in 0..count {
        let request = StartRequest::new(phone_number(number)).step(channel(1));
        server.engine.start(OURS, request).await.unwrap();
    }
}

fn sent(server: &TestServer) -> usize {
    let text = server.metrics.encode();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("countersign_messages_total{platform=\"sms\",status=\"sent\"} "));
    line.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn what_is_due_is_done_and_counted_without_anything_from_the_host() {
    let server = deferring(Duration::ZERO);
    let running = Running::of(serving(&server)).await;
    start(&server, 1).await;
    let expected = [
        "countersign_verifications_started_total 1\n",
        "countersign_messages_total{platform=\"sms\",status=\"sent\"} 1\n",
        "countersign_due_total{outcome=\"handled\"} 1\n",
    ];
    loop {
        let text = running.get("/metrics").await;
        if expected.iter().all(|line| text.contains(line)) {
            break;
        }
        sleep(Duration::from_millis(5)).await;
    }
    running.end().await;
}

#[tokio::test]
async fn what_a_handle_from_before_the_server_does_is_counted() {
    let server = TestServer::new();
    let handle = server.engine.clone();
    let config = countersign_http::Config::new(countersign_http::AccessKeys::new());
    let running = Running::of(Server::new(server.engine.clone(), config)).await;
    handle.start(OURS, StartRequest::new(phone_number(1)).step(channel(1))).await.unwrap();
    assert!(running.get("/metrics").await.contains("countersign_verifications_started_total 1\n"));
    running.end().await;
}

#[tokio::test]
async fn routes_of_the_host_are_served_beside_the_api() {
    let server = TestServer::new();
    let whole = serving(&server).merge_router(Router::new().route("/hello", get(async || "good evening")));
    let running = Running::of(whole).await;
    assert!(running.get("/hello").await.ends_with("good evening"));
    assert!(running.get("/readyz").await.starts_with("HTTP/1.1 200"));
    assert!(running.get("/nowhere").await.contains("\"NotFound\""));
    running.end().await;
}

/// The status of a request to another listener.
async fn status(at: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream
        .write_all(format!("{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.chars().skip(9).take(3).collect()
}

#[tokio::test]
async fn webhooks_and_metrics_are_served_on_listeners_of_their_own_and_on_the_main_one_no_longer() {
    let webhook = Arc::new(BirdWebhook::new(SigningKeys::new("whs-0123456789abcdef").unwrap(), "https://a.example/"));
    let server = TestServer::configured(move |config| {
        config.webhook("/webhooks/bird", webhook, countersign::ReportScope::AllWorkspaces).unwrap()
    });
    let bound = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (for_webhooks, for_metrics) = (bound().await, bound().await);
    let (webhooks, metrics) = (for_webhooks.local_addr().unwrap(), for_metrics.local_addr().unwrap());
    // One connection each: those of one listener take no place of another.
    let whole = serving(&server)
        .webhook_listener(for_webhooks)
        .metrics_listener(for_metrics)
        .connections(ConnectionLimits::default().with_max_connections(1));
    let running = Running::of(whole).await;
    let idle = TcpStream::connect(running.at).await.unwrap();
    // Unsigned, and so known there.
    assert_eq!(status(webhooks, "POST /webhooks/bird").await, "401");
    assert_eq!(status(metrics, "GET /metrics").await, "200");
    drop(idle);
    while status(running.at, "GET /healthz").await != "200" {
        sleep(Duration::from_millis(10)).await;
    }
    for (at, head) in [
        (running.at, "POST /webhooks/bird"),
        (running.at, "GET /metrics"),
        (webhooks, "GET /metrics"),
        (webhooks, "GET /healthz"),
        (metrics, "POST /webhooks/bird"),
        (metrics, "GET /docs"),
    ] {
        let mut answered = status(at, head).await;
        // The place of the connection before is free as soon as its end is seen.
        while answered == "503" {
            sleep(Duration::from_millis(10)).await;
            answered = status(at, head).await;
        }
        assert_eq!(answered, "404", "{head} at {at}");
    }
    running.end().await;
    for at in [webhooks, metrics] {
        assert!(TcpStream::connect(at).await.is_err(), "it listens no longer");
    }
}

#[tokio::test]
async fn the_parts_of_a_router_answer_their_own_paths_and_no_others() {
    let server = TestServer::new();
    let Routers { api, metrics, webhooks, .. } = Routers::new(server.engine.clone(), server.config.clone());
    for (router, path, expected) in [
        (&api, "/healthz", 200),
        (&api, "/metrics", 404),
        (&metrics, "/metrics", 200),
        (&metrics, "/healthz", 404),
        (&webhooks, "/metrics", 404),
    ] {
        let part = TestServer { router: router.clone(), ..server.clone() };
        assert_eq!(part.get(path).await.status, expected, "{path}");
    }
}

#[tokio::test]
async fn the_end_waits_for_a_call_whose_caller_hung_up() {
    let gate = Arc::new(Semaphore::new(0));
    let carrier: Arc<dyn Transport> = Arc::new(Gate(gate.clone()));
    let server = TestServer::with(Plan { carrier: Some(carrier), ..Plan::default() });
    let running = Running::of(serving(&server)).await;
    let mut gone = TcpStream::connect(running.at).await.unwrap();
    gone.write_all(whole_start().as_bytes()).await.unwrap();
    while !server.metrics.encode().contains("calls_in_flight 1") {
        sleep(Duration::from_millis(5)).await;
    }
    drop(gone);
    let ending = tokio::spawn(running.end());
    sleep(Duration::from_millis(200)).await;
    assert!(!ending.is_finished(), "it waits for the call");
    gate.add_permits(1);
    timeout(Duration::from_secs(5), ending).await.unwrap().unwrap();
    let list = server.get(&all(OURS)).await.json();
    assert_eq!(list["results"][0]["steps"][0]["attempts"][0]["status"], "accepted");
}

#[tokio::test(start_paused = true)]
async fn the_end_comes_within_its_grace_although_thousands_are_due() {
    let server = deferring(Duration::from_secs(1));
    start(&server, 10_000).await;
    let whole = serving(&server).connections(ConnectionLimits::default().with_shutdown_grace(GRACE));
    let running = Running::of(whole).await;
    sleep(Duration::from_millis(1500)).await;
    let took = running.end().await;
    assert!(took < GRACE, "{took:?}");
    assert!((1..2000).contains(&sent(&server)), "{}", sent(&server));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_ends_leaves_the_worker_time_to_send_what_was_accepted() {
    let server = deferring(Duration::from_millis(100));
    let tracker = TaskTracker::new();
    tracker.spawn(std::future::pending::<()>());
    let whole = Server::new(server.engine.clone(), server.config.clone().tracker(tracker))
        .connections(ConnectionLimits::default().with_shutdown_grace(GRACE))
        .worker(|worker: Worker| worker.interval(Duration::from_secs(600)));
    let running = Running::of(whole).await;
    sleep(Duration::from_secs(1)).await;
    start(&server, 100).await;
    assert_eq!(sent(&server), 0);
    let took = running.end().await;
    assert_eq!((took.as_secs(), sent(&server)), (GRACE.as_secs(), 100), "{took:?}");
}

#[tokio::test]
async fn a_server_that_is_dropped_stops_its_worker_and_closes_its_connections() {
    let server = deferring(Duration::ZERO);
    let running = Running::of(serving(&server)).await;
    let mut idle = TcpStream::connect(running.at).await.unwrap();
    start(&server, 1).await;
    while sent(&server) == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    running.served.abort();
    let closed = timeout(Duration::from_secs(5), idle.read(&mut [0])).await.unwrap();
    assert!(matches!(closed, Ok(0)), "{closed:?}");
    sleep(Duration::from_millis(200)).await;
    start(&server, 1).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(sent(&server), 1, "nothing runs any more");
}
