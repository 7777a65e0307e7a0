//! What never leaves: codes, salts, keys. And what is masked: numbers and addresses in logs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Method;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::test_server::{OUR_KEY, OURS, Reply, Said, TestServer, all, one, request, start};

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Every call and every kind of answer, and all that was answered.
async fn a_life(server: &TestServer) -> (serde_json::Value, Vec<Reply>) {
    let record = server.started().await;
    let mut replies = vec![server.get(&one(&record)).await];
    let code = server.code(&record);
    for body in
        [json!({ "code": server.wrong_code(&record) }), json!({ "code": format!("{code}1") }), json!({ "cod": code })]
    {
        replies.push(server.post(&one(&record), body).await);
    }
    replies.push(server.post(&one(&record), format!("{{\"code\":\"{code}\"").as_str()).await);
    replies.push(server.post(&one(&record), json!({ code.clone(): 1 })).await);
    replies.push(server.post(&format!("{}/resend", one(&record)), Said::Nothing).await);
    server.clock.advance(Duration::from_secs(30));
    replies.push(server.post(&format!("{}/resend", one(&record)), Said::Nothing).await);
    replies.push(server.post(&format!("{}/failover", one(&record)), Said::Nothing).await);
    replies.push(server.get(&format!("{}?pageToken={code}&limit={code}", all(OURS))).await);
    let mut kept = request(Method::POST, &one(&record), json!({ "code": code }));
    kept.headers_mut().insert("idempotency-key", "the-right-one".parse().unwrap());
    replies.push(server.send(kept).await);
    replies.push(server.post(&one(&record), json!({ "code": code })).await);
    replies.push(server.get(&all(OURS)).await);
    replies.push(server.get("/metrics").await);
    replies.push(server.call(Method::DELETE, &one(&record), Said::Nothing).await);
    (record, replies)
}

#[test]
fn a12_no_code_key_or_salt_is_in_any_answer_log_or_metric_and_addresses_are_masked_in_logs() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let (server, record, replies) = tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = TestServer::new();
            let (record, replies) = a_life(&server).await;
            (server, record, replies)
        })
    });
    assert!(replies.iter().any(|reply| reply.status == 200 && reply.json()["status"] == "verified"));
    let code = server.code(&record);
    let log = log.text();
    assert!(log.contains("answered") && log.contains(record["id"].as_str().unwrap()), "the log tells of calls:\n{log}");
    for reply in &replies {
        let said = format!("{:?} {}", reply.headers, String::from_utf8_lossy(&reply.bytes));
        for secret in [code.as_str(), OUR_KEY, "salt", "keyId", "key_id"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
    for secret in [code.as_str(), OUR_KEY, "612345678", "ann@example.com", "ann@"] {
        // A number may stand in a time: what is looked for is the code as a word.
        let found =
            log.split(|c: char| !c.is_alphanumeric() && c != '@' && c != '.' && c != '+').any(|word| word == secret);
        assert!(!found && (secret == code || !log.contains(secret)), "{secret} in the log:\n{log}");
    }
    let debug = format!("{:?}", server.engine);
    assert!(!debug.contains(&code) && !debug.contains("612345678"), "{debug}");
}

#[tokio::test]
async fn what_callers_write_into_headers_and_paths_makes_no_lines_in_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = TestServer::new();
    let mut named = request(Method::POST, &format!("{}%0aFORGED", all(OURS)), start());
    named.headers_mut().insert("x-request-id", "a\tFORGED".parse().unwrap());
    server.send(named).await;
    let forged = json!({ "identifier": { "phonenumber": "+31612345678\nFORGED" }, "steps": "\nFORGED" });
    server.post(&all(OURS), forged).await;
    server.get(&format!("{}/%0d%0aFORGED", all(OURS))).await.is(422, "InvalidPayload");
    let log = log.text();
    assert!(!log.contains("FORGED"), "{log}");
}
