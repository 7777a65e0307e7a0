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
use countersign::{Engine, ReportScope, Webhook, WebhookDeliveryError, WebhookError, WebhookHead};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::call::answer::{Answer, private};
use crate::call::body::read;
use crate::call::finish::{Finished, finish};
use crate::call::refusals;
use crate::call::request_id::RequestId;

/// Most deliveries that are read or handled at a time: whoever sends them is known only when they are read. A provider
/// repeats what is turned away.
const PLACES: usize = 256;
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
pub(crate) fn routes(
    router: Router,
    engine: &Engine,
    routes: &[Route],
    body_time: Duration,
    tracker: &TaskTracker,
) -> Router {
    routes.iter().cloned().fold(router, |router, Route { path, webhook, scope }| {
        let (engine, tracker, places) = (engine.clone(), tracker.clone(), Arc::new(Semaphore::new(PLACES)));
        let listening = Arc::new(Listening { engine, webhook, scope, body_time, tracker, places });
        router.route(&path, any(move |request: Request| listening.clone().answer(request)))
    })
}

struct Listening {
    engine: Engine,
    webhook: Arc<dyn Webhook>,
    scope: ReportScope,
    body_time: Duration,
    tracker: TaskTracker,
    places: Arc<Semaphore>,
}

impl Listening {
    async fn answer(self: Arc<Self>, request: Request) -> Response<Body> {
        let id = RequestId::of(request.headers());
        let (parts, body) = request.into_parts();
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return Answer::refused(&refusals::overloaded()).into_response(&id);
        };
        let body = match read(body, self.webhook.max_body(), self.body_time).await {
            Ok(body) => body,
            Err(refused) => return Answer::refused(&refused).into_response(&id),
        };
        let tracker = self.tracker.clone();
        let work = async move {
            let status = self.handle(&parts, &body).await;
            drop(place);
            status
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = match finish(work, DELIVERY, &tracker).await {
            Finished::Done(status) => status,
            Finished::Late => StatusCode::SERVICE_UNAVAILABLE,
            Finished::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        };
        private(response.headers_mut(), &id);
        response
    }

    async fn handle(&self, parts: &Parts, body: &[u8]) -> StatusCode {
        let headers: Vec<_> = parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let head = WebhookHead::new(parts.method.as_str(), &headers);
        let delivery = self.webhook.delivery_id(&head).unwrap_or_default();
        let path = parts.uri.path();
        match self.engine.handle_webhook(&*self.webhook, self.scope, &head, body).await {
            Ok(()) => StatusCode::OK,
            Err(WebhookDeliveryError::Webhook(error)) => {
                match &error {
                    WebhookError::NotAuthentic(reason) => {
                        tracing::warn!(path, delivery, reason = %Chain(&**reason), "webhook signature rejected");
                    }
                    WebhookError::Malformed(reason) => {
                        tracing::warn!(path, delivery, reason = %Chain(&**reason), "webhook body malformed");
                    }
                    // Anybody may ask by another method.
                    WebhookError::Method | WebhookError::TooLong { .. } => tracing::debug!(path, delivery, "{error}"),
                    // What the core may learn to refuse.
                    _ => tracing::warn!(path, delivery, error = %Chain(&error), "webhook delivery refused"),
                }
                status(&error)
            }
            // Above all the store's: what is answered so is repeated.
            Err(error) => {
                tracing::warn!(path, delivery, error = %Chain(&error), "webhook report not stored: answering 503, so that it is repeated");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
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
