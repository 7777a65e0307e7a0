use countersign_scratch::TinyStore;

countersign_testkit::store_conformance!(|| async { TinyStore::default() });

mod purged {
    countersign_testkit::purge_conformance!(|| async { super::TinyStore::default() });
}
