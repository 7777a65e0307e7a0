//! A router over an engine, with what a test wants to move.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use countersign::{
    Channel, Dispatch, Engine, EngineBuilder, Platform, Policy, Receipt, SendError, SendMode, Store, Transport,
    WorkspaceId,
};
use countersign_http::{AccessKeyHash, AccessKeys, Config, Metrics, router};
use countersign_memory::MemoryStore;
use countersign_testkit::fixtures::{channel, keyring, workspace};
use countersign_testkit::{ScriptedTransport, SeededEntropy, SteppedClock};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

pub const OURS: WorkspaceId = workspace(1);
pub const THEIRS: WorkspaceId = workspace(2);
pub const OUR_KEY: &str = "ours-4Zk0cQm8sT2vXy7LpR1w";
pub const THEIR_KEY: &str = "theirs-9Hb3dNf6gJ5kWq2MtV8z";

/// A service with two workspaces.
#[derive(Clone)]
pub struct TestServer {
    pub router: Router,
    pub engine: Engine,
    pub clock: SteppedClock,
    pub transport: Arc<ScriptedTransport>,
    pub metrics: Metrics,
    pub config: Config,
}

/// What a server may have other than usual.
pub struct Plan {
    pub store: Arc<dyn Store>,
    /// Takes the messages in place of the scripted transport.
    pub carrier: Option<Arc<dyn Transport>>,
    pub config: Box<dyn FnOnce(Config) -> Config>,
    pub sending: SendMode,
}

impl Default for Plan {
    fn default() -> Self {
        let store = Arc::new(MemoryStore::new());
        Self { store, carrier: None, config: Box::new(|config| config), sending: SendMode::Inline }
    }
}

impl TestServer {
    pub fn new() -> Self {
        Self::with(Plan::default())
    }

    pub fn configured(config: impl FnOnce(Config) -> Config + 'static) -> Self {
        Self::with(Plan { config: Box::new(config), ..Plan::default() })
    }

    pub fn with(plan: Plan) -> Self {
        let (clock, transport, metrics) = (SteppedClock::default(), Arc::new(ScriptedTransport::new()), Metrics::new());
        let carrier = plan.carrier.unwrap_or_else(|| transport.clone());
        let engine = channels(Engine::builder(plan.store, keyring()), &carrier)
            .policy(Policy::default().with_resend_cooldown(Duration::from_secs(30)).with_send_mode(plan.sending))
            .clock(Arc::new(clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(7)))
            .build()
            .unwrap();
        let keys = AccessKeys::new()
            .with_key(OURS, AccessKeyHash::new(OUR_KEY).unwrap())
            .with_key(THEIRS, AccessKeyHash::new(THEIR_KEY).unwrap());
        let config = (plan.config)(Config::new(keys).metrics(metrics.clone()));
        Self { router: router(engine.clone(), config.clone()), engine, clock, transport, metrics, config }
    }

    /// Sends a request of ours.
    pub async fn call(&self, method: Method, path: &str, body: impl Into<Said>) -> Reply {
        self.send(request(method, path, body)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, Said::Nothing).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Said>) -> Reply {
        self.call(Method::POST, path, body).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply { status: parts.status, headers: parts.headers, bytes: body.collect().await.unwrap().to_bytes() }
    }

    /// Starts by SMS, then email; gives the object.
    pub async fn started(&self) -> Value {
        let reply = self.post(&all(OURS), start()).await;
        assert_eq!(reply.status, 202, "{reply:?}");
        reply.json()
    }

    pub fn code(&self, record: &Value) -> String {
        let id = record["id"].as_str().unwrap().parse().unwrap();
        self.transport.last_code_for(id).unwrap().expose().to_owned()
    }

    pub fn wrong_code(&self, record: &Value) -> String {
        let code = self.code(record);
        let first = if code.starts_with('9') { '0' } else { '9' };
        format!("{first}{}", &code[1..])
    }
}

/// A carrier that keeps every message until somebody lets it go.
#[derive(Debug)]
pub struct Gate(pub Arc<Semaphore>);

#[async_trait]
impl Transport for Gate {
    async fn send(&self, _: &Dispatch) -> Result<Receipt, SendError> {
        self.0.acquire().await.unwrap().forget();
        Ok(Receipt::ByReference { message_id: None })
    }
}

pub fn channels(engine: EngineBuilder, carrier: &Arc<dyn Transport>) -> EngineBuilder {
    let via = |platform| Channel::new(platform, carrier.clone());
    engine
        .channel(channel(1), via(Platform::Sms))
        .channel(channel(2), via(Platform::WhatsApp))
        .channel(channel(3), via(Platform::Email))
}

/// What a request says.
pub enum Said {
    Nothing,
    Json(Value),
    Bytes(Vec<u8>),
}

impl From<Value> for Said {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl From<&str> for Said {
    fn from(text: &str) -> Self {
        Self::Bytes(text.into())
    }
}

impl From<Vec<u8>> for Said {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

pub fn request(method: Method, path: &str, body: impl Into<Said>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("AccessKey {OUR_KEY}"));
    let json = |bytes: Vec<u8>| (Some("application/json"), Body::from(bytes));
    let (kind, body) = match body.into() {
        Said::Nothing => (None, Body::empty()),
        Said::Json(value) => json(value.to_string().into_bytes()),
        Said::Bytes(bytes) => json(bytes),
    };
    let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
    request.body(body).unwrap()
}

#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Reply {
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of an error of the contract's form.
    pub fn problem(&self) -> (u16, String) {
        let body = self.json();
        let object = body.as_object().unwrap();
        assert!(object.keys().all(|key| ["code", "message", "details"].contains(&key.as_str())), "{body}");
        assert!(!object["message"].as_str().unwrap().is_empty(), "{body}");
        (self.status.as_u16(), object["code"].as_str().unwrap().to_owned())
    }

    /// Asserts that it is that error.
    pub fn is(&self, status: u16, code: &str) {
        assert_eq!(self.problem(), (status, code.to_owned()), "{self:?}");
    }

    /// The paths of what is wrong.
    pub fn paths(&self) -> Vec<String> {
        self.is(422, "InvalidPayload");
        self.json()["details"].as_object().unwrap().keys().cloned().collect()
    }
}

pub fn all(workspace: WorkspaceId) -> String {
    format!("/workspaces/{workspace}/verify")
}

pub fn one(record: &Value) -> String {
    format!("{}/{}", all(OURS), record["id"].as_str().unwrap())
}

/// The body of a start by SMS, then email.
pub fn start() -> Value {
    json!({
        "identifier": { "phonenumber": "+31612345678", "emailaddress": "ann@example.com" },
        "steps": [{ "channelId": channel(1) }, { "channelId": channel(3) }]
    })
}
