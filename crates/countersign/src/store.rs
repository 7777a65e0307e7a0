//! Where verifications live: the contract of a store.

use std::fmt;

use async_trait::async_trait;

use crate::id::{RecipientKey, VerificationId, WorkspaceId};
use crate::machine::{MessageId, Verification};
use crate::time::Timestamp;

mod draws;
mod error;
mod found;
mod purge;
mod query;

pub use draws::Draws;
pub use error::StoreError;
pub use found::Found;
pub use purge::Purge;
pub use query::{Limit, Order, Page, Query};

/// Which state of a record: a store gives a new one with every write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// The version that a store counts so.
    #[must_use]
    pub const fn new(version: u64) -> Self {
        Self(version)
    }

    /// The store's count.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A record and the version it was loaded at.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The record.
    pub verification: Verification,
    /// The version that an update must name.
    pub version: Version,
}

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// Nothing beyond the process.
    Memory,
    /// The death of the process that stores, and of its machine, as far as its disk settings say.
    Local,
    /// The loss of all but one of the machines that acknowledged.
    Replicated {
        /// How many replicas acknowledge each write besides the master.
        replicas: u8,
    },
}

/// Where verifications live.
///
/// Everything that must be exact under races rests on this contract: the machine decides, the store lets one decision
/// win. Stores read no clock and interpret nothing; what a record is found by, it says itself
/// ([`Verification::index_keys`]).
///
/// 1. **Insert never overwrites.** `insert` of an id that exists is [`StoreError::AlreadyExists`] and changes nothing.
/// 2. **Update has one winner.** Of all updates that name one version, at most one succeeds; the others are
///    [`StoreError::Conflict`] and change nothing. Each success has a version never given before for that record. A
///    conflict says what it found: the record with its version as a load would give it, or that it is gone. A store that
///    cannot tell in the same round trip says [`Found::NotRead`].
/// 3. **Update never inserts.** Of a record that is not there it is [`StoreError::Conflict`].
/// 4. **A load gives what was written last**, whole and equal to what went in, with the version to update it by; nothing
///    for an unknown id.
/// 5. **Writes are whole.** A record and all its index entries change together: whoever finds a record by an index finds
///    one that has that key, and an acknowledged write is found by all of its keys and by none that it gave up.
/// 6. **By message**: a record is found by each of its [`IndexKeys::messages`](crate::IndexKeys::messages). When two
///    records name one message id, either may be found.
/// 7. **By recipient**: the records with that open recipient key, newest first, at most so many.
/// 8. **Due**: the ids of records whose due time is at or before `now`, earliest first, at most so many.
/// 9. **Lists** hold each record of a workspace whose creation time is in the window, once, in the order asked for,
///    newest or oldest first by id, starting behind the cursor. Following cursors neither repeats a record nor leaves one out
///    that was there all along, whatever is inserted, updated or deleted meanwhile. The last page has no cursor.
/// 10. **Delete** removes a record and all its index entries, says whether there was one, and is harmless when not.
/// 11. **Failures are honest.** [`StoreError::Unavailable`] of a write means that it may have happened, once; every
///     other error means that it did not. An acknowledged write survives what [`durability`](Store::durability) names.
/// 12. **Forgetting is declared.** A store keeps a record until it is deleted, unless its documentation names a
///     retention. Then it may forget an ended record once the retention has passed since its last write, and an open one
///     once the retention has passed since its expiry, by a time to live that is counted from the record's own times. An
///     index entry that outlives its record leads to nothing: lookups and lists leave it out. A store that forgets
///     nothing by itself implements [`Purge`].
///
/// # Bytes of a record
///
/// A store that keeps bytes takes them from [`Verification::to_bytes`] and gives them back to [`Verification::from_bytes`]
/// unread. Their first byte is the number of the format and belongs to the core: a store that needs a version of its own
/// layout writes its own in front. A release reads what it and every release before it wrote. What a later release wrote is
/// [`StoreError::Corrupt`] to it when the format is a newer one, so update the readers first. Until the first release the
/// format has the number 1 while its layout still grows: such records do not outlive an update.
///
/// # Cancel safety
///
/// A caller may drop the future of any call at any await point. A dropped write has an unknown outcome, like one that ends
/// with [`StoreError::Unavailable`]: it happened once, whole (clause 5), or not at all, and may arrive later. The store
/// stays usable; in particular it does not give an answer that nobody waited for to another call.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Stores a new record. Clauses 1, 5, 11.
    async fn insert(&self, verification: &Verification, draws: &Draws) -> Result<Version, StoreError>;

    /// Replaces a record, if it is still at that version. Clauses 2, 3, 5, 11.
    async fn update(
        &self,
        verification: &Verification,
        expected: Version,
        draws: &Draws,
    ) -> Result<Version, StoreError>;

    /// Gives the record of an id. Clause 4.
    async fn load(&self, id: VerificationId) -> Result<Option<Stored>, StoreError>;

    /// Forgets a record. Clauses 5, 10, 11.
    async fn delete(&self, id: VerificationId) -> Result<bool, StoreError>;

    /// Finds the verification that a provider's message is of. Clause 6.
    async fn find_by_message(&self, message: &MessageId) -> Result<Option<VerificationId>, StoreError>;

    /// Gives the open verifications of a recipient. Clause 7.
    async fn find_by_recipient(&self, recipient: RecipientKey, limit: Limit) -> Result<Vec<Verification>, StoreError>;

    /// Names what is due. Clause 8.
    async fn due(&self, now: Timestamp, limit: Limit) -> Result<Vec<VerificationId>, StoreError>;

    /// Returns a page of a workspace's verifications. Clause 9.
    async fn list(&self, workspace: WorkspaceId, query: &Query) -> Result<Page, StoreError>;

    /// Says what an acknowledged write survives.
    fn durability(&self) -> Durability;
}
