use std::sync::Arc;

use countersign::idempotency::IdempotencyStore;
use countersign::{ReportScope, Webhook};
use tokio_util::task::TaskTracker;

use crate::bounds::RequestLimits;
use crate::caller::AccessKeys;
use crate::caller::Origin;
use crate::caller::TrustedProxies;
use crate::idempotency::MemoryIdempotencyStore;
use crate::operations::Metrics;
use crate::webhook::{Route, WebhookPathError};

/// How a router is set up: who may call, and what shall not be as by default.
#[derive(Debug, Clone)]
#[must_use]
pub struct Config {
    pub(crate) keys: AccessKeys,
    pub(crate) bounds: RequestLimits,
    pub(crate) metrics: Metrics,
    pub(crate) origins: Vec<Origin>,
    pub(crate) proxies: TrustedProxies,
    pub(crate) idempotency: Arc<dyn IdempotencyStore>,
    pub(crate) tracker: TaskTracker,
    pub(crate) webhooks: Vec<Route>,
}

impl Config {
    /// For the callers that have one of those keys.
    pub fn new(keys: AccessKeys) -> Self {
        Self {
            keys,
            bounds: RequestLimits::default(),
            metrics: Metrics::default(),
            origins: Vec::new(),
            proxies: TrustedProxies::new(),
            idempotency: Arc::new(MemoryIdempotencyStore::default()),
            tracker: TaskTracker::new(),
            webhooks: Vec::new(),
        }
    }

    /// What a caller may ask: [`RequestLimits::default`] unless given.
    pub const fn bounds(mut self, bounds: RequestLimits) -> Self {
        self.bounds = bounds;
        self
    }

    /// Where to count calls and what happens in the engine, and what `GET /metrics` shows: counters of its own unless
    /// given.
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Pages of these origins may call from a browser (CORS); none unless given. An access key does not belong into a page
    /// that strangers see.
    pub fn allowed_origins(mut self, origins: Vec<Origin>) -> Self {
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

    /// Where calls are tracked that outlive their connection, because their caller hung up or their answer was late: one
    /// of its own unless given.
    ///
    /// [`Server`](crate::Server) waits for them at its end. A host that serves the [`router`](crate::router) by other means
    /// gives a tracker and waits for it.
    pub fn tracker(mut self, tracker: TaskTracker) -> Self {
        self.tracker = tracker;
        self
    }

    /// Takes the deliveries of a provider's webhook at that path, which begins with `/webhooks/`. Each path may have one.
    ///
    /// `scope` is whose verifications its reports may change; see
    /// [`Engine::handle_webhook`](countersign::Engine::handle_webhook).
    /// The responses are 200; 400, 401, 405 or 413 for a delivery that is [refused](countersign::WebhookError);
    /// 408 when its body does not arrive within 2 s; 503 when a report was not stored, so that the provider repeats the
    /// delivery, and when too many are under way.
    ///
    /// A delivery whose headers cannot prove it ([`Webhook::judge`]) is refused before its body is read. Of the others, 256
    /// are read at a time, and 64 of one source, which [`trusted_proxies`](Self::trusted_proxies) may name; as many as 256
    /// that were read are handled.
    ///
    /// # Errors
    /// [`WebhookPathError`].
    pub fn webhook(
        mut self,
        path: impl Into<String>,
        webhook: Arc<dyn Webhook>,
        scope: impl Into<ReportScope>,
    ) -> Result<Self, WebhookPathError> {
        let route = Route::new(path.into(), webhook, scope.into(), &self.webhooks)?;
        self.webhooks.push(route);
        Ok(self)
    }
}
