//! Webhooks as routes: Bird's, and any other provider's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use countersign::{Report, ReportScope, ReportedStatus, Timestamp, Webhook, WebhookError, WebhookHead};
use countersign_bird::webhook::{BirdWebhook, SigningKeys};
use countersign_http::{AccessKeys, Config, TrustedProxies, WebhookPathError};
use countersign_memory::MemoryStore;
use countersign_testkit::bird::sign;
use countersign_testkit::{FaultPlan, FaultTiming, FaultyStore, StoreCall};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::secrecy::Log;
use crate::test_server::{OURS, Plan, Reply, THEIRS, TestServer, one};

const KEY: &str = "whs-0123456789abcdef";
const URL: &str = "https://codes.acme.example/webhooks/bird";

fn listening(scope: ReportScope) -> TestServer {
    let webhook = Arc::new(BirdWebhook::new(SigningKeys::new(KEY).unwrap(), URL).with_max_age(None));
    TestServer::configured(move |config| config.webhook("/webhooks/bird", webhook, scope).unwrap())
}

fn report(record: &Value, status: &str) -> String {
    let reference = format!("{}.0", record["id"].as_str().unwrap());
    let payload = json!({ "id": "0f3c9b0e-0000-4000-8000-000000000001", "reference": reference, "status": status });
    json!({ "service": "channels", "event": "sms.outbound", "payload": payload }).to_string()
}

async fn deliver(server: &TestServer, key: &str, method: &str, body: &str) -> Reply {
    let time = (server.engine.now().as_millis() / 1000).to_string();
    let request = Request::builder()
        .method(method)
        .uri("/webhooks/bird")
        .header("messagebird-signature", sign(key, &time, URL, body.as_bytes()))
        .header("messagebird-request-timestamp", time)
        .header("messagebird-request-id", "delivery-1")
        .body(Body::from(body.to_owned()))
        .unwrap();
    server.send(request).await
}

#[tokio::test]
async fn a_signed_failure_fails_over_and_a_signed_delivery_is_noted() {
    let server = listening(OURS.into());
    let record = server.started().await;
    assert_eq!(deliver(&server, KEY, "POST", &report(&record, "delivery_failed")).await.status, 200);
    let moved = server.get(&one(&record)).await.json();
    assert_eq!((&moved["currentStepIndex"], &moved["steps"][0]["status"]), (&json!(1), &json!("failed")));
    assert_eq!(server.transport.sent().len(), 2);
    assert_eq!(deliver(&server, KEY, "POST", &report(&record, "delivery_failed")).await.status, 200, "once more");
    assert_eq!(server.transport.sent().len(), 2);
}

#[tokio::test]
async fn what_is_forged_malformed_too_long_or_anothers_changes_nothing() {
    let server = listening(THEIRS.into());
    let record = server.started().await;
    let failure = report(&record, "delivery_failed");
    let answers = [
        deliver(&server, "whs-another-key-0000", "POST", &failure).await.status.as_u16(),
        deliver(&server, KEY, "POST", "{}").await.status.as_u16(),
        deliver(&server, KEY, "GET", &failure).await.status.as_u16(),
        deliver(&server, KEY, "POST", &"x".repeat(2 << 20)).await.status.as_u16(),
        // Genuine, and about somebody whom this account does not speak for.
        deliver(&server, KEY, "POST", &failure).await.status.as_u16(),
    ];
    assert_eq!(answers, [401, 400, 405, 413, 200]);
    assert_eq!(server.get(&one(&record)).await.json(), record);
}

#[tokio::test]
async fn one_account_may_speak_for_all() {
    let server = listening(ReportScope::AllWorkspaces);
    let record = server.started().await;
    let reply = deliver(&server, KEY, "POST", &report(&record, "delivered")).await;
    assert_eq!((reply.status.as_u16(), reply.header("cache-control")), (200, "no-store"));
    assert_eq!(server.get(&one(&record)).await.json()["steps"][0]["status"], "delivered");
}

/// A provider of our own making, whose deliveries have several reports: proof that any will do.
#[derive(Debug)]
struct Lines;

impl Webhook for Lines {
    fn max_body(&self) -> usize {
        256
    }

    fn delivery_id<'a>(&self, _: &WebhookHead<'a>) -> Option<&'a str> {
        None
    }

    fn judge(&self, head: &WebhookHead<'_>) -> Result<(), WebhookError> {
        if head.method() != "PUT" {
            return Err(WebhookError::Method);
        }
        let proved = head.values("x-secret").eq([KEY.as_bytes()]);
        if proved { Ok(()) } else { Err(WebhookError::not_authentic("the header x-secret has the secret once")) }
    }

    fn read(&self, head: &WebhookHead<'_>, body: &[u8], _: Timestamp) -> Result<Vec<Report>, WebhookError> {
        self.judge(head)?;
        let text = std::str::from_utf8(body).map_err(WebhookError::malformed)?;
        let report = |line: &str| {
            let reference = line.parse().map_err(WebhookError::malformed)?;
            Ok(Report::by_reference(reference, ReportedStatus::Delivered))
        };
        text.lines().map(report).collect()
    }
}

async fn put(server: &TestServer, secret: &str, body: String) -> Reply {
    let request = Request::put("/webhooks/lines").header("X-Secret", secret).body(Body::from(body)).unwrap();
    server.send(request).await
}

#[tokio::test]
async fn any_providers_webhook_is_a_route_and_one_delivery_may_report_on_several_messages() {
    let server = TestServer::configured(|config| config.webhook("/webhooks/lines", Arc::new(Lines), OURS).unwrap());
    let (first, second) = (server.started().await, server.started().await);
    let reference = |record: &Value| format!("{}.0", record["id"].as_str().unwrap());
    let body = format!("{}\n{}\n", reference(&first), reference(&second));
    assert_eq!(put(&server, KEY, body.clone()).await.status, 200);
    for record in [&first, &second] {
        assert_eq!(server.get(&one(record)).await.json()["steps"][0]["status"], "delivered");
    }
    let refused = [
        put(&server, "another-secret", body.clone()).await.status.as_u16(),
        put(&server, KEY, "nonsense".to_owned()).await.status.as_u16(),
        put(&server, KEY, "x".repeat(257)).await.status.as_u16(),
        server.get("/webhooks/lines").await.status.as_u16(),
    ];
    assert_eq!(refused, [401, 400, 413, 405]);
    assert!(put(&server, KEY, String::new()).await.bytes.is_empty());
}

#[tokio::test]
async fn a_report_that_is_not_stored_is_answered_with_503_and_stored_when_it_is_repeated() {
    let faulty = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
    let config =
        |config: Config| config.webhook("/webhooks/lines", Arc::new(Lines), ReportScope::AllWorkspaces).unwrap();
    let server = TestServer::with(Plan { store: faulty.clone(), config: Box::new(config), ..Plan::default() });
    let record = server.started().await;
    let body = format!("{}.0", record["id"].as_str().unwrap());
    for call in [StoreCall::Load, StoreCall::Update] {
        faulty.plan(Some(FaultPlan::once(0, FaultTiming::Before).only_for(call)));
        assert_eq!(put(&server, KEY, body.clone()).await.status, 503, "{call:?}");
    }
    faulty.plan(None);
    assert_eq!(put(&server, KEY, body).await.status, 200);
    assert_eq!(server.get(&one(&record)).await.json()["steps"][0]["status"], "delivered");
}

#[tokio::test]
async fn a_delivery_that_is_refused_is_logged_with_its_id_and_reason_and_without_what_it_says() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = listening(ReportScope::AllWorkspaces);
    let said = "+31612345678 4711";
    assert_eq!(deliver(&server, "whs-another-key-0000", "POST", said).await.status, 401);
    assert_eq!(deliver(&server, KEY, "POST", said).await.status, 400);
    let text = log.text();
    for expected in [
        "webhook signature rejected",
        "no signing key made this signature",
        "webhook body malformed",
        "delivery=\"delivery-1\"",
        "path=\"/webhooks/bird\"",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("31612345678") && !text.contains(KEY), "{text}");
}

/// Lets every other task of this thread come as far as it can.
async fn everybody_else() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

/// A body of which nothing more comes.
fn endless() -> Body {
    Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>())
}

/// A delivery with headers that may be genuine, from an address, whose body never ends.
fn half(server: &TestServer, from: [u8; 4]) -> JoinHandle<Reply> {
    let time = (server.engine.now().as_millis() / 1000).to_string();
    let mut request = Request::post("/webhooks/bird")
        .header("messagebird-signature", sign("a-strangers-key-0000", &time, URL, b""))
        .header("messagebird-request-timestamp", time)
        .body(endless())
        .unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((from, 4711))));
    let server = server.clone();
    tokio::spawn(async move { server.send(request).await })
}

/// How many of them were turned away so far.
fn turned_away(halves: &[JoinHandle<Reply>]) -> usize {
    halves.iter().filter(|half| half.is_finished()).count()
}

#[tokio::test(start_paused = true)]
async fn what_has_no_signature_gets_no_place_and_its_body_is_not_awaited() {
    let server = listening(ReportScope::AllWorkspaces);
    let record = server.started().await;
    for _ in 0..300 {
        let unsigned = Request::post("/webhooks/bird").body(endless()).unwrap();
        assert_eq!(server.send(unsigned).await.status, 401);
        let other_method = Request::put("/webhooks/bird").body(endless()).unwrap();
        assert_eq!(server.send(other_method).await.status, 405);
    }
    assert_eq!(deliver(&server, KEY, "POST", &report(&record, "delivered")).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn one_source_takes_no_more_than_its_places_for_bodies_and_others_deliver() {
    let server = listening(ReportScope::AllWorkspaces);
    let record = server.started().await;
    let halves: Vec<_> = (0..256).map(|_| half(&server, [192, 0, 2, 1])).collect();
    everybody_else().await;
    assert_eq!(turned_away(&halves), 256 - 64);
    let refused = half(&server, [192, 0, 2, 1]).await.unwrap();
    refused.is(503, "Overloaded");
    assert!(refused.json()["message"].as_str().unwrap().contains("of this address"), "{refused:?}");
    assert_eq!(deliver(&server, KEY, "POST", &report(&record, "delivered")).await.status, 200);
    assert_eq!(server.get(&one(&record)).await.json()["steps"][0]["status"], "delivered");
}

#[tokio::test(start_paused = true)]
async fn behind_a_trusted_proxy_a_source_is_the_address_that_the_proxy_names() {
    let webhook = Arc::new(BirdWebhook::new(SigningKeys::new(KEY).unwrap(), URL).with_max_age(None));
    let server = TestServer::configured(move |config| {
        config
            .trusted_proxies(TrustedProxies::new().with_network("10.0.0.0/8").unwrap())
            .webhook("/webhooks/bird", webhook, ReportScope::AllWorkspaces)
            .unwrap()
    });
    let through_proxy = |client: u8| {
        let time = (server.engine.now().as_millis() / 1000).to_string();
        let mut request = Request::post("/webhooks/bird")
            .header("messagebird-signature", sign("a-strangers-key-0000", &time, URL, b""))
            .header("messagebird-request-timestamp", time)
            .header("x-forwarded-for", format!("192.0.2.{client}"))
            .body(endless())
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
        let server = server.clone();
        tokio::spawn(async move { server.send(request).await })
    };
    let mut halves: Vec<_> = (0..65).map(|_| through_proxy(1)).collect();
    halves.extend((0..64).map(|_| through_proxy(2)));
    everybody_else().await;
    assert_eq!(turned_away(&halves), 1);
}

#[tokio::test(start_paused = true)]
async fn deliveries_that_never_end_lose_their_places_after_two_seconds() {
    let server = listening(ReportScope::AllWorkspaces);
    let record = server.started().await;
    let halves: Vec<_> = (0..=255).map(|last| half(&server, [192, 0, 2, last])).collect();
    everybody_else().await;
    assert_eq!(turned_away(&halves), 0);
    deliver(&server, KEY, "POST", &report(&record, "delivered")).await.is(503, "Overloaded");
    assert_eq!(server.get(&one(&record)).await.status, 200, "calls are not kept waiting");
    let began = Instant::now();
    for half in halves {
        half.await.unwrap().is(408, "RequestTimeout");
    }
    assert!(began.elapsed() <= Duration::from_millis(2_010), "{:?}", began.elapsed());
    assert_eq!(deliver(&server, KEY, "POST", &report(&record, "delivered")).await.status, 200);
}

#[test]
fn a_path_that_would_break_the_router_is_refused() {
    let config = || Config::new(AccessKeys::new());
    let listen = |config: Config, path: &str| {
        config.webhook(
            path,
            Arc::new(BirdWebhook::new(SigningKeys::new(KEY).unwrap(), URL)),
            ReportScope::AllWorkspaces,
        )
    };
    for odd in [
        "",
        "/",
        "bird",
        "/webhooks/",
        "/webhooks",
        "/webhooks//a",
        "/webhooks/{id}",
        "/webhooks/*a",
        "/webhooks/a b",
        "/workspaces/a",
    ] {
        assert_eq!(listen(config(), odd).unwrap_err(), WebhookPathError::NotPlain, "{odd}");
    }
    let one = listen(config(), "/webhooks/bird/eu-1").unwrap();
    assert_eq!(listen(one.clone(), "/webhooks/bird/eu-1").unwrap_err(), WebhookPathError::Taken);
    assert!(listen(one, "/webhooks/bird/us").is_ok());
}
