//! Answers to requests that come again with the same `Idempotency-Key`.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use countersign::WorkspaceId;

mod memory;

pub use memory::MemoryIdempotencyStore;

/// Which request of a workspace: what its `Idempotency-Key` header says, 1 to 255 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    workspace: WorkspaceId,
    key: Box<str>,
}

impl IdempotencyKey {
    /// Most characters of a key.
    pub const MAX: usize = 255;

    /// A key of that workspace; none when it is empty, too long, or has other than visible ASCII characters.
    #[must_use]
    pub fn new(workspace: WorkspaceId, key: &str) -> Option<Self> {
        let sound = (1..=Self::MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then(|| Self { workspace, key: key.into() })
    }

    /// Whose key it is.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// What the client wrote.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.key
    }
}

/// An answer to give again. `Debug` leaves the body out, which has addresses in it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body, as it was sent.
    pub body: Bytes,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing was: it is the caller's now.
    Mine,
    /// Another request has it.
    Taken {
        /// The seal of the request that has it.
        seal: [u8; 16],
        /// What was answered, unless that request is still under way.
        answer: Option<StoredResponse>,
    },
}

/// It did not answer, or could not. No address and no key is in the sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answers that were given cannot be looked up: {0}")]
pub struct IdempotencyStoreError(pub String);

/// Where answers are kept for requests that come again with the same `Idempotency-Key`.
///
/// 1. **One claim wins.** Of racing claims of one key exactly one is [`Claim::Mine`].
/// 2. **A claim ends** with [`keep`](Self::keep) or [`release`](Self::release), or by itself after `lease`: then its process
///    is dead, and the key is free again.
/// 3. **A kept answer stays** as it is for a time that the implementation says, at least hours, whoever asks.
/// 4. **Workspaces do not see each other**: a key belongs to its workspace.
/// 5. **Failing is closed**: who cannot look says so, and the request is not carried out.
#[async_trait]
pub trait IdempotencyStore: fmt::Debug + Send + Sync + 'static {
    /// Takes the key, if nobody has it, for a request of that seal.
    async fn claim(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        lease: Duration,
    ) -> Result<Claim, IdempotencyStoreError>;

    /// Keeps what was answered.
    async fn keep(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        answer: StoredResponse,
    ) -> Result<(), IdempotencyStoreError>;

    /// Gives the key back: nothing was done, or nothing worth repeating was answered.
    async fn release(&self, key: &IdempotencyKey) -> Result<(), IdempotencyStoreError>;
}

impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredResponse").field("status", &self.status).finish_non_exhaustive()
    }
}
