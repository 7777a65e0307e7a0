//! Attacks that others fell to, each tried through the wire.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use countersign::PhoneNumber;
use countersign_testkit::fixtures::channel;
use serde_json::{Value, json};

use crate::test_server::{OURS, Reply, Said, TestServer, all, one, start};

async fn mutations(server: &TestServer, record: &Value) -> [Reply; 4] {
    let code = json!({ "code": server.code(record) });
    [
        server.post(&one(record), code).await,
        server.post(&format!("{}/resend", one(record)), Said::Nothing).await,
        server.post(&format!("{}/failover", one(record)), Said::Nothing).await,
        server.call(Method::DELETE, &one(record), Said::Nothing).await,
    ]
}

#[tokio::test]
async fn a05_no_call_has_an_effect_on_a_verification_that_has_ended_however_it_ended() {
    for end in ["verified", "failed", "expired", "canceled"] {
        let server = TestServer::new();
        let record = server.started().await;
        match end {
            "verified" => drop(server.post(&one(&record), json!({ "code": server.code(&record) })).await),
            "canceled" => drop(server.call(Method::DELETE, &one(&record), Said::Nothing).await),
            "expired" => drop(server.clock.advance(Duration::from_secs(600))),
            _ => {
                for _ in 0..3 {
                    server.post(&one(&record), json!({ "code": server.wrong_code(&record) })).await;
                }
            }
        }
        let before = server.get(&one(&record)).await.json();
        assert_eq!(before["status"], end);
        // Long after the cooldown, so that nothing else refuses.
        server.clock.advance(Duration::from_secs(60));
        for reply in mutations(&server, &record).await {
            let code = if end == "failed" { "MaxAttemptsReached" } else { "UnexpectedVerificationStatus" };
            reply.is(400, code);
        }
        assert_eq!(server.get(&one(&record)).await.json(), before);
        assert_eq!(server.transport.sent().len(), 1);
    }
}

#[tokio::test]
async fn a10_ids_and_paths_with_anything_else_in_them_reach_nothing() {
    let server = TestServer::new();
    let record = server.started().await;
    let id = record["id"].as_str().unwrap();
    let odd = [
        "..%2f..%2fsms",
        "%2e%2e",
        "%00",
        "%0d%0aX:%20y",
        "%23",
        "%3f",
        "%2f",
        "%7bid%7d",
        "*",
        "%ff%fe",
        "1",
        "%20",
        "019b0000000070008000000000000000",
        "%7b019b0000-0000-7000-8000-000000000000%7d",
        "urn:uuid:019b0000-0000-7000-8000-000000000000",
    ];
    let mut paths = Vec::new();
    for odd in odd {
        paths.push(format!("/workspaces/{odd}/verify"));
        paths.push(format!("/workspaces/{odd}/verify/{id}"));
        paths.push(format!("{}/{odd}", all(OURS)));
        paths.push(format!("{}/{id}{odd}", all(OURS)));
        paths.push(format!("{}/{odd}/resend", all(OURS)));
        paths.push(format!("{}/{id}/{odd}", all(OURS)));
    }
    for tail in ["/", "//", "/resend/", "/resend/x", "/../verify", ";x=1", "/."] {
        paths.push(format!("{}/{id}{tail}", all(OURS)));
    }
    for path in &paths {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let reply = server.call(method.clone(), path, json!({ "code": server.code(&record) })).await;
            let (status, _) = reply.problem();
            assert!([404, 405, 422].contains(&status), "{method} {path}: {reply:?}");
        }
    }
    for odd in ["../sms", "%2e%2e", "#", "?x=1", "\u{0}", "\r\nHost: x", "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01/../x"] {
        for field in ["channelId", "navigatorId"] {
            let body = json!({ "identifier": start()["identifier"], "steps": [{ field: odd }] });
            assert_eq!(server.post(&all(OURS), body).await.paths(), [format!(".steps[0].{field}")]);
        }
    }
    assert_eq!(server.get(&one(&record)).await.json(), record);
    assert_eq!(server.transport.sent().len(), 1);
}

#[tokio::test]
async fn a15_a_start_looks_the_same_whether_or_not_the_person_is_known() {
    let server = TestServer::new();
    // Known: verified, failed and open verifications of the same person.
    let known = server.started().await;
    server.post(&one(&known), json!({ "code": server.code(&known) })).await;
    let failed = server.started().await;
    for _ in 0..3 {
        server.post(&one(&failed), json!({ "code": server.wrong_code(&failed) })).await;
    }
    server.started().await;
    let of_known = server.post(&all(OURS), start()).await;
    let mut unknown = start();
    unknown["identifier"] = json!({ "phonenumber": "+31687654321", "emailaddress": "bob@example.com" });
    let of_unknown = server.post(&all(OURS), unknown).await;
    assert_eq!(of_known.status, of_unknown.status);
    let names = |reply: &Reply| reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&of_known), names(&of_unknown));
    // But for the id and the addresses the bodies are the same, byte for byte.
    let bare = |reply: &Reply| {
        let mut body = reply.json();
        body["id"] = Value::Null;
        body["identifier"] = Value::Null;
        body["steps"].as_array_mut().unwrap().iter_mut().for_each(|step| {
            step["identifier"] = Value::Null;
            step["attempts"].as_array_mut().unwrap().iter_mut().for_each(|attempt| attempt["messageId"] = Value::Null);
        });
        body
    };
    assert_eq!(bare(&of_known), bare(&of_unknown));
}

#[tokio::test]
async fn a19_spellings_of_one_number_are_one_number_and_what_is_shown_is_what_is_sent_to() {
    let server = TestServer::new();
    let spellings = ["+31612345678", "+31 6 1234 5678", "+31-6-12345678", "+31 (0)6 12345678", "0031612345678"];
    let odd = [
        "\u{ff0b}\u{ff13}\u{ff11}612345678",
        "+\u{663}\u{661}612345678",
        "+31612345678;phone-context=evil.example",
        "+31612345678;ext=5",
        "tel:+31612345678",
        "+31612345678,+31687654321",
        "+31612345678\u{202e}",
    ];
    let phone = |text: &str| json!({ "identifier": { "phonenumber": text }, "steps": [{ "channelId": channel(1) }] });
    for text in spellings.into_iter().chain(odd) {
        let reply = server.post(&all(OURS), phone(text)).await;
        if reply.status == 202 {
            assert_eq!(reply.json()["identifier"], json!({ "phonenumber": "+31612345678" }), "{text}");
            assert_eq!(reply.json()["steps"][0]["identifier"], "+31612345678");
            // Once more through the reader it stays the same.
            assert_eq!(PhoneNumber::parse("+31612345678").unwrap().to_e164(), "+31612345678");
        } else {
            assert_eq!(reply.paths(), [".identifier.phonenumber"], "{text}");
        }
    }
    assert_eq!(server.post(&all(OURS), phone("+31 6 1234 5678")).await.status, 202);
    let email = |text: &str| json!({ "identifier": { "emailaddress": text }, "steps": [{ "channelId": channel(3) }] });
    let refused = [
        "\u{131}nes@example.com",
        "ann@ex\u{e4}mple.com@example.com",
        "ann@example.com\u{0}",
        "ann\r\nBcc: x@example.com",
        "ann@example.com, bob@example.com",
        "\"ann\"<ann@example.com>",
        "ann@",
        "@example.com",
    ];
    for text in refused {
        assert_eq!(server.post(&all(OURS), email(text)).await.paths(), [".identifier.emailaddress"], "{text}");
    }
    // The mailbox's name stays as it was written; the domain has one spelling.
    let shown = server.post(&all(OURS), email("Ann.Tag+1@EXAMPLE.com")).await.json();
    assert_eq!(shown["identifier"]["emailaddress"], "Ann.Tag+1@example.com");
    assert_eq!(shown["steps"][0]["identifier"], "Ann.Tag+1@example.com");
}

#[tokio::test]
async fn a22_a_thousand_hostile_bodies_leave_nothing_behind() {
    let store = Arc::new(countersign_memory::MemoryStore::with_capacity_limit(100));
    let server = TestServer::with(crate::test_server::Plan { store, ..Default::default() });
    let hostile = [
        "[".repeat(60_000),
        format!("{{\"steps\":[{}]}}", vec!["{}"; 20_000].join(",")),
        format!("{{\"{}\":1}}", "k".repeat(60_000)),
        format!("{{\"identifier\":{{\"emailaddress\":\"{}@example.com\"}}}}", "a".repeat(60_000)),
        format!("{{\"identifier\":{{\"phonenumber\":\"+{}\"}}}}", "1".repeat(60_000)),
        format!("{{\"maxAttempts\":{}}}", "9".repeat(60_000)),
        format!("{{\"locale\":\"{}\"}}", "en-".repeat(20_000)),
    ];
    for round in 0..1_000 {
        let body = &hostile[round % hostile.len()];
        let reply = server.post(&all(OURS), body.as_str()).await;
        reply.is(422, "InvalidPayload");
        assert!(reply.bytes.len() < 200_000, "{} bytes of answer", reply.bytes.len());
    }
    // A full store is the service's fault, and says what helps.
    for _ in 0..100 {
        assert_eq!(server.post(&all(OURS), start()).await.status, 202);
    }
    server.post(&all(OURS), start()).await.is(503, "StoreFull");
}

#[tokio::test]
async fn a_start_of_sixty_kilobytes_is_refused_with_what_to_shorten_and_nothing_is_kept_of_it() {
    let server = TestServer::new();
    let with_template = |bytes: usize| {
        let variables = json!({ "a": "x".repeat(bytes / 2), "b": "y".repeat(bytes / 2) });
        let template = json!({ "name": "code", "variables": variables });
        json!({
            "identifier": start()["identifier"],
            "steps": [{ "channelId": channel(1) }, { "channelId": channel(2), "template": template }]
        })
    };
    let refused = server.post(&all(OURS), with_template(60_000)).await;
    assert_eq!(refused.paths(), [".steps[1].template"]);
    let sentence = "the templates of a plan have at most 8192 bytes together: shorten it";
    assert_eq!(refused.json()["details"][".steps[1].template"], json!([sentence]));
    assert!(refused.bytes.len() < 1_000);
    assert_eq!(server.post(&all(OURS), with_template(8_300)).await.paths(), [".steps[1].template"]);
    assert_eq!(server.get(&all(OURS)).await.json()["results"], json!([]));
    assert_eq!(server.post(&all(OURS), with_template(8_000)).await.status, 202);
}

#[tokio::test]
async fn a24_what_commands_and_scripts_are_made_of_is_text_here() {
    let server = TestServer::new();
    let odd = [
        "\r\n*1\r\n$8\r\nFLUSHALL\r\n",
        "'; redis.call('FLUSHALL') --",
        "{tag}",
        "\\\"",
        "${jndi:ldap://x}",
        "{{7*7}}",
        "%s%n",
        "__proto__",
    ];
    for text in odd {
        let name = json!({
            "identifier": start()["identifier"],
            "steps": [{ "channelId": channel(2), "template": { "name": text, "variables": { text: text } } }]
        });
        let reply = server.post(&all(OURS), name).await;
        if reply.status == 202 {
            let template = &reply.json()["steps"][0]["template"];
            assert_eq!((&template["name"], &template["variables"][text]), (&json!(text), &json!(text)));
        } else {
            reply.is(422, "InvalidPayload");
        }
        let mut body = start();
        body["locale"] = json!(text);
        assert_eq!(server.post(&all(OURS), body).await.paths(), [".locale"]);
    }
}

#[tokio::test]
async fn a27_long_and_odd_texts_of_every_field_are_read_in_no_time() {
    let server = TestServer::new();
    let long = [
        "9".repeat(60_000),
        "+1".repeat(30_000),
        "-".repeat(60_000),
        "a-".repeat(30_000),
        "(".repeat(60_000),
        "2026-01-31T12:00:00.".to_owned() + &"0".repeat(50_000) + "Z",
        "x@".repeat(30_000),
        "xn--".repeat(15_000),
    ];
    let begin = tokio::time::Instant::now();
    let mut tried: u32 = 0;
    for text in &long {
        for body in [
            json!({ "identifier": { "phonenumber": text }, "steps": [] }),
            json!({ "identifier": { "emailaddress": text }, "steps": [] }),
            json!({ "identifier": { "emailaddress": format!("a@{text}") }, "steps": [] }),
            json!({ "locale": text }),
            json!({ "code": text }),
        ] {
            server.post(&all(OURS), body).await.is(422, "InvalidPayload");
            tried += 1;
        }
        let query = format!("{}?startAt={text}&endAt={text}", all(OURS));
        if let Ok(uri) = query.parse::<axum::http::Uri>() {
            assert_eq!(server.get(&uri.to_string()).await.paths(), [".endAt", ".startAt"]);
            tried += 1;
        }
    }
    // Generous: what is quadratic takes seconds each.
    assert!(begin.elapsed() < Duration::from_millis(100) * tried, "{tried} took {:?}", begin.elapsed());
}
