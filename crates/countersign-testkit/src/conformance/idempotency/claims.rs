use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use countersign::WorkspaceId;
use countersign::idempotency::{Claim, ClaimId, IdempotencyKey, IdempotencyStore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// Long enough not to end during a rule.
pub(super) const LONG: Duration = Duration::from_secs(600);
/// Ends during a rule.
pub(super) const SHORT: Duration = Duration::from_millis(200);
/// How much earlier than asked a lease may end: clocks of stores count milliseconds.
const TOLERANCE: Duration = Duration::from_millis(20);
/// How long a lease may take to be seen as over.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn key(workspace: u128, key: &str) -> IdempotencyKey {
    IdempotencyKey::new(WorkspaceId::new(Uuid::from_u128(workspace)), key).expect("a sound key")
}

pub(super) const fn seal(number: u8) -> [u8; 16] {
    [number; 16]
}

/// Claims a key that must be free.
#[track_caller]
pub(super) fn mine(claim: Claim) -> ClaimId {
    match claim {
        Claim::Mine(id) => id,
        Claim::Taken { .. } => panic!("the key is free, but was not given: {claim:?}"),
    }
}

/// Clause 1.
pub async fn of_concurrent_claims_of_one_key_one_wins(store: Arc<dyn IdempotencyStore>) {
    for round in 0..10 {
        let key = key(1, &format!("race-{round}"));
        let mut racing = JoinSet::new();
        for number in 0..16 {
            let (store, key) = (Arc::clone(&store), key.clone());
            racing.spawn(async move { (seal(number), store.claim(&key, seal(number), LONG).await.expect("it works")) });
        }
        let claims = racing.join_all().await;
        let won: Vec<_> = claims.iter().filter(|(_, claim)| matches!(claim, Claim::Mine(_))).collect();
        let [(winner, _)] = won[..] else { panic!("{} claims of one key won", won.len()) };
        for (_, claim) in claims.iter().filter(|(_, claim)| matches!(claim, Claim::Taken { .. })) {
            assert_eq!(*claim, Claim::Taken { seal: *winner, response: None }, "the others learn who has it");
        }
    }
}

/// Clause 1: as [`ClaimId`] says.
pub async fn every_claim_has_an_id_of_its_own(store: Arc<dyn IdempotencyStore>) {
    let mut ids = HashSet::new();
    for _ in 0..20 {
        let id = mine(store.claim(&key(1, "again"), seal(1), LONG).await.expect("it works"));
        assert!(ids.insert(id), "two claims of one key have one id");
        store.release(&key(1, "again"), id).await.expect("it works");
    }
}

/// Clause 1: keys that look alike, or look like syntax, are different keys.
pub async fn different_keys_are_claimed_independently(store: Arc<dyn IdempotencyStore>) {
    let longest = "x".repeat(IdempotencyKey::MAX_BYTES);
    let keys = ["a", "A", "a:", ":a", "a*", "{a}", "{a}b", "a/b", "a%2Fb", "*", "'--", "\\", &longest, &longest[1..]];
    for name in keys {
        mine(store.claim(&key(1, name), seal(1), LONG).await.expect("it works"));
    }
}

/// Clause 2.
pub async fn a_claim_ends_when_its_lease_is_over_and_not_before(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "lease");
    let began = Instant::now();
    mine(store.claim(&key, seal(1), SHORT).await.expect("it works"));
    loop {
        match store.claim(&key, seal(2), LONG).await.expect("it works") {
            Claim::Mine(_) => break,
            taken @ Claim::Taken { .. } => assert_eq!(taken, Claim::Taken { seal: seal(1), response: None }),
        }
        assert!(began.elapsed() < PATIENCE, "the lease does not end");
        sleep(SHORT / 10).await;
    }
    assert!(began.elapsed() + TOLERANCE >= SHORT, "the lease ended before its time");
}

/// Clause 2.
pub async fn a_released_key_is_free(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "release");
    let claim = mine(store.claim(&key, seal(1), LONG).await.expect("it works"));
    store.release(&key, claim).await.expect("it works");
    mine(store.claim(&key, seal(2), LONG).await.expect("it works"));
}

/// Clause 5.
pub async fn a_release_of_a_claim_that_ended_leaves_the_next_one(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "owner");
    let ended = mine(store.claim(&key, seal(1), SHORT).await.expect("it works"));
    let began = Instant::now();
    let next = loop {
        if let Claim::Mine(next) = store.claim(&key, seal(2), LONG).await.expect("it works") {
            break next;
        }
        assert!(began.elapsed() < PATIENCE, "the lease does not end");
        sleep(SHORT / 10).await;
    };
    store.release(&key, ended).await.expect("a release of what is lost succeeds");
    let taken = store.claim(&key, seal(3), LONG).await.expect("it works");
    assert_eq!(taken, Claim::Taken { seal: seal(2), response: None }, "the key was released by another");
    store.release(&key, next).await.expect("it works");
    mine(store.claim(&key, seal(3), LONG).await.expect("it works"));
}

/// Clause 4.
pub async fn workspaces_do_not_see_each_other(store: Arc<dyn IdempotencyStore>) {
    let [own, other] = [1, 2].map(|workspace| key(workspace, "order"));
    let claim = mine(store.claim(&own, seal(1), LONG).await.expect("it works"));
    mine(store.claim(&other, seal(2), LONG).await.expect("it works"));
    store.release(&own, claim).await.expect("it works");
    let taken = store.claim(&other, seal(3), LONG).await.expect("it works");
    assert_eq!(taken, Claim::Taken { seal: seal(2), response: None }, "a release reached another workspace");
}
