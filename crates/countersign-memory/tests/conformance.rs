//! The contracts that the memory store keeps, rule by rule.

use countersign_memory::MemoryStore;

mod as_a_store {
    countersign_testkit::store_conformance!(|| async { super::MemoryStore::new() });
}

mod purged {
    countersign_testkit::purge_conformance!(|| async { super::MemoryStore::new() });
}
