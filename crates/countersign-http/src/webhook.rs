//! Webhooks of providers as routes: what is read of a stranger, and what is answered.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use axum::routing::any;
use bytes::Bytes;
use countersign::{Engine, ReportScope, Webhook, WebhookDeliveryError, WebhookError, WebhookHead};
use countersign_api::ErrorResponse;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use crate::call::answer::{Answer, private};
use crate::call::body::read;
use crate::call::finish::{Finished, finish};
use crate::call::refusals;
use crate::call::request_id::RequestId;
use crate::caller::{Source, TrustedProxies};
use crate::config::Config;
use crate::shares::{NoPlace, Shares};

/// Most deliveries whose bodies are awaited at a time: who sends them is known only when they were read. A provider
/// repeats what is turned away.
const READING: usize = 256;
/// Most of them from one source.
const READING_OF_ONE: usize = 64;
/// Most deliveries that are handled at a time. Bodies that never end take none of these places.
const HANDLING: usize = 256;
/// How long a body may take to arrive, unless the bound on all bodies is shorter. Providers send it along with the head.
const BODY_TIME: Duration = Duration::from_secs(2);
/// How long a provider may wait for its answer: a failover that follows sends the next message first.
const DELIVERY: Duration = Duration::from_secs(30);

/// Why a webhook cannot be at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookPathError {
    /// It is none, or another router's.
    #[error("a webhook's path begins with /webhooks/ and goes on with letters, digits and - _ . ~ between slashes")]
    NotPlain,
    /// There is one already.
    #[error("another webhook has this path: give each its own")]
    Taken,
}

/// A webhook, its path, and the scope of its reports.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    path: String,
    webhook: Arc<dyn Webhook>,
    scope: ReportScope,
}

impl Route {
    /// A webhook at a path that none of those has.
    pub(crate) fn new(
        path: String,
        webhook: Arc<dyn Webhook>,
        scope: ReportScope,
        others: &[Self],
    ) -> Result<Self, WebhookPathError> {
        let plain = |segment: &str| {
            !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
        };
        if !path.strip_prefix("/webhooks/").is_some_and(|rest| rest.split('/').all(plain)) {
            return Err(WebhookPathError::NotPlain);
        }
        if others.iter().any(|other| other.path == path) {
            return Err(WebhookPathError::Taken);
        }
        Ok(Self { path, webhook, scope })
    }
}

/// The routes of all webhooks that are configured. Every method goes to the webhook, which says what it takes.
pub(crate) fn routes(engine: &Engine, config: &Config) -> Router {
    let body_time = config.bounds.body_time.min(BODY_TIME);
    config.webhooks.iter().cloned().fold(Router::new(), |router, Route { path, webhook, scope }| {
        let (engine, tracker, proxies) = (engine.clone(), config.tracker.clone(), config.proxies.clone());
        let (reading, handling) = (Shares::new(READING, READING_OF_ONE), Arc::new(Semaphore::new(HANDLING)));
        let listening = Arc::new(Listening { engine, webhook, scope, body_time, tracker, proxies, reading, handling });
        router.route(&path, any(move |request: Request| listening.clone().answer(request)))
    })
}

struct Listening {
    engine: Engine,
    webhook: Arc<dyn Webhook>,
    scope: ReportScope,
    body_time: Duration,
    tracker: TaskTracker,
    proxies: TrustedProxies,
    reading: Arc<Shares<Source>>,
    handling: Arc<Semaphore>,
}

impl Listening {
    async fn answer(self: Arc<Self>, request: Request) -> Response<Body> {
        let id = RequestId::of(request.headers());
        let (parts, body) = request.into_parts();
        // What no body could make good gets no place and is not read.
        if let Err(status) = self.judge(&parts) {
            return empty(status, &id);
        }
        let (place, body) = match self.read(&parts, body).await {
            Ok(read) => read,
            Err(refused) => return Answer::refused(&refused).into_response(&id),
        };
        let tracker = self.tracker.clone();
        let work = async move {
            let status = self.handle(&parts, &body).await;
            drop(place);
            status
        };
        let status = match finish(work, DELIVERY, &tracker).await {
            Finished::Done(status) => status,
            Finished::Late => StatusCode::SERVICE_UNAVAILABLE,
            Finished::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        };
        empty(status, &id)
    }

    fn judge(&self, parts: &Parts) -> Result<(), StatusCode> {
        let headers = headers(parts);
        let head = WebhookHead::new(parts.method.as_str(), &headers);
        self.webhook.judge(&head).map_err(|error| self.refused(parts, &head, &error))
    }

    /// Reads the body in a place of its source, and returns it with a place to handle it in.
    async fn read(&self, parts: &Parts, body: Body) -> Result<(OwnedSemaphorePermit, Bytes), ErrorResponse> {
        let reading = self.reading.take(self.proxies.source_of_request(parts)).map_err(|full| match full {
            NoPlace::InAll => refusals::overloaded(),
            NoPlace::OfItsOwn => refusals::source_overloaded(),
        })?;
        let body = read(body, self.webhook.max_body(), self.body_time).await?;
        drop(reading);
        let handling = self.handling.clone().try_acquire_owned().map_err(|_| refusals::overloaded())?;
        Ok((handling, body))
    }

    async fn handle(&self, parts: &Parts, body: &[u8]) -> StatusCode {
        let headers = headers(parts);
        let head = WebhookHead::new(parts.method.as_str(), &headers);
        match self.engine.handle_webhook(&*self.webhook, self.scope, &head, body).await {
            Ok(()) => StatusCode::OK,
            Err(WebhookDeliveryError::Webhook(error)) => self.refused(parts, &head, &error),
            // Above all the store's: what is answered so is repeated.
            Err(error) => {
                let (path, delivery) = (parts.uri.path(), self.webhook.delivery_id(&head).unwrap_or_default());
                tracing::warn!(path, delivery, error = %Chain(&error), "webhook report not stored: answering 503, so that it is repeated");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// Logs what is wrong with a delivery, and returns the status for it.
    fn refused(&self, parts: &Parts, head: &WebhookHead<'_>, error: &WebhookError) -> StatusCode {
        let (path, delivery) = (parts.uri.path(), self.webhook.delivery_id(head).unwrap_or_default());
        match error {
            WebhookError::NotAuthentic(reason) => {
                tracing::warn!(path, delivery, reason = %Chain(&**reason), "webhook signature rejected");
            }
            WebhookError::Malformed(reason) => {
                tracing::warn!(path, delivery, reason = %Chain(&**reason), "webhook body malformed");
            }
            // Anybody may ask by another method.
            WebhookError::Method | WebhookError::TooLong { .. } => tracing::debug!(path, delivery, "{error}"),
            // What the core may learn to refuse.
            _ => tracing::warn!(path, delivery, error = %Chain(error), "webhook delivery refused"),
        }
        status(error)
    }
}

fn headers(parts: &Parts) -> Vec<(&str, &[u8])> {
    parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// A provider looks at the status only.
fn empty(status: StatusCode, id: &RequestId) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    private(response.headers_mut(), id);
    response
}

fn status(error: &WebhookError) -> StatusCode {
    match error {
        WebhookError::Method => StatusCode::METHOD_NOT_ALLOWED,
        WebhookError::NotAuthentic(_) => StatusCode::UNAUTHORIZED,
        WebhookError::TooLong { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        // Or what the core may learn to refuse.
        WebhookError::Malformed(_) | _ => StatusCode::BAD_REQUEST,
    }
}

/// An error and its sources.
struct Chain<'a>(&'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(source) = next {
            write!(f, ": {source}")?;
            next = source.source();
        }
        Ok(())
    }
}
