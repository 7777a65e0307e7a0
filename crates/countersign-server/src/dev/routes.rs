use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use countersign::{Engine, VerificationId};
use countersign_messages::Messages;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::carrier::report;
use super::guard::guard;
use super::message::{Message, Said};
use super::outbox::Outbox;
use super::page;
use super::setup::Setup;

/// What the development tools work on.
#[derive(Debug, Clone)]
pub(super) struct Tools {
    engine: Engine,
    outbox: Arc<Outbox>,
    setup: Arc<Setup>,
}

impl Tools {
    pub(super) fn new(engine: Engine, outbox: Arc<Outbox>, messages: &Messages) -> Self {
        Self { engine, outbox, setup: Arc::new(Setup::new(messages)) }
    }
}

/// The page and what it asks, for this machine alone.
pub(super) fn routes(tools: Tools) -> Router {
    Router::new()
        .route("/dev/setup", get(async |State(tools): State<Tools>| Json(tools.setup).into_response()))
        .route("/dev/outbox", get(outbox))
        .route("/dev/outbox/{messageId}/{said}", post(play))
        .with_state(tools)
        .merge(page::routes())
        .layer(middleware::from_fn(guard))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Which {
    verification_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct Kept {
    messages: Vec<Message>,
}

async fn outbox(State(tools): State<Tools>, Query(which): Query<Which>) -> Response {
    let messages = match which.verification_id.map(|id| Uuid::try_parse(&id)) {
        None => tools.outbox.messages(None),
        // Another UUID than ours is one that nothing was sent for.
        Some(Ok(id)) => VerificationId::new(id).map(|id| tools.outbox.messages(Some(id))).unwrap_or_default(),
        Some(Err(_)) => {
            let sentence = "the outbox cannot be asked so";
            let details = json!({ ".verificationId": ["value must be a UUID"] });
            let problem = json!({ "code": "InvalidPayload", "message": sentence, "details": details });
            return (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response();
        }
    };
    Json(Kept { messages }).into_response()
}

async fn play(State(tools): State<Tools>, Path((id, said)): Path<(String, String)>) -> Response {
    let said = match said.as_str() {
        "delivered" => Said::Delivered,
        "failed" => Said::Failed,
        _ => return refused(StatusCode::NOT_FOUND, "NotFound", "a carrier says delivered or failed"),
    };
    let Ok(id) = Uuid::try_parse(&id) else { return no_such_message() };
    match report(&tools.engine, &tools.outbox, id, said).await {
        Ok(Some(message)) => Json::<Message>(message).into_response(),
        Ok(None) => no_such_message(),
        Err(_) => refused(StatusCode::SERVICE_UNAVAILABLE, "StoreUnavailable", "try again in a moment"),
    }
}

fn no_such_message() -> Response {
    refused(StatusCode::NOT_FOUND, "NotFound", "there is no such message in the outbox, which keeps the newest 1000")
}

/// An error of the development tools, in the form of the API's.
pub(super) fn refused(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(problem(code, message))).into_response()
}

fn problem(code: &str, message: &str) -> Value {
    json!({ "code": code, "message": message })
}
