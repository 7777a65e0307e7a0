//! A store on the other side of a network passes in seconds: each rule makes a bounded number of calls.

use std::sync::Arc;

use countersign_testkit::conformance::store::RULES;
use countersign_testkit::{FaultyStore, NaiveStore};

const MOST_CALLS: usize = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_rule_makes_more_than_twenty_thousand_calls() {
    let mut calls = Vec::new();
    for rule in RULES {
        let store = Arc::new(FaultyStore::new(Arc::new(NaiveStore::new())));
        assert!(rule.holds(Arc::<FaultyStore>::clone(&store)).await, "{rule:?}");
        calls.push((store.calls(), rule.name));
    }
    calls.sort_unstable_by(|one, other| other.cmp(one));
    assert!(calls.iter().all(|(calls, _)| *calls <= MOST_CALLS), "too many calls: {calls:#?}");
    assert!(calls.iter().all(|(calls, _)| *calls > 0), "a rule that asks nothing: {calls:#?}");
}
