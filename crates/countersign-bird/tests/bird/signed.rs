//! Deliveries, signed as Bird signs them: written from its documentation, and not with the code under test.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign::{Engine, Report, ReportScope, Timestamp, Webhook, WebhookDeliveryError, WebhookError, WebhookHead};
use countersign_bird::webhook::{BirdWebhook, SigningKeys};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

pub const URL: &str = "https://codes.acme.example/webhooks/bird?tenant=7";
pub const SIGNING_KEY: &str = "whs-0123456789abcdef";

/// When it is signed: the first moment of 2026.
pub const SIGNED_AT: Timestamp = Timestamp::from_millis(1_767_225_600_000);

pub fn keys() -> SigningKeys {
    SigningKeys::new(SIGNING_KEY).unwrap()
}

pub fn sign(key: &str, timestamp: &str, url: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(format!("{timestamp}\n{url}\n").as_bytes());
    mac.update(&Sha256::digest(body));
    STANDARD.encode(mac.finalize().into_bytes())
}

/// What a host answers.
pub fn status(handled: &Result<(), WebhookDeliveryError>) -> u16 {
    match handled {
        Ok(()) => 200,
        Err(WebhookDeliveryError::Webhook(error)) => refusal(error),
        Err(_) => 503,
    }
}

/// What a host answers to a delivery that is not taken.
pub fn refusal(error: &WebhookError) -> u16 {
    match error {
        WebhookError::Method => 405,
        WebhookError::NotAuthentic(_) => 401,
        WebhookError::TooLong { .. } => 413,
        WebhookError::Malformed(_) => 400,
        other => panic!("{other:?}"),
    }
}

/// A delivery that tests can spoil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Signed {
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self::by(SIGNING_KEY, body)
    }

    pub fn by(key: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let time = (SIGNED_AT.as_millis() / 1000).to_string();
        let signature = sign(key, &time, URL, &body);
        let header = |name: &str, value: String| (name.to_owned(), value.into_bytes());
        let headers = vec![
            header("Host", "codes.acme.example".to_owned()),
            header("MessageBird-Signature", signature),
            header("messagebird-request-timestamp", time),
            header("messagebird-request-id", "delivery-1".to_owned()),
        ];
        Self { method: "POST".to_owned(), url: URL.to_owned(), headers, body }
    }

    /// With that header in place of all of its name.
    pub fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn header(&self, name: &str) -> Vec<u8> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap().1.clone()
    }

    /// Calls that with its head.
    pub fn with_head<T>(&self, with: impl FnOnce(&WebhookHead<'_>) -> T) -> T {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        with(&WebhookHead::new(&self.method, &headers))
    }

    /// What that webhook reads in it.
    pub fn read(&self, webhook: &BirdWebhook, now: Timestamp) -> Result<Vec<Report>, WebhookError> {
        self.with_head(|head| webhook.read(head, &self.body, now))
    }

    /// Hands it to an engine, and gives the status that a host answers with.
    pub async fn deliver(&self, engine: &Engine, webhook: &BirdWebhook, scope: impl Into<ReportScope>) -> u16 {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let head = WebhookHead::new(&self.method, &headers);
        status(&engine.handle_webhook(webhook, scope, &head, &self.body).await)
    }
}
