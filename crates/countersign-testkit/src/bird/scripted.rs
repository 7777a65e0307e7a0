use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::Value;

use super::answer::{ScriptedAnswer, Taken};
use super::cloud::Cloud;
use super::line::Scissors;
use super::refusal::Refusal;
use super::server::reset;

/// Past the head of an answer, and not to the end of its body.
const BREAKS_OFF_AFTER: usize = 200;
const HUGE_PIECES: usize = 1024;
const HUGE_PIECE: &[u8] = &[b'a'; 64 * 1024];

/// Answers a request as scripted. The work is what the usual answer needs: it is left alone when the script loses the
/// request.
pub(super) async fn answer(
    cloud: &Cloud,
    scissors: &Scissors,
    scripted: Option<ScriptedAnswer>,
    status: StatusCode,
    work: impl Future<Output = Result<Value, Refusal>>,
) -> Response {
    let scripted = scripted.unwrap_or(ScriptedAnswer::Usual);
    match &scripted {
        ScriptedAnswer::Status(status) => return cloud.refuse(Refusal::of(*status)),
        ScriptedAnswer::Json(status, body) => return (code(*status), Json(body)).into_response(),
        ScriptedAnswer::Text(status, text) => return (code(*status), text.clone()).into_response(),
        ScriptedAnswer::RetryAfter(status, seconds) => {
            return ([(RETRY_AFTER, seconds.to_string())], cloud.refuse(Refusal::of(*status))).into_response();
        }
        ScriptedAnswer::Hang(Taken::Lost) => return hang(cloud, scissors).await,
        ScriptedAnswer::Reset(Taken::Lost) => return reset(scissors),
        ScriptedAnswer::Usual
        | ScriptedAnswer::Hang(Taken::Kept)
        | ScriptedAnswer::Reset(Taken::Kept)
        | ScriptedAnswer::BreakOff
        | ScriptedAnswer::Slow(_)
        | ScriptedAnswer::Garbage
        | ScriptedAnswer::Huge => {}
    }
    let usual = match work.await {
        Ok(body) => (status, Json(body)).into_response(),
        Err(refusal) => return cloud.refuse(refusal),
    };
    match scripted {
        ScriptedAnswer::Hang(_) => hang(cloud, scissors).await,
        ScriptedAnswer::Reset(_) => reset(scissors),
        ScriptedAnswer::BreakOff => {
            scissors.cut_after(BREAKS_OFF_AFTER);
            usual
        }
        ScriptedAnswer::Slow(wait) => {
            tokio::select! {
                () = cloud.stopped() => reset(scissors),
                () = tokio::time::sleep(wait) => usual,
            }
        }
        ScriptedAnswer::Garbage => {
            (status, [(CONTENT_TYPE, "application/json")], "<html>202 Accepted</html>").into_response()
        }
        ScriptedAnswer::Huge => huge(status),
        ScriptedAnswer::Usual
        | ScriptedAnswer::Status(_)
        | ScriptedAnswer::Json(..)
        | ScriptedAnswer::Text(..)
        | ScriptedAnswer::RetryAfter(..) => usual,
    }
}

async fn hang(cloud: &Cloud, scissors: &Scissors) -> Response {
    cloud.stopped().await;
    reset(scissors)
}

/// JSON that a caller must not read to its end.
fn huge(status: StatusCode) -> Response {
    let pieces = std::iter::repeat_n(HUGE_PIECE, HUGE_PIECES);
    let pieces = std::iter::once(br#"{"id":""#.as_slice()).chain(pieces).chain([br#""}"#.as_slice()]);
    let pieces = pieces.map(|piece| Ok::<_, std::convert::Infallible>(Bytes::from_static(piece)));
    (status, [(CONTENT_TYPE, "application/json")], Body::from_stream(stream::iter(pieces))).into_response()
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status that HTTP knows")
}
