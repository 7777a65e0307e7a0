//! The embedded default store of the `countersign` engine: everything in the memory of one process.
//!
//! Nothing survives the process, and no other process sees it: after a restart every open verification is unknown, and
//! people start again. That suits tests, demonstrations and services of one process; for more, take a store over a
//! server.
//!
//! It never forgets by itself. The engine ends verifications, and ended ones stay listed until the host calls
//! [`MemoryStore::purge`], best from the loop that already calls the engine's `run_due`:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use countersign::Timestamp;
//! use countersign_memory::MemoryStore;
//!
//! /// How long an ended verification can still be looked at.
//! const KEEP: Duration = Duration::from_secs(24 * 60 * 60);
//!
//! let store = Arc::new(MemoryStore::with_capacity_limit(1_000_000));
//! // … an engine is built over `store.clone()`, and then, every few seconds:
//! let now = Timestamp::from_millis(1_790_000_000_000);
//! let removed = store.purge(Timestamp::MIN.saturating_add(now.saturating_duration_since(Timestamp::MIN).saturating_sub(KEEP)));
//! assert_eq!(removed, 0);
//! ```

#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod store;

pub use store::MemoryStore;
