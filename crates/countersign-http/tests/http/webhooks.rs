//! Bird's webhooks as a route.

use axum::body::Body;
use axum::http::Request;
use countersign::ReportScope;
use countersign_bird::webhook::{SigningKeys, WebhookHandler};
use countersign_http::{AccessKeys, BirdWebhook, Config, WebhookPathError};
use countersign_testkit::bird::sign;
use serde_json::{Value, json};

use crate::world::{OURS, Reply, THEIRS, World, one};

const KEY: &str = "whs-0123456789abcdef";
const URL: &str = "https://codes.acme.example/webhooks/bird";

fn listening(scope: ReportScope) -> World {
    let handler = WebhookHandler::new(SigningKeys::new(KEY).unwrap()).with_max_age(None);
    World::configured(move |config| {
        config.bird_webhook("/webhooks/bird", BirdWebhook::new(handler, URL, scope)).unwrap()
    })
}

fn report(record: &Value, status: &str) -> String {
    let reference = format!("{}.0", record["id"].as_str().unwrap());
    let payload = json!({ "id": "0f3c9b0e-0000-4000-8000-000000000001", "reference": reference, "status": status });
    json!({ "service": "channels", "event": "sms.outbound", "payload": payload }).to_string()
}

async fn deliver(world: &World, key: &str, method: &str, body: &str) -> Reply {
    let time = (world.engine.now().as_millis() / 1000).to_string();
    let request = Request::builder()
        .method(method)
        .uri("/webhooks/bird")
        .header("messagebird-signature", sign(key, &time, URL, body.as_bytes()))
        .header("messagebird-request-timestamp", time)
        .body(Body::from(body.to_owned()))
        .unwrap();
    world.send(request).await
}

#[tokio::test]
async fn a_signed_failure_fails_over_and_a_signed_delivery_is_noted() {
    let world = listening(OURS.into());
    let record = world.started().await;
    assert_eq!(deliver(&world, KEY, "POST", &report(&record, "delivery_failed")).await.status, 200);
    let moved = world.get(&one(&record)).await.json();
    assert_eq!((&moved["currentStepIndex"], &moved["steps"][0]["status"]), (&json!(1), &json!("failed")));
    assert_eq!(world.transport.sent().len(), 2);
    assert_eq!(deliver(&world, KEY, "POST", &report(&record, "delivery_failed")).await.status, 200, "once more");
    assert_eq!(world.transport.sent().len(), 2);
}

#[tokio::test]
async fn what_is_forged_malformed_too_long_or_anothers_changes_nothing() {
    let world = listening(THEIRS.into());
    let record = world.started().await;
    let failure = report(&record, "delivery_failed");
    let answers = [
        deliver(&world, "whs-another-key-0000", "POST", &failure).await.status.as_u16(),
        deliver(&world, KEY, "POST", "{}").await.status.as_u16(),
        deliver(&world, KEY, "GET", &failure).await.status.as_u16(),
        deliver(&world, KEY, "POST", &"x".repeat(2 << 20)).await.status.as_u16(),
        // Genuine, and about somebody whom this account does not speak for.
        deliver(&world, KEY, "POST", &failure).await.status.as_u16(),
    ];
    assert_eq!(answers, [401, 400, 405, 413, 200]);
    assert_eq!(world.get(&one(&record)).await.json(), record);
}

#[tokio::test]
async fn one_account_may_speak_for_all() {
    let world = listening(ReportScope::All);
    let record = world.started().await;
    let reply = deliver(&world, KEY, "POST", &report(&record, "delivered")).await;
    assert_eq!((reply.status.as_u16(), reply.header("cache-control")), (200, "no-store"));
    assert_eq!(world.get(&one(&record)).await.json()["steps"][0]["status"], "delivered");
}

/// Lets every other task of this thread come as far as it can.
async fn everybody_else() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn deliveries_that_never_end_take_no_more_than_their_places() {
    let world = listening(ReportScope::All);
    let record = world.started().await;
    let endless = || {
        let body = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
        let request = Request::post("/webhooks/bird").body(body).unwrap();
        let world = world.clone();
        tokio::spawn(async move { world.send(request).await })
    };
    let endless: Vec<_> = (0..256).map(|_| endless()).collect();
    everybody_else().await;
    deliver(&world, KEY, "POST", &report(&record, "delivered")).await.is(503, "Overloaded");
    assert_eq!(world.get(&one(&record)).await.status, 200, "calls are not kept waiting");
    endless.iter().for_each(tokio::task::JoinHandle::abort);
    everybody_else().await;
    assert_eq!(deliver(&world, KEY, "POST", &report(&record, "delivered")).await.status, 200);
}

#[test]
fn a_path_that_would_break_the_router_is_refused() {
    let config = || Config::new(AccessKeys::new());
    let webhook = || BirdWebhook::new(WebhookHandler::new(SigningKeys::new(KEY).unwrap()), URL, ReportScope::All);
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
        assert_eq!(config().bird_webhook(odd, webhook()).unwrap_err(), WebhookPathError::NotPlain, "{odd}");
    }
    let one = config().bird_webhook("/webhooks/bird/eu-1", webhook()).unwrap();
    assert_eq!(one.clone().bird_webhook("/webhooks/bird/eu-1", webhook()).unwrap_err(), WebhookPathError::Taken);
    assert!(one.bird_webhook("/webhooks/bird/us", webhook()).is_ok());
}
