use std::time::Duration;

use countersign::{Engine, Report, ReportScope, Timestamp};

use super::keys::SigningKeys;
use super::notification::Notification;
use super::request::WebhookRequest;
use super::signature::verify;

/// Answers Bird's webhooks, in any web framework.
///
/// ```
/// use countersign::{Engine, ReportScope};
/// use countersign_bird::webhook::{WebhookHandler, WebhookRequest};
///
/// /// The status to answer with; the body of an answer does not matter.
/// async fn answer(
///     handler: &WebhookHandler,
///     engine: &Engine,
///     headers: &[(String, Vec<u8>)],
///     body: &[u8],
/// ) -> u16 {
///     let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
///     let request = WebhookRequest::new("POST", "https://codes.acme.example/webhooks/bird", headers, body);
///     // One workspace at Bird sends for everybody here. Where a tenant has its own, the tenant's `WorkspaceId` stands here.
///     handler.deliver(engine, ReportScope::All, &request).await
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct WebhookHandler {
    keys: SigningKeys,
    max_age: Option<Duration>,
    max_body: usize,
}

/// How to answer a delivery, and what it reports.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "reports are for an engine, and the status is for Bird"]
pub struct Handled {
    /// The status to answer with; see [`WebhookHandler::handle`].
    pub status: u16,
    /// What is reported; nothing unless the status is 200.
    pub reports: Vec<Report>,
}

impl WebhookHandler {
    /// A handler that believes what one of those keys signed, in the last 48 hours, of at most 1 MiB.
    pub const fn new(keys: SigningKeys) -> Self {
        Self { keys, max_age: Some(Duration::from_secs(48 * 60 * 60)), max_body: 1024 * 1024 }
    }

    /// The same handler with another age limit, or none.
    ///
    /// Bird repeats a delivery with its first time for 8 hours as documented, and for a day as was seen: a shorter
    /// limit loses reports. A longer one does no harm: repetitions change nothing, and a verification ends within an
    /// hour.
    pub const fn with_max_age(mut self, max_age: Option<Duration>) -> Self {
        self.max_age = max_age;
        self
    }

    /// The same handler for bodies of at most so many bytes. A host should stop reading there by itself.
    pub const fn with_max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Says what to answer, and what is reported.
    ///
    /// | status | when |
    /// |---|---|
    /// | 200 | genuine, whether it reports something or not: unknown events and statuses are ignored |
    /// | 400 | genuine, and no notification |
    /// | 401 | not genuine: unsigned, altered, for another URL, too old, or with headers that nobody sends |
    /// | 405 | another method than `POST` |
    /// | 413 | longer than the bound |
    ///
    /// Bird repeats whatever is not answered with 2xx. A host gives the reports to [`Engine::report`] and answers 5xx
    /// when that fails, or else lets [`deliver`](Self::deliver) do both.
    pub fn handle(&self, request: &WebhookRequest<'_>, now: Timestamp) -> Handled {
        let without = |status| Handled { status, reports: Vec::new() };
        if request.method != "POST" {
            return without(405);
        }
        if request.body.len() > self.max_body {
            return without(413);
        }
        if let Err(error) = verify(&self.keys, request, now, self.max_age) {
            tracing::warn!(%error, request_id = ?request.request_id(), "a webhook delivery was not believed");
            return without(401);
        }
        match Notification::parse(request.body) {
            Ok(notification) => Handled { status: 200, reports: notification.report().cloned().into_iter().collect() },
            Err(error) => {
                tracing::warn!(%error, request_id = ?request.request_id(), "a webhook delivery cannot be read");
                without(400)
            }
        }
    }

    /// Handles a delivery by the engine's clock, hands its reports to the engine, and gives the status to answer with:
    /// that of [`handle`](Self::handle), or 503 when the store fails, so that Bird repeats the delivery.
    ///
    /// Repeated, late and unordered deliveries are harmless: a message's status has a rank, and only a higher one
    /// counts.
    ///
    /// `scope` is whom the signing keys may speak for: one of our workspaces, whose own account at Bird it is, or
    /// [`ReportScope::All`] where one account sends for all of them. Who knows a key can make messages of its scope fail
    /// over, so a key that a tenant has seen must never speak for all. A report on a message outside of the scope is
    /// answered with 200 and changes nothing.
    ///
    /// A report may make the engine fail over, and then the next message is sent before this returns, unless the policy
    /// says [`Sending::Deferred`](countersign::Sending::Deferred).
    pub async fn deliver(&self, engine: &Engine, scope: impl Into<ReportScope>, request: &WebhookRequest<'_>) -> u16 {
        let scope = scope.into();
        let Handled { status, reports } = self.handle(request, engine.now());
        for report in &reports {
            if let Err(error) = engine.report(scope, report).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a report was not stored: Bird is asked to repeat it"
                );
                return 503;
            }
        }
        status
    }
}
