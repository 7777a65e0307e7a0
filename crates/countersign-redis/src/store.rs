use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::{Draws, Durability, Found, Limit, Page, Query, StoreError, Stored, Version};
use countersign::{
    Entropy as _, MessageId, RecipientKey, Store, ThreadEntropy, Timestamp, Verification, VerificationId, WorkspaceId,
};
use futures_util::future::try_join_all;
use redis::{Value, cmd, from_redis_value};
use uuid::Uuid;

use crate::builder::{RedisStoreBuilder, Way};
use crate::due;
use crate::durable::Durable;
use crate::idempotency::RedisIdempotencyStore;
use crate::layout::Layout;
use crate::link::Link;
use crate::merge::{Merge, RawId};
use crate::named::Named;
use crate::record;
use crate::retry::{Reply, unexpected_reply};
use crate::scripts::{self, Constant};

/// Keeps verifications in Redis, shared by any number of processes.
///
/// See the [crate's documentation](crate) for what lies where, and what it survives. It needs a tokio runtime.
#[derive(Debug)]
pub struct RedisStore {
    link: Arc<Link>,
    layout: Layout,
    retention: Duration,
    named: Named,
    /// How writes are made when replicas must have them.
    durable: Option<Durable>,
    durability: Durability,
}

impl RedisStore {
    /// Describes a store on one server: `redis://127.0.0.1/`, `rediss://user:password@redis.example/0`.
    pub fn builder(url: impl Into<String>) -> RedisStoreBuilder {
        RedisStoreBuilder::new(Way::Server(url.into()))
    }

    /// Describes a store on a cluster, by the URLs of some of its nodes.
    pub fn cluster<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> RedisStoreBuilder {
        RedisStoreBuilder::new(Way::Cluster(urls.into_iter().map(Into::into).collect()))
    }

    /// Describes a store on the master that sentinels know by a name, by their URLs: when they make another server master,
    /// the store follows. Servers that want a password or TLS are reached by a given
    /// [`SentinelClient`](redis::sentinel::SentinelClient), see [`from_client`](Self::from_client).
    pub fn sentinels<U: Into<String>>(
        urls: impl IntoIterator<Item = U>,
        master: impl Into<String>,
    ) -> RedisStoreBuilder {
        RedisStoreBuilder::new(Way::Sentinels(urls.into_iter().map(Into::into).collect(), master.into()))
    }

    /// Describes a store that is reached by a client of the [`redis`] crate: a [`Client`](redis::Client), a
    /// [`ClusterClient`](redis::cluster::ClusterClient) or a [`SentinelClient`](redis::sentinel::SentinelClient).
    pub fn from_client(client: impl Into<RedisStoreBuilder>) -> RedisStoreBuilder {
        client.into()
    }

    /// Returns a store of responses to repeated requests, over the same connection.
    #[must_use]
    pub fn idempotency(&self) -> RedisIdempotencyStore {
        RedisIdempotencyStore::new(Arc::clone(&self.link), self.layout.clone())
    }

    pub(crate) fn new(
        link: Arc<Link>,
        layout: Layout,
        retention: Duration,
        durable: Option<Durable>,
        durability: Durability,
    ) -> Self {
        Self { link, layout, retention, named: Named::default(), durable, durability }
    }

    async fn run(&self, script: &Constant, keys: &[&[u8]], args: &[&[u8]]) -> Result<Reply, StoreError> {
        match &self.durable {
            Some(durable) => durable.run(script, keys, args).await,
            None => self.link.run(script, keys, args).await,
        }
    }

    async fn write(
        &self,
        script: &Constant,
        verification: &Verification,
        expected: Option<Version>,
    ) -> Result<Version, StoreError> {
        let version = fresh_version()?;
        let (head, body) = (record::head(version), verification.to_bytes());
        let (id, keys) = (verification.id(), verification.index_keys());
        let time_to_live = self.time_to_live(verification);
        let named = expected.is_some_and(|expected| self.named.has_all(expected, verification));
        for message in keys.messages().filter(|_| !named) {
            let args = [id.as_uuid().as_bytes().as_slice(), &time_to_live];
            self.link.run(&scripts::NAME, &[&self.layout.message(message)], &args).await?;
        }
        let partition = self.layout.partition_of(id);
        let due = keys.due.map(|due| due.as_millis().to_string()).unwrap_or_default();
        let last = match expected {
            Some(expected) => expected.get().to_be_bytes().to_vec(),
            None => self.layout.records(partition),
        };
        let lies =
            [self.layout.record(id), self.layout.due(partition), self.layout.list(partition, verification.workspace())];
        let says = [&head, body.as_slice(), id.as_uuid().as_bytes(), due.as_bytes(), &time_to_live, &last];
        let reply = self.run(script, &lies.each_ref().map(Vec::as_slice), &says).await?;
        if let Value::Int(outcome) = reply.value {
            return match outcome {
                0 => Err(StoreError::AlreadyExists),
                1 => {
                    self.named.note(version, verification);
                    Ok(version)
                }
                2 => Err(unknown()),
                _ => Err(unexpected_reply()),
            };
        }
        let found: Option<Vec<u8>> = from_redis_value(reply.value).map_err(|_| unexpected_reply())?;
        // What cannot be read is told by the load that follows.
        let found = found.map_or(Found::Gone, |found| {
            record::read(&found).map_or(Found::NotRead, |stored| {
                self.named.note(stored.version, &stored.verification);
                Found::Record(Box::new(stored))
            })
        });
        Err(StoreError::Conflict { found })
    }

    /// For how long Redis keeps the record unless it is written again, in milliseconds: to its end and the retention
    /// behind it. It is counted from the record's own times, since stores read no clock.
    fn time_to_live(&self, verification: &Verification) -> Vec<u8> {
        let open = match verification.ended_at() {
            Some(_) => Duration::ZERO,
            None => verification.expires_at().saturating_duration_since(verification.updated_at()),
        };
        (open + self.retention).as_millis().max(1).to_string().into_bytes()
    }

    async fn get(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.layout.record(id));
        let value = self.link.ask(&get).await?;
        let value: Option<Vec<u8>> = from_redis_value(value).map_err(|_| unexpected_reply())?;
        let stored = value.as_deref().map(record::read).transpose()?;
        if let Some(stored) = &stored {
            self.named.note(stored.version, &stored.verification);
        }
        Ok(stored)
    }
}

#[async_trait]
impl Store for RedisStore {
    async fn insert(&self, verification: &Verification, _draws: &Draws) -> Result<Version, StoreError> {
        self.write(&scripts::INSERT, verification, None).await
    }

    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        _draws: &Draws,
    ) -> Result<Version, StoreError> {
        self.write(&scripts::UPDATE, verification, Some(expected)).await
    }

    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError> {
        self.get(id).await
    }

    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError> {
        // The key of its list names the workspace, which the id does not tell.
        let Some(stored) = self.get(id).await? else { return Ok(false) };
        let partition = self.layout.partition_of(id);
        let list = self.layout.list(partition, stored.verification.workspace());
        let lies = [self.layout.record(id), self.layout.due(partition), list];
        let says = [id.as_uuid().as_bytes().as_slice()];
        let reply = self.run(&scripts::DELETE, &lies.each_ref().map(Vec::as_slice), &says).await?;
        match from_redis_value::<u8>(reply.value).map_err(|_| unexpected_reply())? {
            // Either another call deleted it, or an earlier try did, whose reply was lost.
            0 if reply.repeated => Err(unknown()),
            removed => Ok(removed > 0),
        }
    }

    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError> {
        let mut get = cmd("GET");
        get.arg(self.layout.message(message));
        let named: Option<Vec<u8>> = from_redis_value(self.link.ask(&get).await?).map_err(|_| unexpected_reply())?;
        for id in named.unwrap_or_default().chunks_exact(16) {
            let id = id_of(id.try_into().map_err(|_| unexpected_reply())?)?;
            // What was written under the name is a hint: the record has the say.
            let stored = self.get(id).await?;
            if stored.is_some_and(|stored| stored.verification.index_keys().messages().any(|other| other == message)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError> {
        let partition = self.layout.partition_of_recipient(recipient);
        let tag = recipient.tag().to_string();
        let reply = self.link.run(&scripts::OPEN, &[&self.layout.due(partition)], &[tag.as_bytes()]).await?;
        let ids: Vec<Vec<u8>> = from_redis_value(reply.value).map_err(|_| unexpected_reply())?;
        let ids = ids.into_iter().map(|id| id_of(id.try_into().map_err(|_| unexpected_reply())?));
        let loads = ids.map(|id| async move { self.get(id?).await });
        let stored = try_join_all(loads).await?.into_iter().flatten().map(|stored| stored.verification);
        let mut found: Vec<_> = stored.filter(|one| one.index_keys().open_recipient == Some(recipient)).collect();
        found.sort_unstable_by_key(|verification| std::cmp::Reverse(verification.id()));
        found.truncate(limit.get());
        Ok(found)
    }

    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError> {
        let ids = due::earliest(&self.link, &self.layout, now, limit).await?;
        ids.into_iter().map(id_of).collect()
    }

    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError> {
        let wanted = query.limit.get();
        let mut merge = Merge::new(&self.link, &self.layout, workspace, query);
        let mut verifications: Vec<Verification> = Vec::with_capacity(wanted + 1);
        // One more than the page has tells whether there is another page.
        while verifications.len() <= wanted {
            let ids = merge.next(wanted + 1 - verifications.len()).await?;
            if ids.is_empty() {
                break;
            }
            let records = ids.iter().map(|id| async move { self.get(id_of(*id)?).await });
            let mut dead = Vec::new();
            for (id, stored) in ids.iter().zip(try_join_all(records).await?) {
                match stored {
                    Some(stored) => verifications.push(stored.verification),
                    None => dead.push(*id),
                }
            }
            merge.sweep(&dead).await;
        }
        let more = verifications.len() > wanted;
        verifications.truncate(wanted);
        let next = verifications.last().filter(|_| more).map(Verification::id);
        Ok(Page { verifications, next })
    }

    fn durability(&self) -> Durability {
        self.durability
    }
}

/// What the write finds may be its own doing, or that of others.
fn unknown() -> StoreError {
    StoreError::unavailable("other writes came in between, and a reply was lost")
}

fn id_of(bytes: RawId) -> Result<VerificationId, StoreError> {
    VerificationId::new(Uuid::from_bytes(bytes))
        .map_err(|error| StoreError::corrupt("an index entry is no id").with_source(error))
}

/// 64 random bits: unlike any other of the record, also of one that was deleted. So a write that is made twice, because its
/// answer was lost, is known to be the same.
fn fresh_version() -> Result<Version, StoreError> {
    let mut bytes = [0; 8];
    ThreadEntropy
        .fill(&mut bytes)
        .map_err(|error| StoreError::not_done("the system has no randomness").with_source(error))?;
    Ok(Version::new(u64::from_be_bytes(bytes)))
}
