//! Health, readiness and what is counted.

use countersign::StartRequest;
use countersign::store::Limit;
use countersign_http::prometheus_client::encoding::text::encode;
use countersign_http::prometheus_client::metrics::counter::Counter;
use countersign_http::prometheus_client::registry::Registry;
use countersign_http::router;
use countersign_testkit::fixtures::{channel, phone};
use serde_json::json;

use crate::test_server::{OURS, Said, TestServer, all, one, start};

#[tokio::test]
async fn a_process_that_answers_is_healthy_and_one_whose_store_answers_is_ready() {
    let server = TestServer::new();
    assert_eq!(server.get("/healthz").await.json(), json!({ "status": "ok" }));
    assert_eq!(server.get("/readyz").await.json(), json!({ "status": "ready" }));
}

#[tokio::test]
async fn what_happens_is_counted_by_outcome_platform_and_status_and_nothing_personal_is_in_it() {
    let server = TestServer::new();
    let record = server.started().await;
    server.post(&one(&record), json!({ "code": server.wrong_code(&record) })).await;
    server.post(&format!("{}/failover", one(&record)), Said::Nothing).await;
    server.post(&one(&record), json!({ "code": server.code(&record) })).await;
    server.post(&all(OURS), json!({})).await;
    server.metrics.record_due(&server.engine.run_due(Limit::MAX).await.unwrap());
    let reply = server.get("/metrics").await;
    assert_eq!(reply.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = String::from_utf8(reply.bytes.to_vec()).unwrap();
    let expected = [
        "countersign_verifications_started_total 1",
        "countersign_checks_total{outcome=\"mismatch\"} 1",
        "countersign_checks_total{outcome=\"verified\"} 1",
        "countersign_messages_total{platform=\"sms\",status=\"sent\"} 1",
        "countersign_messages_total{platform=\"email\",status=\"sent\"} 1",
        "countersign_failovers_total{cause=\"command\"} 1",
        "countersign_verifications_ended_total{outcome=\"verified\"} 1",
        "countersign_verified_after_seconds_count 1",
        "countersign_calls_total{call=\"start\",status=\"202\",code=\"\"} 1",
        "countersign_calls_total{call=\"start\",status=\"422\",code=\"InvalidPayload\"} 1",
        "countersign_calls_total{call=\"check\",status=\"400\",code=\"VerificationCodeMismatch\"} 1",
        "countersign_call_seconds_count{call=\"check\"} 2",
        "countersign_due_total{outcome=\"handled\"} 0",
        "countersign_due_lag_seconds 0.0",
    ];
    for line in expected {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    let secrets = ["31612345678", "ann@", record["id"].as_str().unwrap(), &server.code(&record)];
    secrets.iter().for_each(|secret| assert!(!text.contains(secret), "{secret}\n{text}"));
}

#[tokio::test]
async fn each_workspace_is_counted_by_itself_and_those_after_the_hundredth_together() {
    let server = TestServer::new();
    let record = server.started().await;
    server.post(&one(&record), json!({ "code": server.wrong_code(&record) })).await;
    server.post(&one(&record), json!({ "code": server.code(&record) })).await;
    let has = |lines: &[String]| {
        let text = server.metrics.encode();
        lines.iter().for_each(|line| assert!(text.lines().any(|found| found == line), "{line}\n{text}"));
        text
    };
    has(&[
        format!("countersign_workspace_calls_total{{workspace=\"{OURS}\",outcome=\"success\"}} 2"),
        format!("countersign_workspace_calls_total{{workspace=\"{OURS}\",outcome=\"refused\"}} 1"),
        format!("countersign_workspace_calls_in_flight{{workspace=\"{OURS}\"}} 0"),
        format!("countersign_workspace_verifications_total{{workspace=\"{OURS}\",outcome=\"started\"}} 1"),
        format!("countersign_workspace_verifications_total{{workspace=\"{OURS}\",outcome=\"verified\"}} 1"),
        format!("countersign_workspace_messages_total{{workspace=\"{OURS}\",status=\"sent\"}} 1"),
    ]);
    for number in 0..150 {
        let workspace = countersign::WorkspaceId::new(uuid::Uuid::from_u128(1_000 + number));
        let request = StartRequest::new(phone()).step(channel(1));
        server.engine.start(workspace, request).await.unwrap();
    }
    let text =
        has(&["countersign_workspace_verifications_total{workspace=\"other\",outcome=\"started\"} 51".to_owned()]);
    let started =
        |line: &&str| line.starts_with("countersign_workspace_verifications_total") && line.contains("started");
    assert_eq!(text.lines().filter(started).count(), 101);
}

#[tokio::test]
async fn a_host_shows_the_counters_beside_its_own() {
    let (mut registry, server) = (Registry::with_prefix("shop"), TestServer::new());
    let baskets = Counter::<u64>::default();
    registry.register("baskets", "Baskets", baskets.clone());
    server.metrics.register(&mut registry);
    server.started().await;
    baskets.inc();
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    for line in [
        "shop_baskets_total 1",
        "shop_countersign_verifications_started_total 1",
        "shop_countersign_calls_total{call=\"start\",status=\"202\",code=\"\"} 1",
        "shop_countersign_call_seconds_count{call=\"start\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let (mut plain, metrics) = (Registry::default(), &server.metrics);
    metrics.register(&mut plain);
    text.clear();
    encode(&mut text, &plain).unwrap();
    let sorted = |text: &str| text.lines().map(str::to_owned).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(sorted(&text), sorted(&metrics.encode()), "the same names and values as at GET /metrics");
}

#[tokio::test]
async fn what_happens_is_counted_once_however_many_routers_count_it() {
    let server = TestServer::new();
    let _another = router(server.engine.clone(), server.config.clone());
    server.metrics.observe(&server.engine);
    server.started().await;
    assert!(server.metrics.encode().contains("countersign_verifications_started_total 1\n"));
}

#[tokio::test]
async fn callers_cannot_make_more_labels() {
    let server = TestServer::new();
    let lines = |server: &TestServer| server.metrics.encode().lines().count();
    server.started().await;
    server.get(&all(OURS)).await;
    server.post(&all(OURS), json!({})).await;
    let before = lines(&server);
    for n in 0..50 {
        server.post(&all(OURS), json!({ "steps": n, "made-up": n })).await;
        server.post(&all(OURS), start()).await;
        server.get(&format!("{}?limit={n}x", all(OURS))).await;
    }
    // One more: the list that was refused.
    assert_eq!(lines(&server), before + 1);
}

#[tokio::test]
async fn a_request_keeps_the_name_that_its_caller_gave_it_if_that_is_a_plain_word() {
    let server = TestServer::new();
    let named = |name: &str| {
        let mut request = crate::test_server::request(axum::http::Method::GET, &all(OURS), Said::Nothing);
        request.headers_mut().insert("x-request-id", name.parse().unwrap());
        server.send(request)
    };
    assert_eq!(named("abc-1_2.Z").await.header("x-request-id"), "abc-1_2.Z");
    for odd in ["", "two words", "a;b", "<b>", &"x".repeat(65)] {
        let name = named(odd).await.header("x-request-id").to_owned();
        assert_eq!(name.len(), 24, "{name}");
    }
}
