//! The reference model keeps the contract that it is the model of.

use countersign_testkit::{NaiveStore, store_conformance};

store_conformance!(|| async { NaiveStore::new() });
