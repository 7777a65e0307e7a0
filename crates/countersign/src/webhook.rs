//! How a provider's signed reports reach an engine, whatever serves HTTP: the contract of a webhook.

use std::error::Error;
use std::fmt;

use crate::machine::Report;
use crate::time::Timestamp;

/// The head of a webhook delivery as it arrived, unverified.
///
/// Of the headers only the names are in its `Debug`.
#[derive(Clone, Copy)]
pub struct WebhookHead<'a> {
    method: &'a str,
    headers: &'a [(&'a str, &'a [u8])],
}

/// Reads the deliveries of a provider: whether they are genuine, and what they report.
///
/// An implementation knows its secrets, and, where the provider signs the URL, the URL that was subscribed: behind a proxy
/// it is not the one that arrives. Give a delivery to [`Engine::handle_webhook`](crate::Engine::handle_webhook), or a
/// webhook to `countersign_http::Config::webhook`.
///
/// 1. **A head can be judged alone.** Whatever [`judge`](Self::judge) refuses, [`read`](Self::read) refuses for every
///    body. It looks at the method and at the form of the headers that prove a delivery, and computes nothing: a host may
///    call it before it reads the body.
/// 2. **Only authentic deliveries are reported.** `read` returns reports only when one of the secrets authenticates the
///    delivery: its body, and its time and URL where the provider signs them.
/// 3. **Bodies are bounded.** A body that is longer than [`max_body`](Self::max_body) is refused. A host stops reading
///    there.
/// 4. **What is not for an engine is no error.** An unknown event, an unknown status and a message of others are `Ok`
///    without a report, so that the provider does not repeat them.
/// 5. **Every report is given.** One delivery may have several, in the order in which it has them.
/// 6. **It is pure.** Neither call waits, reads a clock, or remembers a delivery: the same delivery again gives the same.
///    An engine takes each status of a message once.
/// 7. **Errors repeat nothing.** No text of a delivery and no secret is in an error, nor in what it was caused by.
pub trait Webhook: fmt::Debug + Send + Sync + 'static {
    /// Returns how many bytes a body may have. Clause 3.
    fn max_body(&self) -> usize;

    /// Returns the provider's own id of a delivery, for logs, if it has the form of one: a word without spaces and without
    /// personal data. It is not authenticated.
    fn delivery_id<'a>(&self, head: &WebhookHead<'a>) -> Option<&'a str>;

    /// Judges a delivery by its head. `Ok` means only that its body is worth reading. Clause 1.
    ///
    /// # Errors
    /// [`WebhookError::Method`] and [`WebhookError::NotAuthentic`].
    fn judge(&self, head: &WebhookHead<'_>) -> Result<(), WebhookError>;

    /// Reads a delivery and returns what it reports. Clauses 2 to 6.
    ///
    /// # Errors
    /// [`WebhookError`], by what is wrong.
    fn read(&self, head: &WebhookHead<'_>, body: &[u8], now: Timestamp) -> Result<Vec<Report>, WebhookError>;
}

/// What is wrong with a delivery.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The provider uses another method. Over HTTP: 405.
    #[error("method not allowed for a webhook")]
    Method,
    /// It is not authentic: unsigned, altered, for another URL, too old. Over HTTP: 401.
    #[error("webhook signature rejected")]
    NotAuthentic(#[source] Box<dyn Error + Send + Sync>),
    /// Its body is longer than the webhook reads. Over HTTP: 413.
    #[error("webhook body longer than {max} bytes")]
    TooLong {
        /// The bound.
        max: usize,
    },
    /// It is the provider's, and not in the provider's form. Over HTTP: 400.
    #[error("malformed webhook body")]
    Malformed(#[source] Box<dyn Error + Send + Sync>),
}

impl<'a> WebhookHead<'a> {
    /// A head with that method and those headers, in any order, their names in upper or lower case.
    #[must_use]
    pub const fn new(method: &'a str, headers: &'a [(&'a str, &'a [u8])]) -> Self {
        Self { method, headers }
    }

    /// Returns the method, as it was written.
    #[must_use]
    pub const fn method(&self) -> &'a str {
        self.method
    }

    /// Returns the names and values of all headers.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        self.headers.iter().copied()
    }

    /// Returns the values of every header of that name, in any case. A header that proves something should be there once:
    /// of two, others may read the other one.
    pub fn values<'n>(&self, name: &'n str) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.headers().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl WebhookError {
    /// Returns an error for a delivery that is not authentic.
    pub fn not_authentic(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::NotAuthentic(reason.into())
    }

    /// Returns an error for a genuine delivery that is not in the provider's form.
    pub fn malformed(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Malformed(reason.into())
    }
}

impl fmt::Debug for WebhookHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("WebhookHead").field("method", &self.method).field("headers", &names).finish()
    }
}
