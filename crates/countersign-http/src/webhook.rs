use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::routing::any;
use countersign::{Engine, ReportScope};
use countersign_bird::webhook::{WebhookHandler, WebhookRequest};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::call::answer::{Answer, private};
use crate::call::body::read;
use crate::call::finish::{Finished, finish};
use crate::call::refusals;
use crate::call::request_id::RequestId;

/// Most deliveries that are read or handled at a time: whoever sends them is known only when they are read. Bird repeats
/// what is turned away.
const PLACES: usize = 256;
/// How long Bird may wait for its answer: a failover that follows sends the next message first.
const DELIVERY: Duration = Duration::from_secs(30);

/// Bird's webhooks: who may have signed them, for which URL, and whom they may speak for.
#[derive(Debug, Clone)]
#[must_use]
pub struct BirdWebhook {
    handler: WebhookHandler,
    url: String,
    scope: ReportScope,
}

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

impl BirdWebhook {
    /// Longest body that is read: a report on an email has the whole of it.
    const MAX_BODY: usize = 256 * 1024;

    /// Deliveries to that URL, to the letter as it was subscribed, which speak for that scope.
    ///
    /// See [`WebhookHandler::deliver`] for what a scope means.
    pub fn new(handler: WebhookHandler, url: impl Into<String>, scope: impl Into<ReportScope>) -> Self {
        Self { handler: handler.with_max_body(Self::MAX_BODY), url: url.into(), scope: scope.into() }
    }

    pub(crate) async fn deliver(
        &self,
        engine: &Engine,
        method: &str,
        headers: &axum::http::HeaderMap,
        body: &[u8],
    ) -> u16 {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        self.handler.deliver(engine, self.scope, &WebhookRequest::new(method, &self.url, headers, body)).await
    }
}

/// The routes of all webhooks that are configured. Every method goes to the handler, which says what it takes.
pub(crate) fn routes(
    router: Router,
    engine: &Engine,
    webhooks: &[(String, BirdWebhook)],
    body_time: Duration,
    tracker: &TaskTracker,
) -> Router {
    webhooks.iter().fold(router, |router, (path, webhook)| {
        let (engine, webhook, tracker) = (engine.clone(), webhook.clone(), tracker.clone());
        let places = Arc::new(Semaphore::new(PLACES));
        let listening = Arc::new(Listening { engine, webhook, body_time, tracker, places });
        router.route(path, any(move |request: Request| answer(listening.clone(), request)))
    })
}

struct Listening {
    engine: Engine,
    webhook: BirdWebhook,
    body_time: Duration,
    tracker: TaskTracker,
    places: Arc<Semaphore>,
}

async fn answer(listening: Arc<Listening>, request: Request) -> Response<Body> {
    let id = RequestId::of(request.headers());
    let (parts, body) = request.into_parts();
    let Ok(place) = listening.places.clone().try_acquire_owned() else {
        return Answer::refused(&refusals::overloaded()).into_response(&id);
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = match read(body, BirdWebhook::MAX_BODY, listening.body_time).await {
        Err(refused) => return Answer::refused(&refused).into_response(&id),
        Ok(body) => {
            let tracker = listening.tracker.clone();
            let work = async move {
                let Listening { engine, webhook, .. } = &*listening;
                let status = webhook.deliver(engine, parts.method.as_str(), &parts.headers, &body).await;
                drop(place);
                status
            };
            match finish(work, DELIVERY, &tracker).await {
                Finished::Done(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                Finished::Late => StatusCode::SERVICE_UNAVAILABLE,
                Finished::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    };
    private(response.headers_mut(), &id);
    response
}
