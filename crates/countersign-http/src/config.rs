use std::sync::Arc;

use countersign::idempotency::IdempotencyStore;

use crate::access_key::AccessKeys;
use crate::bounds::Bounds;
use crate::idempotency::MemoryIdempotencyStore;
use crate::metrics::Metrics;
use crate::origin::Origin;
use crate::source::TrustedProxies;
use crate::under_way::UnderWay;
#[cfg(feature = "bird")]
use crate::webhook::{BirdWebhook, WebhookPathError};

/// How a router is set up: who may call, and what shall not be as by default.
#[derive(Debug, Clone)]
#[must_use]
pub struct Config {
    pub(crate) keys: AccessKeys,
    pub(crate) bounds: Bounds,
    pub(crate) metrics: Metrics,
    pub(crate) origins: Vec<Origin>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) idempotency: Arc<dyn IdempotencyStore>,
    pub(crate) under_way: UnderWay,
    #[cfg(feature = "bird")]
    pub(crate) webhooks: Vec<(String, BirdWebhook)>,
}

impl Config {
    /// For the callers that have one of those keys.
    pub fn new(keys: AccessKeys) -> Self {
        Self {
            keys,
            bounds: Bounds::default(),
            metrics: Metrics::default(),
            origins: Vec::new(),
            proxies: TrustedProxies::none(),
            idempotency: Arc::new(MemoryIdempotencyStore::default()),
            under_way: UnderWay::default(),
            #[cfg(feature = "bird")]
            webhooks: Vec::new(),
        }
    }

    /// What a caller may ask: [`Bounds::default`] unless given.
    pub const fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Where to count, and what `GET /metrics` shows. To count what the engine does as well, give the same to
    /// [`EngineBuilder::observer`](countersign::EngineBuilder::observer).
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Pages of these origins may call from a browser (CORS); none unless given. An access key does not belong into a page
    /// that strangers see.
    pub fn origins(mut self, origins: Vec<Origin>) -> Self {
        self.origins = origins;
        self
    }

    /// Proxies to believe about the source of a request: none unless given.
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Where answers are kept for `Idempotency-Key`: in this process unless given.
    pub fn idempotency(mut self, idempotency: Arc<dyn IdempotencyStore>) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// Where calls are noted that outlive their connection, for an end that waits for them.
    pub fn under_way(mut self, under_way: UnderWay) -> Self {
        self.under_way = under_way;
        self
    }

    /// Takes Bird's signed webhooks at that path, which begins with `/webhooks/`. Each path may have one.
    ///
    /// # Errors
    /// [`WebhookPathError`].
    #[cfg(feature = "bird")]
    pub fn bird_webhook(mut self, path: impl Into<String>, webhook: BirdWebhook) -> Result<Self, WebhookPathError> {
        let path = path.into();
        let plain = |segment: &str| {
            !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
        };
        if !path.strip_prefix("/webhooks/").is_some_and(|rest| rest.split('/').all(plain)) {
            return Err(WebhookPathError::NotPlain);
        }
        if self.webhooks.iter().any(|(known, _)| *known == path) {
            return Err(WebhookPathError::Taken);
        }
        self.webhooks.push((path, webhook));
        Ok(self)
    }
}
