//! A server of the Verify API over any verifier: as much of one as a client can see.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use countersign::WorkspaceId;
use countersign_api::{CheckRequest, ListQuery, RecordId, StartBody, StepBody, Verifier, VerifyError};
use serde::Serialize;

type Service = State<Arc<dyn Verifier>>;
type Reply = Result<Response, Failure>;

pub const KEY: &str = "AK_test-0123456789abcdef";

/// Begins to listen, and gives the URL. It ends with the test's runtime.
pub async fn serve(verifier: Arc<dyn Verifier>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/workspaces/{workspace}/verify", get(list).post(start))
        .route("/workspaces/{workspace}/verify/{id}", get(read).post(check))
        .route("/workspaces/{workspace}/verify/{id}/resend", post(resend))
        .route("/workspaces/{workspace}/verify/{id}/failover", post(failover))
        .layer(from_fn(with_the_key))
        .with_state(verifier);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

struct Failure(VerifyError);

impl<E: Into<VerifyError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let refused = self.0.refused().expect("an engine answers");
        let retry_after = refused.retry_after.map(|wait| [(header::RETRY_AFTER, wait.as_secs().to_string())]);
        (StatusCode::from_u16(refused.status).unwrap(), retry_after, Json(&refused.body)).into_response()
    }
}

fn shown(status: StatusCode, body: &impl Serialize) -> Response {
    (status, Json(body)).into_response()
}

async fn with_the_key(request: Request, next: Next) -> Response {
    assert_eq!(request.headers()[header::AUTHORIZATION], format!("AccessKey {KEY}"));
    next.run(request).await
}

async fn start(verifier: Service, Path(workspace): Path<WorkspaceId>, body: Bytes) -> Reply {
    let record = verifier.start(workspace, StartBody::from_json(&body)?.into()).await?;
    Ok(shown(StatusCode::ACCEPTED, &record))
}

async fn check(verifier: Service, Path((workspace, id)): Path<(WorkspaceId, RecordId)>, body: Bytes) -> Reply {
    let verdict = verifier.check(workspace, id, CheckRequest::from_json(&body)?).await?;
    Ok(shown(StatusCode::OK, &verdict.into_result()?))
}

async fn resend(verifier: Service, Path((workspace, id)): Path<(WorkspaceId, RecordId)>, body: Bytes) -> Reply {
    Ok(shown(StatusCode::ACCEPTED, &verifier.resend(workspace, id, StepBody::from_json(&body)?).await?))
}

async fn failover(verifier: Service, Path((workspace, id)): Path<(WorkspaceId, RecordId)>, body: Bytes) -> Reply {
    Ok(shown(StatusCode::ACCEPTED, &verifier.failover(workspace, id, StepBody::from_json(&body)?).await?))
}

async fn read(verifier: Service, Path((workspace, id)): Path<(WorkspaceId, RecordId)>) -> Reply {
    Ok(shown(StatusCode::OK, &verifier.get(workspace, id).await?))
}

async fn list(
    verifier: Service,
    Path(workspace): Path<WorkspaceId>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Reply {
    let query = ListQuery::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    Ok(shown(StatusCode::OK, &verifier.list(workspace, &query).await?))
}
