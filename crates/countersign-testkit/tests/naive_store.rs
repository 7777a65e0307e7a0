//! The reference model keeps the contracts that it is the model of.

use countersign_testkit::NaiveStore;

mod as_a_store {
    countersign_testkit::store_conformance!(|| async { super::NaiveStore::new() });
}

mod purged {
    countersign_testkit::purge_conformance!(|| async { super::NaiveStore::new() });
}
