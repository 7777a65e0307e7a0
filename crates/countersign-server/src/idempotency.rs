//! Answers for requests that come again, where several processes find them: on Redis.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use countersign::{Entropy as _, EntropyError, ThreadEntropy};
use countersign_http::idempotency::{Claim, IdempotencyKey, IdempotencyStore, IdempotencyStoreError, StoredResponse};
use redis::{Cmd, FromRedisValue, RedisError, Script, ScriptInvocation, cmd};

use crate::settings::RedisSettings;

mod entry;
mod link;

use entry::Entry;
use link::Link;

/// Keeps answers on Redis, for a day each.
///
/// A key is claimed by one `SET … NX PX`. Each process marks its claims, and gives back no other's: when a lease has run
/// out, another may have the key.
pub(crate) struct RedisIdempotencyStore {
    link: Link,
    prefix: String,
    /// Which process this is.
    mark: [u8; 16],
    keep: Script,
    release: Script,
}

/// How long an answer is kept.
const KEEP_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Keeps an answer, unless another has been kept meanwhile: that one was given to somebody.
const KEEP: &str = "
local there = redis.call('GET', KEYS[1])
if there and string.sub(there, 1, 1) == 'A' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1";

/// Gives a claim back, if it is this process's own.
const RELEASE: &str = "
local there = redis.call('GET', KEYS[1])
if there and string.sub(there, 1, 1) == 'R' and string.sub(there, 18) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0";

/// Why answers cannot be kept. No URL is repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdempotencySetupError {
    #[error("store: Redis cannot be reached for the answers to repeated requests: check its URL, and that it runs")]
    Unreachable(#[source] RedisError),
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl RedisIdempotencyStore {
    /// Connects.
    ///
    /// # Errors
    /// [`IdempotencySetupError`].
    pub(crate) async fn connect(settings: &RedisSettings) -> Result<Self, IdempotencySetupError> {
        let mut mark = [0; 16];
        ThreadEntropy.fill(&mut mark)?;
        let link = Link::connect(&settings.urls, settings.timeout).await.map_err(IdempotencySetupError::Unreachable)?;
        let prefix = format!("{}:answers", settings.prefix);
        Ok(Self { link, prefix, mark, keep: Script::new(KEEP), release: Script::new(RELEASE) })
    }

    fn name(&self, key: &IdempotencyKey) -> String {
        format!("{}:{}:{}", self.prefix, key.workspace(), key.as_str())
    }

    /// What Redis answers; none for its nil.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<Option<T>, IdempotencyStoreError> {
        self.link.ask(command).await.map_err(|error| unavailable(&error))
    }

    async fn run(&self, script: &ScriptInvocation<'_>) -> Result<(), IdempotencyStoreError> {
        self.link.run(script).await.map_err(|error| unavailable(&error))
    }
}

#[async_trait]
impl IdempotencyStore for RedisIdempotencyStore {
    async fn claim(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        lease: Duration,
    ) -> Result<Claim, IdempotencyStoreError> {
        let name = self.name(key);
        let running = Entry::Running { seal, mark: self.mark }.to_bytes();
        let mut set = cmd("SET");
        set.arg(&name).arg(&running).arg("NX").arg("PX").arg(lease.as_millis().max(1) as u64);
        let mut get = cmd("GET");
        get.arg(&name);
        // Between the two the other's claim may end. Thrice in a row is an answer, too.
        for _ in 0..3 {
            if self.ask::<String>(&set).await?.is_some() {
                return Ok(Claim::Mine);
            }
            let Some(there) = self.ask::<Vec<u8>>(&get).await? else { continue };
            return match Entry::read(&there) {
                Some(Entry::Running { seal, .. }) => Ok(Claim::Taken { seal, answer: None }),
                Some(Entry::Answered { seal, status, body }) => {
                    let answer = StoredResponse { status, body: Bytes::from(body) };
                    Ok(Claim::Taken { seal, answer: Some(answer) })
                }
                None => Err(IdempotencyStoreError("what is kept cannot be read".to_owned())),
            };
        }
        Err(IdempotencyStoreError("others claim and give back all the time".to_owned()))
    }

    async fn keep(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        answer: StoredResponse,
    ) -> Result<(), IdempotencyStoreError> {
        let entry = Entry::Answered { seal, status: answer.status, body: answer.body.to_vec() }.to_bytes();
        let mut script = self.keep.key(self.name(key));
        self.run(script.arg(entry).arg(KEEP_FOR.as_millis() as u64)).await
    }

    async fn release(&self, key: &IdempotencyKey) -> Result<(), IdempotencyStoreError> {
        let mut script = self.release.key(self.name(key));
        self.run(script.arg(&self.mark)).await
    }
}

/// What kind of error it was. Redis' own words may repeat what it was sent.
fn unavailable(error: &RedisError) -> IdempotencyStoreError {
    IdempotencyStoreError(format!("{:?}", error.kind()))
}

impl fmt::Debug for RedisIdempotencyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisIdempotencyStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
