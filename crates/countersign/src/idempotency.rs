//! Responses kept for requests that are repeated: the contract of an idempotency store.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::id::WorkspaceId;

/// A request of a workspace, by the idempotency key that its client chose: 1 to 255 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    workspace: WorkspaceId,
    key: Box<str>,
}

impl IdempotencyKey {
    /// The maximum length, in characters.
    pub const MAX_BYTES: usize = 255;

    /// Returns the key of that workspace; `None` when it is empty, too long, or has other than visible ASCII characters.
    #[must_use]
    pub fn new(workspace: WorkspaceId, key: &str) -> Option<Self> {
        let sound = (1..=Self::MAX_BYTES).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then(|| Self { workspace, key: key.into() })
    }

    /// Returns the workspace.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Returns the key as the client wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.key
    }
}

/// Without the key itself, which clients may build from personal data.
impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyKey").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}

/// A response to give again, in bytes that only the caller of the store reads.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse(Vec<u8>);

impl StoredResponse {
    /// Wraps the bytes.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Without the bytes, which may hold addresses.
impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredResponse({} bytes)", self.0.len())
    }
}

/// Identifies one claim of a key, so that it is released by its owner alone. Unique among all claims of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClaimId([u8; 16]);

impl ClaimId {
    /// The id that a store made.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes that the store made.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The outcome of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The key was free and is the caller's now.
    Mine(ClaimId),
    /// Another request has the key.
    Taken {
        /// The seal of the request that has it.
        seal: [u8; 16],
        /// The response to that request; none while it is under way.
        response: Option<StoredResponse>,
    },
}

/// An idempotency store failed, or could not be reached. Holds no key and no address.
#[derive(Debug, thiserror::Error)]
#[error("the idempotency store failed: {reason}")]
pub struct IdempotencyError {
    reason: String,
    #[source]
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl IdempotencyError {
    /// An error with that reason, which must hold no personal data.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), source: None }
    }

    /// The same error with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// Keeps the responses to requests, for repetitions of them with the same idempotency key.
///
/// A request claims its key, is carried out, and then either keeps its response or releases the key.
///
/// 1. **One claim wins.** Of concurrent claims of one key, exactly one is [`Claim::Mine`]; the others learn its seal.
/// 2. **A lease ends.** A claim ends by [`keep`](Self::keep), by [`release`](Self::release), or when its lease is over:
///    then its process is considered dead, and the key is free.
/// 3. **A kept response stays.** It is returned unchanged, with its seal, for a retention that the store documents (at
///    least hours). A later `keep` or `release` of the same key changes nothing.
/// 4. **Workspaces are separate.** A key belongs to its workspace; the same characters in another workspace are another
///    key.
/// 5. **Release is the owner's.** [`release`](Self::release) frees the key only if it still has that very claim; otherwise
///    it succeeds and changes nothing.
/// 6. **Failing is closed.** A store that cannot tell who has the key returns an error, and the request is not carried
///    out. A failed [`claim`](Self::claim) may have taken the key, until its lease is over.
///
/// Implementations are tested by `countersign_testkit::idempotency_conformance!`.
///
/// # Cancel safety
/// A dropped call may have happened. A dropped `claim` may leave the key claimed until its lease is over.
#[async_trait]
pub trait IdempotencyStore: fmt::Debug + Send + Sync + 'static {
    /// Claims the key for a request of that seal, if it is free. Clauses 1, 2, 4, 6.
    async fn claim(&self, key: &IdempotencyKey, seal: [u8; 16], lease: Duration) -> Result<Claim, IdempotencyError>;

    /// Keeps the response to the request of that seal, unless one is kept already. Clauses 2, 3, 6.
    async fn keep(
        &self,
        key: &IdempotencyKey,
        seal: [u8; 16],
        response: StoredResponse,
    ) -> Result<(), IdempotencyError>;

    /// Releases the key: the request was not carried out, or its response is not worth repeating. Clauses 2, 3, 5, 6.
    async fn release(&self, key: &IdempotencyKey, claim: ClaimId) -> Result<(), IdempotencyError>;
}
