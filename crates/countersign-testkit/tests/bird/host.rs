use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;

/// What a subscriber got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) signature: String,
    pub(crate) timestamp: String,
    pub(crate) request_id: String,
    pub(crate) raw: Vec<u8>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.raw).expect("events are JSON")
    }

    pub(crate) fn status(&self) -> String {
        self.json()["payload"]["status"].as_str().expect("a message has a status").to_owned()
    }
}

/// A subscriber that takes everything, unless it was told to answer otherwise.
#[derive(Default, Clone)]
pub(crate) struct Host {
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Host {
    /// Begins to listen; gives the URL of its hook.
    pub(crate) async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hooks/bird?tenant=7", listener.local_addr().expect("an address"));
        let router = axum::Router::new().route("/hooks/bird", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    pub(crate) fn then(&self, statuses: impl IntoIterator<Item = u16>) {
        self.answers.lock().expect("no panic").extend(statuses);
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().expect("no panic").clone()
    }

    pub(crate) fn statuses(&self) -> Vec<String> {
        self.got().iter().map(Got::status).collect()
    }
}

async fn take(State(host): State<Host>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name| headers.get(name).expect("Bird's headers").to_str().expect("text").to_owned();
    host.got.lock().expect("no panic").push(Got {
        signature: header("messagebird-signature"),
        timestamp: header("messagebird-request-timestamp"),
        request_id: header("messagebird-request-id"),
        raw: body.to_vec(),
    });
    let status = host.answers.lock().expect("no panic").pop_front().unwrap_or(200);
    StatusCode::from_u16(status).expect("a status")
}
