//! Page tokens: where a list goes on, sealed together with the query, so that nobody can alter one or use it elsewhere.
//!
//! `base64url(version ‖ id of the last verification ‖ seal)`, 33 bytes. The seal is over these, the workspace, the
//! order and the times; the limit may change from page to page. Base64 of 33 bytes has no bits to spare: one token, one
//! text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign::store::Order;
use countersign::{Engine, Timestamp, VerificationId, WorkspaceId};
use uuid::Uuid;

use crate::invalid::InvalidRequest;
use crate::query::ListQuery;

const VERSION: u8 = 1;
const PURPOSE: &str = "page tokens of the Verify API";

/// The token of the page behind that verification.
pub(crate) fn seal(engine: &Engine, workspace: WorkspaceId, query: &ListQuery, last: VerificationId) -> String {
    let seal = engine.seal(PURPOSE, &message(VERSION, workspace, query, last.as_uuid()));
    let token = [&[VERSION], &last.as_uuid().as_bytes()[..], &seal].concat();
    URL_SAFE_NO_PAD.encode(token)
}

/// Behind which verification the query's page begins; none without a token.
pub(crate) fn open(
    engine: &Engine,
    workspace: WorkspaceId,
    query: &ListQuery,
) -> Result<Option<VerificationId>, InvalidRequest> {
    let Some(token) = &query.page_token else { return Ok(None) };
    let opened = unseal(engine, workspace, query, token);
    let sentence = "no token of this list: repeat the query that gave it, or begin again without one";
    opened.map(Some).ok_or_else(|| InvalidRequest::single(".pageToken", sentence))
}

fn unseal(engine: &Engine, workspace: WorkspaceId, query: &ListQuery, token: &str) -> Option<VerificationId> {
    let mut bytes = [0; 33];
    let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
    let ([version], rest) = bytes.get(..length)?.split_first_chunk()?;
    let (id, seal) = rest.split_first_chunk()?;
    let id = Uuid::from_bytes(*id);
    let sealed = engine.verify_seal(PURPOSE, &message(*version, workspace, query, &id), seal.try_into().ok()?);
    if sealed { VerificationId::new(id).ok() } else { None }
}

/// All that a token is good for, in fields of fixed length.
fn message(version: u8, workspace: WorkspaceId, query: &ListQuery, last: &Uuid) -> Vec<u8> {
    let order = match query.order {
        Order::NewestFirst => 0,
        Order::OldestFirst => 1,
    };
    let mut message = vec![version, order];
    message.extend(workspace.as_uuid().as_bytes());
    message.extend(last.as_bytes());
    for at in [query.start_at, query.end_at] {
        message.push(at.is_some().into());
        message.extend(at.map_or(0, Timestamp::as_millis).to_be_bytes());
    }
    message
}
