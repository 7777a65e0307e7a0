use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request as Incoming, State};
use axum::http::HeaderName;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use uuid::Uuid;

use super::cloud::Cloud;
use super::line::Scissors;
use super::refusal::Refusal;
use super::request::RecordedRequest;
use super::{reading, sending, verify};

/// Larger messages are refused; nobody but a third party says so.
const LARGEST_BODY: usize = 200 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) fn router(cloud: Arc<Cloud>) -> Router {
    Router::new()
        .route("/workspaces/{workspace}/channels", get(reading::channels))
        .route("/workspaces/{workspace}/channels/{channel}", get(reading::channel))
        .route("/workspaces/{workspace}/channels/{channel}/messages", post(sending::by_channel).get(reading::messages))
        .route("/workspaces/{workspace}/channels/{channel}/messages/{message}", get(reading::message))
        .route("/workspaces/{workspace}/navigators", get(reading::navigators))
        .route("/workspaces/{workspace}/navigators/{navigator}/messages", post(sending::by_navigator))
        .route("/workspaces/{workspace}/verify", post(verify::start).get(verify::list))
        .route("/workspaces/{workspace}/verify/{verification}", post(verify::check).get(verify::get))
        .route("/workspaces/{workspace}/verify/{verification}/resend", post(verify::resend))
        .route("/workspaces/{workspace}/verify/{verification}/failover", post(verify::failover))
        .fallback(out_of_scope)
        .method_not_allowed_fallback(async || Refusal::of(405))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(&cloud), admit))
        .with_state(cloud)
}

/// Other services of Bird's are there, and this key may not use them.
async fn out_of_scope(State(cloud): State<Arc<Cloud>>, request: Incoming) -> Response {
    let known = ["contacts", "conversations", "numbers", "webhook-subscriptions"];
    let service = request.uri().path().split('/').nth(3);
    let status = if service.is_some_and(|service| known.contains(&service)) { 403 } else { 404 };
    cloud.refuse(Refusal::of(status))
}

/// Looks at what every request has: the key, the workspace, and its place in the second's allowance.
async fn admit(
    State(cloud): State<Arc<Cloud>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    incoming: Incoming,
    next: Next,
) -> Response {
    if *cloud.stopped.borrow() {
        return reset(&scissors);
    }
    let authorized = is_authorized(&cloud, &incoming);
    let (number, allowed) = cloud.note(noted(&incoming, authorized));
    let mut path = incoming.uri().path().split('/').skip(1);
    let in_workspace = path.next() == Some("workspaces")
        && path.next().is_some_and(|workspace| workspace.parse() == Ok(cloud.workspace));
    let mut answer = if !authorized {
        cloud.refuse(Refusal::of(401))
    } else if !in_workspace {
        cloud.refuse(Refusal::of(404))
    } else if !allowed {
        cloud.refuse(Refusal::of(429))
    } else {
        next.run(incoming).await
    };
    let request_id = Uuid::from_u128(cloud.workspace.as_u128() ^ number as u128).to_string();
    answer.headers_mut().extend([(REQUEST_ID, request_id.parse().expect("a UUID can stand in a header"))]);
    answer
}

fn is_authorized(cloud: &Cloud, incoming: &Incoming) -> bool {
    let mut given = incoming.headers().get_all(AUTHORIZATION).iter();
    let key = given.next().and_then(|value| value.to_str().ok()?.strip_prefix("AccessKey "));
    key == Some(cloud.access_key.as_str()) && given.next().is_none()
}

fn noted(incoming: &Incoming, authorized: bool) -> RecordedRequest {
    let shown = incoming.headers().iter().filter(|(name, _)| *name != AUTHORIZATION);
    RecordedRequest {
        method: incoming.method().to_string(),
        path: incoming.uri().to_string(),
        authorized,
        headers: shown
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
    }
}

/// Resets the connection in place of an answer: what is returned never leaves.
pub(super) fn reset(scissors: &Scissors) -> Response {
    scissors.cut_after(0);
    ().into_response()
}

/// What a path names; `404` for what is no UUID, as for the short ids of the dashboard.
pub(super) fn named(text: &str) -> Result<Uuid, Refusal> {
    text.parse().map_err(|_| Refusal::of(404))
}

impl Cloud {
    /// The refusal, with a body if this Bird's refusals have one.
    pub(super) fn refuse(&self, refusal: Refusal) -> Response {
        let bare = self.lock().bare_errors;
        refusal.answer(bare)
    }
}
