use std::fmt;
use std::time::Duration;

use countersign::{Report, Timestamp, Webhook, WebhookError, WebhookHead};

use super::keys::SigningKeys;
use super::notification::Notification;
use super::signature::{Claim, SignatureError};
use crate::reading::RequestId;

/// Reads Bird's webhooks: a [`Webhook`] for the deliveries of one subscription.
///
/// `countersign_http::Config::webhook` takes it as a route. In any other web framework, the host hands what arrives to the
/// engine, with the body's bytes as they came, and answers with a status; the body of an answer does not matter:
///
/// ```
/// use countersign::{WebhookDeliveryError, Engine, ReportScope, WebhookError, WebhookHead};
/// use countersign_bird::webhook::{BirdWebhook, SigningKeys};
///
/// # fn webhook(key: String) -> Result<BirdWebhook, Box<dyn std::error::Error>> {
/// let webhook = BirdWebhook::new(SigningKeys::new(key)?, "https://codes.acme.example/webhooks/bird");
/// # Ok(webhook)
/// # }
/// async fn answer(webhook: &BirdWebhook, engine: &Engine, headers: &[(&str, &[u8])], body: &[u8]) -> u16 {
///     // One workspace at Bird sends for everybody here. Where a tenant has its own, the tenant's `WorkspaceId` stands here.
///     let head = WebhookHead::new("POST", headers);
///     match engine.handle_webhook(webhook, ReportScope::AllWorkspaces, &head, body).await {
///         Ok(()) => 200,
///         Err(WebhookDeliveryError::Webhook(error)) => match error {
///             WebhookError::Method => 405,
///             WebhookError::NotAuthentic(_) => 401,
///             WebhookError::TooLong { .. } => 413,
///             _ => 400,
///         },
///         // Bird repeats whatever is not answered with 2xx.
///         Err(_) => 503,
///     }
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct BirdWebhook {
    keys: SigningKeys,
    url: Box<str>,
    max_age: Option<Duration>,
    max_body: usize,
}

impl BirdWebhook {
    /// Returns a webhook that accepts deliveries signed with one of those keys for that URL in the last 48 hours, with a body
    /// of at most 256 KiB.
    ///
    /// `url` is the URL that was subscribed, query and all, to the letter: it is signed, and behind a proxy it is not what
    /// arrives.
    pub fn new(keys: SigningKeys, url: impl Into<String>) -> Self {
        let max_age = Some(Duration::from_secs(48 * 60 * 60));
        // A report on an email has the whole of it.
        Self { keys, url: url.into().into_boxed_str(), max_age, max_body: 256 * 1024 }
    }

    /// Sets the age limit, or removes it: 48 hours by default.
    ///
    /// Bird repeats a delivery **with the time of the first one** for 8 hours as documented, and for a day as was seen: a
    /// shorter limit loses reports. A longer one does no harm: repetitions change nothing, and a verification ends within
    /// an hour. The limit counts in both directions. It is no protection against repeated deliveries; the ranks of statuses
    /// are, by which an engine takes each status of a message once.
    pub const fn with_max_age(mut self, max_age: Option<Duration>) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets the maximum length of a body in bytes: 256 KiB by default.
    pub const fn with_max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Verifies that Bird signed a delivery with that body, and returns the time that it was signed for.
    ///
    /// The signature is `base64(HMAC-SHA-256(key, timestamp "\n" url "\n" SHA-256(body)))` by any of the keys, compared in
    /// constant time.
    ///
    /// # Errors
    /// One [`SignatureError`] per rule.
    pub fn verify(&self, head: &WebhookHead<'_>, body: &[u8], now: Timestamp) -> Result<Timestamp, SignatureError> {
        let Claim { signature, timestamp, signed_at } = Claim::of(head)?;
        if !self.keys.made(&signature, timestamp, &self.url, body) {
            return Err(SignatureError::Wrong);
        }
        let away = now.saturating_duration_since(signed_at).max(signed_at.saturating_duration_since(now));
        if self.max_age.is_some_and(|most| away > most) { Err(SignatureError::TooOld) } else { Ok(signed_at) }
    }
}

/// Bird delivers by `POST`.
fn posted(head: &WebhookHead<'_>) -> Result<(), WebhookError> {
    if head.method() == "POST" { Ok(()) } else { Err(WebhookError::Method) }
}

impl Webhook for BirdWebhook {
    fn max_body(&self) -> usize {
        self.max_body
    }

    fn delivery_id<'a>(&self, head: &WebhookHead<'a>) -> Option<&'a str> {
        let mut values = head.values("messagebird-request-id");
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        std::str::from_utf8(value).ok().filter(|text| RequestId::new(text).is_some())
    }

    fn judge(&self, head: &WebhookHead<'_>) -> Result<(), WebhookError> {
        posted(head)?;
        Claim::of(head).map(drop).map_err(WebhookError::not_authentic)
    }

    fn read(&self, head: &WebhookHead<'_>, body: &[u8], now: Timestamp) -> Result<Vec<Report>, WebhookError> {
        posted(head)?;
        if body.len() > self.max_body {
            return Err(WebhookError::TooLong { max: self.max_body });
        }
        self.verify(head, body, now).map_err(WebhookError::not_authentic)?;
        let notification = Notification::parse(body).map_err(WebhookError::malformed)?;
        Ok(notification.report().cloned().into_iter().collect())
    }
}

impl fmt::Debug for BirdWebhook {
    /// Shows no key, and no URL: its query may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BirdWebhook")
            .field("keys", &self.keys)
            .field("max_age", &self.max_age)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}
