//! The contract of a store, rule by rule.

countersign_testkit::store_conformance!(|| async { countersign_memory::MemoryStore::new() });
