//! Whatever comes over the wire is answered, never with a fault of the service's own, and never with a code.
//!
//! The input is a request as text: method and path, headers, an empty line, the body. `{w}`, `{id}`, `{code}`, `{key}`,
//! `{sms}` and `{email}` stand for what really lives in the service.

#![no_main]

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request};
use countersign::{Channel, Engine, Platform, ReportScope, Transport, Verification};
use countersign_bird::webhook::{BirdWebhook, SigningKeys};
use countersign_http::{AccessKeyHash, AccessKeys, Config, router};
use countersign_memory::MemoryStore;
use countersign_testkit::fixtures::{channel, email, keyring, phone, workspace};
use countersign_testkit::{ScriptedTransport, SeededEntropy, SteppedClock};
use http_body_util::BodyExt as _;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tower::ServiceExt as _;

const KEY: &str = "fuzz-4Zk0cQm8sT2vXy7LpR1w";

fuzz_target!(|input: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(ask(input));
});

async fn ask(input: &[u8]) {
    let (service, started, code) = served().await;
    let text = String::from_utf8_lossy(input);
    let knows_the_code = text.contains("{code}") || text.contains(&code);
    let input = filled(input, &started, &code);
    let Some(request) = request(&input) else { return };
    let api = request.uri().path().starts_with("/workspaces/");
    let head = request.method() == Method::HEAD;
    let response = service.oneshot(request).await.expect("a router answers");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("in memory").to_bytes();
    assert!(parts.status.as_u16() < 500, "{}: {}", parts.status, String::from_utf8_lossy(&body));
    assert!(parts.headers.contains_key("x-request-id") && parts.headers.contains_key("cache-control"));
    assert!(!api || parts.headers["cache-control"] == "no-store");
    if api && !head {
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let problem = ["code", "message"].iter().all(|name| body.get(name).is_some_and(Value::is_string));
        assert_eq!(problem, !parts.status.is_success(), "{body}");
    }
    let told = String::from_utf8_lossy(&body).contains(&code);
    assert!(knows_the_code || !told, "the code is in the answer");
}

async fn served() -> (Router, Verification, String) {
    let transport = Arc::new(ScriptedTransport::new());
    let carrier: Arc<dyn Transport> = transport.clone();
    let engine = Engine::builder(Arc::new(MemoryStore::new()), keyring())
        .channel(channel(1), Channel::new(Platform::Sms, carrier.clone()))
        .channel(channel(3), Channel::new(Platform::Email, carrier))
        .clock(Arc::new(SteppedClock::default()))
        .entropy(Arc::new(SeededEntropy::new(7)))
        .build()
        .expect("two channels");
    let request = countersign::StartRequest::new(countersign::Recipient::both(phone(), email()));
    let started = engine.start(workspace(1), request.step(channel(1)).step(channel(3))).await.expect("it starts");
    let code = transport.last_code_for(started.id()).expect("it was sent").expose().to_owned();
    let keys = SigningKeys::new("whs-0123456789abcdef").expect("a key");
    let webhook = Arc::new(BirdWebhook::new(keys, "https://codes.acme.example/webhooks/bird"));
    let keys = AccessKeys::new().with_key(workspace(1), AccessKeyHash::new(KEY).expect("a key"));
    let config = Config::new(keys).webhook("/webhooks/bird", webhook, ReportScope::AllWorkspaces).expect("a path");
    (router(engine, config), started, code)
}

fn filled(input: &[u8], started: &Verification, code: &str) -> Vec<u8> {
    let names = [
        ("{w}", workspace(1).to_string()),
        ("{id}", started.id().to_string()),
        ("{code}", code.to_owned()),
        ("{key}", KEY.to_owned()),
        ("{sms}", channel(1).to_string()),
        ("{email}", channel(3).to_string()),
    ];
    let mut filled = Vec::with_capacity(input.len());
    let mut rest = input;
    'next: while let [first, behind @ ..] = rest {
        for (name, value) in &names {
            if let Some(behind) = rest.strip_prefix(name.as_bytes()) {
                filled.extend(value.as_bytes());
                rest = behind;
                continue 'next;
            }
        }
        filled.push(*first);
        rest = behind;
    }
    filled
}

/// The request that the text stands for; none when HTTP itself has no such thing.
fn request(input: &[u8]) -> Option<Request<Body>> {
    let end = input.windows(2).position(|pair| pair == b"\n\n")?;
    let (head, body) = (&input[..end], &input[end + 2..]);
    let mut lines = head.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let (method, path) = (first.next()?, first.next()?);
    let mut request = Request::builder().method(Method::from_bytes(method).ok()?).uri(path);
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        request = request.header(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
    }
    request.body(Body::from(body.to_vec())).ok()
}
