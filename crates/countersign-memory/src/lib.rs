//! The embedded default store of the `countersign` engine: everything in the memory of one process.
//!
//! Nothing survives the process, and no other process sees it: after a restart every open verification is unknown, and
//! people start again. That suits tests, demonstrations and services of one process; for more, take a store over a
//! server.
//!
//! It forgets nothing by itself. The engine ends verifications, and ended ones stay listed until the host has them
//! removed ([`Purge`](countersign::store::Purge)), best from the loop that already calls the engine's `run_due`:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use countersign::store::Purge as _;
//! use countersign::{Clock as _, SystemClock};
//! use countersign_memory::MemoryStore;
//!
//! /// How long an ended verification can still be looked at.
//! const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);
//!
//! # futures::executor::block_on(async {
//! let store = Arc::new(MemoryStore::with_capacity_limit(1_000_000));
//! // … an engine is built over `store.clone()`, and then, every few seconds:
//! let removed = store.purge_older_than(RETENTION, SystemClock.now()).await?;
//! assert_eq!(removed, 0);
//! # Ok::<(), countersign::store::StoreError>(())
//! # }).unwrap();
//! ```

#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod store;

pub use store::MemoryStore;
