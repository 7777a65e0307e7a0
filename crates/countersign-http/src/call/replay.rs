use axum::http::Method;
use axum::http::request::Parts;
use countersign::idempotency::{Claim, IdempotencyError, IdempotencyKey, IdempotencyStore};
use countersign::{Engine, WorkspaceId};
use countersign_api::ErrorResponse;

use super::answer::Answer;
use super::api::LEASE;
use super::kept::KeptBytes;
use super::refusals;

const PURPOSE: &str = "requests of the Verify API that come again";

/// What a store needs for an answer beside its bytes and those of the key, roughly.
const OVERHEAD: usize = 256;

/// A request that may come again, and by what it is known then.
pub(super) struct Replay {
    key: IdempotencyKey,
    /// Of path and body, under the engine's key: a body has a code in it, which a plain hash would give away.
    seal: [u8; 16],
    engine: Engine,
    message: Box<[u8]>,
}

impl Replay {
    /// What the header `Idempotency-Key` of a `POST` says.
    pub(super) fn of(
        engine: &Engine,
        workspace: WorkspaceId,
        parts: &Parts,
        body: &[u8],
    ) -> Result<Option<Self>, ErrorResponse> {
        if parts.method != Method::POST {
            return Ok(None);
        }
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let Some(value) = values.next() else { return Ok(None) };
        let key = value.to_str().ok().and_then(|text| IdempotencyKey::new(workspace, text));
        let key = key.filter(|_| values.next().is_none()).ok_or_else(refusals::bad_idempotency_key)?;
        let path = parts.uri.path().as_bytes();
        let length = u64::try_from(path.len()).unwrap_or(u64::MAX).to_be_bytes();
        let message: Box<[u8]> = [&length, path, body].concat().into();
        Ok(Some(Self { seal: engine.seal(PURPOSE, &message), key, engine: engine.clone(), message }))
    }

    /// Answers as the first request of that key was answered, or carries this one out if it is the first.
    pub(super) async fn answer(
        &self,
        idempotency: &dyn IdempotencyStore,
        kept: &KeptBytes,
        call: impl Future<Output = Answer>,
    ) -> Answer {
        let unavailable = |error: IdempotencyError| {
            tracing::warn!(%error, "a request with an Idempotency-Key was not carried out");
            Answer::refused(&refusals::idempotency_unavailable())
        };
        let claim = match idempotency.claim(&self.key, self.seal, LEASE).await {
            Err(error) => return unavailable(error),
            Ok(Claim::Mine(claim)) => claim,
            Ok(Claim::Taken { seal, .. }) if !self.engine.verify_seal(PURPOSE, &self.message, &seal) => {
                return Answer::refused(&refusals::key_reused());
            }
            Ok(Claim::Taken { response: None, .. }) => return Answer::refused(&refusals::key_in_use()),
            Ok(Claim::Taken { response: Some(kept), .. }) => {
                return Answer::again(kept)
                    .unwrap_or_else(|| unavailable(IdempotencyError::new("the stored response is unreadable")));
            }
        };
        // Only now: a repetition needs no room.
        let answer = match kept.admit(self.key.workspace()) {
            Ok(()) => call.await,
            Err(refused) => Answer::refused(&refused),
        };
        let noted = match answer.to_keep() {
            Some(response) => {
                let bytes = response.as_bytes().len() + self.key.as_str().len() + OVERHEAD;
                kept.add(self.key.workspace(), bytes);
                idempotency.keep(&self.key, self.seal, response).await
            }
            None => idempotency.release(&self.key, claim).await,
        };
        if let Err(error) = noted {
            // It is done and will be told; a repetition finds the key in use until the claim ends.
            tracing::warn!(%error, "an answer was not kept for a repetition");
        }
        answer
    }
}
