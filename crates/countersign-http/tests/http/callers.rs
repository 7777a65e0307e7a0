//! Who may call, and how often.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use countersign_http::{AccessKeyHash, Origin, RequestLimits, TrustedProxies};
use proptest::prelude::*;
use serde_json::json;

use crate::test_server::{OUR_KEY, OURS, Said, THEIR_KEY, THEIRS, TestServer, all, one, request, start};

fn with_authorization(values: &[&str]) -> Request<Body> {
    let mut request = request(Method::GET, &all(OURS), Said::Nothing);
    request.headers_mut().remove("authorization");
    for value in values {
        request.headers_mut().append("authorization", value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn both_schemes_are_taken_in_any_case() {
    let server = TestServer::new();
    for scheme in ["AccessKey", "Bearer", "accesskey", "BEARER"] {
        for space in [" ", "   "] {
            let reply = server.send(with_authorization(&[&format!("{scheme}{space}{OUR_KEY}")])).await;
            assert_eq!(reply.status, 200, "{scheme}");
        }
    }
}

#[tokio::test]
async fn without_a_right_key_nothing_is_told_but_that_one_is_needed() {
    let many = NonZeroU32::new(1000).unwrap();
    let server =
        TestServer::configured(move |config| config.bounds(RequestLimits::default().with_wrong_keys_per_second(many)));
    let ours = format!("AccessKey {OUR_KEY}");
    let wrong: [&[&str]; 12] = [
        &[],
        &[""],
        &["AccessKey"],
        &["AccessKey "],
        &[OUR_KEY],
        &["Basic b3VyczpvdXJz"],
        &["AccessKey ours"],
        &["AccessKey ours-4Zk0cQm8sT2vXy7LpR1W"],
        &["AccessKey ours-4Zk0cQm8sT2vXy7LpR1"],
        &["AccessKey ours-4Zk0cQm8sT2vXy7LpR1ww"],
        &[&ours, &ours],
        &["Token ours-4Zk0cQm8sT2vXy7LpR1w"],
    ];
    let first = server.send(with_authorization(&[])).await;
    for values in wrong {
        let reply = server.send(with_authorization(values)).await;
        reply.is(401, "Unauthorized");
        assert_eq!(reply.bytes, first.bytes, "{values:?}");
        let schemes: Vec<_> = reply.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(schemes, ["AccessKey", "Bearer"]);
    }
}

#[tokio::test]
async fn a_key_is_asked_for_before_anything_else_is_looked_at() {
    let server = TestServer::new();
    let mut request = request(Method::POST, "/workspaces/none/verify/none", "{");
    request.headers_mut().remove("authorization");
    server.send(request).await.is(401, "Unauthorized");
}

#[tokio::test]
async fn a29_another_workspaces_verification_looks_like_one_that_never_was_in_every_call() {
    let server = TestServer::new();
    let record = server.started().await;
    let id = record["id"].as_str().unwrap();
    let unknown = "019b0000-0000-7000-8000-000000000000";
    let code = json!({ "code": server.code(&record) });
    let calls = |workspace, id: &str| {
        let one = format!("{}/{id}", all(workspace));
        [
            (Method::GET, one.clone(), Said::Nothing),
            (Method::POST, one.clone(), code.clone().into()),
            (Method::POST, format!("{one}/resend"), Said::Nothing),
            (Method::POST, format!("{one}/failover"), Said::Nothing),
            (Method::DELETE, one, Said::Nothing),
        ]
    };
    let as_theirs = |(method, path, body): (Method, String, Said)| {
        let mut request = request(method, &path, body);
        request.headers_mut().insert("authorization", format!("AccessKey {THEIR_KEY}").parse().unwrap());
        request
    };
    // Ours by their key in our workspace, ours in theirs, one that never was in either.
    for (workspace, id) in [(OURS, id), (THEIRS, id), (THEIRS, unknown), (OURS, unknown)] {
        for call in calls(workspace, id) {
            let reply = server.send(as_theirs(call)).await;
            reply.is(404, "NotFound");
            assert_eq!(reply.bytes, server.get(&format!("{}/{unknown}", all(OURS))).await.bytes);
        }
    }
    for (method, body) in [(Method::GET, Said::Nothing), (Method::POST, start().into())] {
        server.send(as_theirs((method, all(OURS), body))).await.is(404, "NotFound");
    }
    let theirs = server.send(as_theirs((Method::GET, all(THEIRS), Said::Nothing))).await;
    assert_eq!(theirs.json(), json!({ "results": [] }));
    assert_eq!(server.get(&one(&record)).await.json(), record, "nothing of it changed");
    assert_eq!(server.transport.sent().len(), 1);
}

fn from(peer: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = with_authorization(&["AccessKey guessed-guessed-guessed-1"]);
    let peer: SocketAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    for (name, value) in headers {
        request
            .headers_mut()
            .append(axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    request
}

/// A server that takes one wrong key a second, behind those proxies.
fn guarded(proxies: &[&str]) -> TestServer {
    let proxies = proxies.iter().try_fold(TrustedProxies::new(), |proxies, proxy| proxies.with_network(proxy)).unwrap();
    TestServer::configured(move |config| {
        config.bounds(RequestLimits::default().with_wrong_keys_per_second(NonZeroU32::MIN)).trusted_proxies(proxies)
    })
}

#[tokio::test]
async fn a_source_of_wrong_keys_is_told_to_wait_and_a_right_key_from_there_is_not() {
    let server = guarded(&[]);
    server.send(from("192.0.2.7:1000", &[])).await.is(401, "Unauthorized");
    let second = server.send(from("192.0.2.7:1001", &[])).await;
    second.is(429, "TooManyRequests");
    assert_eq!(second.header("retry-after"), "1");
    let mut right = from("192.0.2.7:1002", &[]);
    right.headers_mut().insert("authorization", format!("AccessKey {OUR_KEY}").parse().unwrap());
    assert_eq!(server.send(right).await.status, 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a08_no_header_makes_another_source_of_a_peer_that_is_not_trusted(
        name in prop::sample::select(vec![
            "x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip", "via",
        ]),
        value in "[ -~]{0,40}|([0-9]{1,3}\\.){3}[0-9]{1,3}(, ?([0-9]{1,3}\\.){3}[0-9]{1,3}){0,3}",
        doubled in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = guarded(&["10.0.0.0/8"]);
            server.send(from("192.0.2.7:1000", &[])).await.is(401, "Unauthorized");
            let headers = [(name, &*value), (name, &*value)];
            let headers = if doubled { &headers[..] } else { &headers[..1] };
            server.send(from("192.0.2.7:1001", headers)).await.is(429, "TooManyRequests");
        });
    }
}

#[tokio::test]
async fn a08_behind_a_trusted_proxy_the_source_is_the_rightmost_address_that_is_none() {
    let server = guarded(&["10.0.0.0/8", "::1"]);
    let through = |forwarded: &'static str| from("10.0.0.1:1", &[("x-forwarded-for", forwarded)]);
    server.send(through("203.0.113.5")).await.is(401, "Unauthorized");
    // What stands further left anybody may have written; proxies of ours are passed over.
    server.send(through("198.51.100.1, 203.0.113.5")).await.is(429, "TooManyRequests");
    server.send(through("198.51.100.2,203.0.113.5 , 10.9.9.9")).await.is(429, "TooManyRequests");
    server.send(through("203.0.113.6")).await.is(401, "Unauthorized");
    // An IPv4 address in IPv6's clothes is the same; a /64 is one source.
    server.send(through("::ffff:203.0.113.6")).await.is(429, "TooManyRequests");
    server.send(from("[::ffff:10.0.0.2]:1", &[("x-forwarded-for", "203.0.113.6")])).await.is(429, "TooManyRequests");
    server.send(through("2001:db8:1:2::1")).await.is(401, "Unauthorized");
    server.send(through("2001:db8:1:2:ffff::2")).await.is(429, "TooManyRequests");
    server.send(through("2001:db8:1:3::1")).await.is(401, "Unauthorized");
    // Two headers are one list.
    let two = from("10.0.0.1:1", &[("x-forwarded-for", "198.51.100.9"), ("x-forwarded-for", "203.0.113.6")]);
    server.send(two).await.is(429, "TooManyRequests");
}

#[tokio::test]
async fn a_workspace_that_calls_too_often_waits_and_the_other_does_not() {
    let rate = NonZeroU32::new(2);
    let server =
        TestServer::configured(move |config| config.bounds(RequestLimits::default().with_requests_per_second(rate)));
    for _ in 0..2 {
        assert_eq!(server.get(&all(OURS)).await.status, 200);
    }
    let third = server.get(&all(OURS)).await;
    third.is(429, "TooManyRequests");
    assert_eq!(third.header("retry-after"), "1");
    let mut theirs = request(Method::GET, &all(THEIRS), Said::Nothing);
    theirs.headers_mut().insert("authorization", format!("Bearer {THEIR_KEY}").parse().unwrap());
    assert_eq!(server.send(theirs).await.status, 200);
}

#[test]
fn weak_keys_are_refused_and_hashes_read_as_they_are_written() {
    for weak in ["", "short", "has spaces in it, alas, many", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &"a1B2c3D4".repeat(40)]
    {
        AccessKeyHash::new(weak).unwrap_err();
    }
    let hash = AccessKeyHash::new(OUR_KEY).unwrap();
    assert_eq!(hash.to_string().parse::<AccessKeyHash>().unwrap(), hash);
    assert_eq!(hash.to_string().to_uppercase().replace("SHA256", "sha256").parse::<AccessKeyHash>().unwrap(), hash);
    assert!(!format!("{hash:?}").contains(&hash.to_string()[10..]));
    for wrong in ["", "sha256:", "sha256:00", &hash.to_string()[7..], &format!("{hash}0"), &"sha256:g".repeat(9)] {
        wrong.parse::<AccessKeyHash>().unwrap_err();
    }
}

#[tokio::test]
async fn pages_of_the_named_origins_may_call_and_no_others() {
    let origins = vec!["https://app.acme.example".parse::<Origin>().unwrap()];
    let server = TestServer::configured(|config| config.allowed_origins(origins));
    let preflight = |origin: &str| {
        let mut request = with_authorization(&[]);
        *request.method_mut() = Method::OPTIONS;
        for (name, value) in [("origin", origin), ("access-control-request-method", "POST")] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request
    };
    let allowed = server.send(preflight("https://app.acme.example")).await;
    assert_eq!(
        (allowed.status.as_u16(), allowed.header("access-control-allow-origin")),
        (200, "https://app.acme.example")
    );
    let other = server.send(preflight("https://evil.example")).await;
    assert_eq!(other.header("access-control-allow-origin"), "");
    let mut call = request(Method::GET, &all(OURS), Said::Nothing);
    call.headers_mut().insert("origin", "https://app.acme.example".parse().unwrap());
    assert_eq!(server.send(call).await.header("access-control-allow-origin"), "https://app.acme.example");
    for odd in [
        "*",
        "null",
        "app.acme.example",
        "https://a.example/",
        "https://A.example",
        "ftp://a.example",
        "https://u@a.example",
    ] {
        odd.parse::<Origin>().unwrap_err();
    }
}
