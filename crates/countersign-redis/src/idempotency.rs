//! Idempotency keys and their responses, over the connection of a store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::idempotency::{Claim, ClaimId, IdempotencyError, IdempotencyKey, IdempotencyStore, StoredResponse};
use countersign::store::StoreError;
use countersign::{Entropy as _, ThreadEntropy};
use redis::{cmd, from_redis_value};

use crate::layout::Layout;
use crate::link::Link;
use crate::retry::unexpected_reply;
use crate::scripts;

mod entry;

use entry::Entry;

/// Keeps responses to requests that may be repeated, where all processes find them: made by
/// [`RedisStore::idempotency`](crate::RedisStore::idempotency), whose connection, prefix, timeout and retries it shares.
///
/// Responses are kept for 24 hours unless set otherwise. Writes do not wait for replicas: a failover may lose the claims
/// and responses of the last moment, and a repetition is then carried out again.
#[derive(Debug, Clone)]
pub struct RedisIdempotencyStore {
    link: Arc<Link>,
    layout: Layout,
    retention: Duration,
}

impl RedisIdempotencyStore {
    pub(crate) const fn new(link: Arc<Link>, layout: Layout) -> Self {
        Self { link, layout, retention: Duration::from_secs(24 * 60 * 60) }
    }

    /// The same store with that retention of responses: 24 hours by default, at least a millisecond. It holds for
    /// responses kept from then on.
    #[must_use]
    pub const fn with_retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }
}

#[async_trait]
impl IdempotencyStore for RedisIdempotencyStore {
    async fn claim(&self, key: &IdempotencyKey, seal: [u8; 16], lease: Duration) -> Result<Claim, IdempotencyError> {
        let claim = fresh_claim()?;
        let name = self.layout.idempotency(key);
        let mut set = cmd("SET");
        set.arg(&name).arg(Entry::Running { seal, claim }.to_bytes()).arg("NX").arg("GET").arg("PX").arg(millis(lease));
        let value = self.link.ask(&set).await.map_err(failed)?;
        let there: Option<Vec<u8>> = from_redis_value(value).map_err(|_| failed(unexpected_reply()))?;
        match there.as_deref().map(Entry::read) {
            None => Ok(Claim::Mine(ClaimId::new(claim))),
            // The answer to an earlier try was lost.
            Some(Some(Entry::Running { claim: current, .. })) if current == claim => {
                Ok(Claim::Mine(ClaimId::new(claim)))
            }
            Some(Some(Entry::Running { seal, .. })) => Ok(Claim::Taken { seal, response: None }),
            Some(Some(Entry::Answered { seal, response })) => {
                Ok(Claim::Taken { seal, response: Some(StoredResponse::new(response)) })
            }
            Some(None) => Err(IdempotencyError::new("the stored entry is unreadable: update this program")),
        }
    }

    async fn keep(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        response: StoredResponse,
    ) -> Result<(), IdempotencyError> {
        let entry = Entry::Answered { seal, response: response.into_bytes() }.to_bytes();
        let args = [entry.as_slice(), &millis(self.retention)];
        self.link.run(&scripts::KEEP_RESPONSE, &[&self.layout.idempotency(key)], &args).await.map_err(failed)?;
        Ok(())
    }

    async fn release(&self, key: &IdempotencyKey, claim: ClaimId) -> Result<(), IdempotencyError> {
        let args = [claim.as_bytes().as_slice()];
        self.link.run(&scripts::RELEASE_CLAIM, &[&self.layout.idempotency(key)], &args).await.map_err(failed)?;
        Ok(())
    }
}

fn millis(time: Duration) -> Vec<u8> {
    time.as_millis().max(1).to_string().into_bytes()
}

/// 128 random bits: unlike any other claim.
fn fresh_claim() -> Result<[u8; 16], IdempotencyError> {
    let mut bytes = [0; 16];
    ThreadEntropy
        .fill(&mut bytes)
        .map_err(|error| IdempotencyError::new("the system has no randomness").with_source(error))?;
    Ok(bytes)
}

fn failed(error: StoreError) -> IdempotencyError {
    match error {
        StoreError::NotDone { reason, source: Some(source) }
        | StoreError::Unavailable { reason, source: Some(source) } => IdempotencyError::new(reason).with_source(source),
        StoreError::NotDone { reason, .. } | StoreError::Unavailable { reason, .. } => IdempotencyError::new(reason),
        other @ (StoreError::AlreadyExists
        | StoreError::Conflict { .. }
        | StoreError::Full { .. }
        | StoreError::Corrupt { .. }
        | _) => IdempotencyError::new(other.to_string()),
    }
}
