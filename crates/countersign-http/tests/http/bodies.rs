//! Bodies that are none, or too much: refused with their paths, and nothing is charged or sent.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderValue, Method};
use countersign_http::RequestLimits;
use countersign_testkit::fixtures::{channel, navigator};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::test_server::{OURS, Said, TestServer, all, one, request, start};

/// A start with every property that there is.
fn full() -> Value {
    json!({
        "identifier": { "phonenumber": "+31612345678", "emailaddress": "ann@example.com" },
        "locale": "nl-NL", "maxAttempts": 5, "timeout": 300, "codeLength": 8,
        "steps": [
            { "channelId": channel(1) },
            { "channelId": channel(2), "template": {
                "name": "otp", "projectId": "a1405560-c8d3-4b1a-877d-3f449ad95352", "version": "latest", "locale": "nl",
                "attachments": [{ "mediaUrl": "https://example.com", "filename": "a", "inline": true }],
                "shortLinks": { "enabled": true, "domain": "example.com" },
                "variables": { "default": "x", "more": "y" },
                "utmParameters": [{ "key": "k", "value": "v" }],
                "parameters": [{ "type": "string", "key": "k", "value": "v" }],
                "settings": { "useMmLite": true }
            } }
        ]
    })
}

/// Every place in a value, as a JSON pointer, that a caller can fill otherwise.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    if !at.is_empty() {
        found.push(at.to_owned());
    }
    match value {
        Value::Object(properties) => {
            properties.iter().for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, inner)| places(inner, &format!("{at}/{index}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn a_full_start_is_taken() {
    let server = TestServer::new();
    assert_eq!(server.post(&all(OURS), full()).await.status, 202);
}

#[tokio::test]
async fn a_wrong_type_at_any_place_is_told_by_its_path_and_starts_nothing() {
    let server = TestServer::new();
    let mut found = Vec::new();
    places(&full(), "", &mut found);
    assert!(found.len() > 30, "{found:?}");
    for place in found {
        for other in [json!(true), json!(7.5), json!("\u{0}"), json!([7]), json!({ "x": 7 })] {
            let mut body = full();
            let value = body.pointer_mut(&place).unwrap();
            // Another flag is a flag, and texts of templates are the provider's to judge.
            let free = (value.is_boolean() && other.is_boolean()) || (value.is_string() && other.is_string());
            *value = other;
            let reply = server.post(&all(OURS), body.clone()).await;
            if reply.status == 202 && free {
                continue;
            }
            assert!(!reply.paths().is_empty(), "{place}: {body}");
        }
    }
}

#[tokio::test]
async fn wrong_types_of_a_check_or_a_choice_are_told_by_their_path_and_charge_nothing() {
    let server = TestServer::new();
    let record = server.started().await;
    for code in [json!(null), json!(true), json!(7), json!([]), json!({}), json!(["123456"]), json!(123_456)] {
        assert_eq!(server.post(&one(&record), json!({ "code": code })).await.paths(), [".code"], "{code}");
    }
    for call in ["resend", "failover"] {
        let path = format!("{}/{call}", one(&record));
        for index in [json!(true), json!("0"), json!([]), json!({}), json!(1.5), json!(-1), json!(256), json!(1e30)] {
            let reply = server.post(&path, json!({ "stepIndex": index })).await;
            assert_eq!(reply.paths(), [".stepIndex"], "{index}");
        }
        for body in [json!([]), json!(0), json!("x"), json!({ "stepIndex": 0, "step": 0 })] {
            server.post(&path, body).await.is(422, "InvalidPayload");
        }
    }
    assert_eq!(server.get(&one(&record)).await.json(), record);
}

#[tokio::test]
async fn a11_a_code_that_is_none_is_malformed_and_is_neither_charged_nor_taken() {
    let server = TestServer::new();
    let record = server.started().await;
    let code = server.code(&record);
    let bodies = [
        String::new(),
        "null".into(),
        "{}".into(),
        "[]".into(),
        "\"\"".into(),
        code.clone(),
        json!(code).to_string(),
        json!([code]).to_string(),
        json!({ "code": "" }).to_string(),
        json!({ "code": " - " }).to_string(),
        json!({ "code": null }).to_string(),
        json!({ "code": [code] }).to_string(),
        json!({ "code": {} }).to_string(),
        json!({ "code": 0 }).to_string(),
        json!({ "code": "0" }).to_string(),
        json!({ "code": &code[..5] }).to_string(),
        json!({ "code": format!("{code}0") }).to_string(),
        json!({ "code": format!("{code}{code}0") }).to_string(),
        json!({ "code": format!("{code}\u{0}") }).to_string(),
        json!({ "code": true }).to_string(),
        json!({ "code": 1e6 }).to_string(),
        json!({ "Code": code }).to_string(),
        json!({ "code": code, "bypass": true }).to_string(),
        json!({ "code": code, "status": "verified" }).to_string(),
        format!("{{\"code\":\"000000\",\"code\":\"{code}\"}}"),
        format!("{{\"code\":\"{code}\",\"\\u0063ode\":\"{code}\"}}"),
        format!("\u{feff}{}", json!({ "code": code })),
        format!("{{\"code\":\"{code}\"}} ") + "x",
        format!("{{\"code\":\"{code}\",}}"),
    ];
    for body in &bodies {
        server.post(&one(&record), body.as_str()).await.is(422, "InvalidPayload");
    }
    assert_eq!(server.get(&one(&record)).await.json(), record, "nothing was charged");
    let spaced = format!(" {}-{} ", &code[..3], &code[3..]);
    assert_eq!(server.post(&one(&record), json!({ "code": spaced })).await.status, 200);
}

#[tokio::test]
async fn a_property_given_twice_is_refused_wherever_it_is() {
    let server = TestServer::new();
    let start = start().to_string();
    let twice = [
        start.replacen('{', "{\"timeout\":60,\"timeout\":60,", 1),
        start.replacen("\"phonenumber\"", "\"phonenumber\":\"+31612345679\",\"phonenumber\"", 1),
        start.replacen("\"channelId\"", "\"channelId\":null,\"channelId\"", 1),
    ];
    for body in twice {
        let reply = server.post(&all(OURS), body.as_str()).await;
        assert_eq!(reply.paths(), ["."], "{body}");
        assert!(reply.json()["details"]["."][0].as_str().unwrap().contains("twice"), "{reply:?}");
    }
    assert!(server.transport.sent().is_empty());
}

#[tokio::test]
async fn deep_and_wide_bodies_are_refused_before_they_cost_anything() {
    let server = TestServer::new();
    let deep = |depth: usize, open: &str, close: &str| open.repeat(depth) + &close.repeat(depth);
    let wide = format!("{{\"steps\":[{}0]}}", "0,".repeat(20_000));
    let many_steps =
        json!({ "identifier": start()["identifier"], "steps": vec![json!({ "channelId": channel(1) }); 17] });
    for body in [deep(17, "[", "]"), deep(1_000, "[", "]"), deep(9_000, "{\"a\":", "}"), deep(30_000, "[", ""), wide] {
        assert_eq!(server.post(&all(OURS), body.as_str()).await.paths(), ["."]);
    }
    assert_eq!(server.post(&all(OURS), many_steps).await.paths(), [".steps"]);
    let sixteen = json!({ "identifier": start()["identifier"], "steps": vec![json!({ "channelId": channel(1) }); 16] });
    assert_eq!(server.post(&all(OURS), sixteen).await.status, 202);
}

#[tokio::test]
async fn a_body_over_the_bound_is_too_large_whether_or_not_it_says_so() {
    let server = TestServer::new();
    let padded = |bytes: usize| {
        let body = start().to_string();
        format!("{}{body}", " ".repeat(bytes - body.len()))
    };
    assert_eq!(server.post(&all(OURS), padded(65_536).as_str()).await.status, 202);
    server.post(&all(OURS), padded(65_537).as_str()).await.is(413, "PayloadTooLarge");
    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 4096]));
    let mut request = request(Method::POST, &all(OURS), json!({}));
    request.headers_mut().remove("content-length");
    *request.body_mut() = Body::from_stream(endless);
    server.send(request).await.is(413, "PayloadTooLarge");
    let mut lying = crate::test_server::request(Method::POST, &all(OURS), json!({}));
    lying.headers_mut().insert("content-length", "10000000000".parse().unwrap());
    server.send(lying).await.is(413, "PayloadTooLarge");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up() {
    let server = TestServer::configured(|config| config.bounds(RequestLimits::default()));
    let mut request = request(Method::POST, &all(OURS), json!({}));
    *request.body_mut() = Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    server.send(request).await.is(408, "RequestTimeout");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_senders_fault() {
    let server = TestServer::new();
    let mut request = request(Method::POST, &all(OURS), json!({}));
    let broken = futures_util::stream::iter([Ok(b"{".to_vec()), Err(std::io::Error::other("gone"))]);
    *request.body_mut() = Body::from_stream(broken);
    server.send(request).await.is(400, "RequestBodyIncomplete");
}

#[tokio::test]
async fn only_json_is_read_and_it_may_say_so_in_several_ways() {
    let server = TestServer::new();
    let with = |kind: Option<&'static str>, encoding: Option<&'static str>| {
        let mut request = request(Method::POST, &all(OURS), start());
        request.headers_mut().remove(CONTENT_TYPE);
        for (name, value) in [(CONTENT_TYPE, kind), (CONTENT_ENCODING, encoding)] {
            value
                .into_iter()
                .for_each(|value| drop(request.headers_mut().insert(&name, HeaderValue::from_static(value))));
        }
        request
    };
    let good = [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/vnd.acme+json",
    ];
    for kind in good {
        assert_eq!(server.send(with(Some(kind), None)).await.status, 202, "{kind}");
    }
    let bad = ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "json", ""];
    for kind in bad {
        server.send(with(Some(kind), None)).await.is(415, "UnsupportedMediaType");
    }
    server.send(with(None, None)).await.is(415, "UnsupportedMediaType");
    server.send(with(Some("application/json"), Some("gzip"))).await.is(415, "UnsupportedMediaType");
}

#[tokio::test]
async fn text_that_is_no_utf8_is_refused() {
    let server = TestServer::new();
    let mut body = start().to_string().into_bytes();
    let at = body.windows(3).position(|part| part == b"ann").unwrap();
    for bytes in [[0xff, 0xfe, 0xfd], [0xc0, 0x80, b'a'], [0xed, 0xa0, 0x80], [b'a', b'n', 0xe2]] {
        body[at..at + 3].copy_from_slice(&bytes);
        server.post(&all(OURS), body.clone()).await.is(422, "InvalidPayload");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_body_at_all_makes_the_service_fail(
        call in 0_usize..4,
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "\\PC{0,200}".prop_map(String::into_bytes),
            (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| {
                let mut body = full().to_string().into_bytes();
                let at = at.index(body.len());
                body[at] = byte;
                body
            }),
        ],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = TestServer::new();
            let record = server.started().await;
            let path = match call {
                0 => all(OURS),
                1 => one(&record),
                2 => format!("{}/resend", one(&record)),
                _ => format!("{}/failover", one(&record)),
            };
            let reply = server.post(&path, body).await;
            assert!(reply.status.as_u16() < 500, "{reply:?}");
            if !reply.status.is_success() {
                reply.problem();
            }
        });
    }
}

#[tokio::test]
async fn steps_that_name_no_channel_of_ours_are_told_by_their_path() {
    let server = TestServer::new();
    let body = json!({
        "identifier": { "phonenumber": "+31612345678" },
        "steps": [{ "channelId": channel(9) }, { "navigatorId": navigator(9) }, { "channelId": channel(2) }]
    });
    let reply = server.post(&all(OURS), body).await;
    assert_eq!(reply.paths(), [".steps[0].channelId", ".steps[1].navigatorId"]);
    let no_mail = json!({ "identifier": { "phonenumber": "+31612345678" }, "steps": [{ "channelId": channel(3) }] });
    assert_eq!(server.post(&all(OURS), no_mail).await.paths().len(), 1);
    assert!(server.transport.sent().is_empty());
    server.post(&all(OURS), Said::Nothing).await.is(422, "InvalidPayload");
}
