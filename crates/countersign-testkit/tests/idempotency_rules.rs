//! The rules of the idempotency contract pass on a store that keeps it, and each planted bug breaks one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use countersign::WorkspaceId;
use countersign::idempotency::{Claim, ClaimId, IdempotencyError, IdempotencyKey, IdempotencyStore, StoredResponse};
use countersign_testkit::conformance::idempotency::RULES;
use tokio::time::Instant;

/// What a store may get wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bug {
    ClaimsInTwoSteps,
    OneIdForAllClaims,
    ForgetsTheWorkspace,
    IgnoresCase,
    LeaseNeverEnds,
    LeaseEndsAtOnce,
    ReleaseIsForgotten,
    ReleaseOfAnyClaim,
    ReleaseOfResponses,
    KeepReplaces,
    KeepIsForgotten,
    KeepEndsWithTheLease,
    SealOfTheLastClaim,
    ResponseIsText,
}

#[derive(Debug)]
struct Planted {
    bug: Option<Bug>,
    entries: Mutex<HashMap<(Option<WorkspaceId>, String), Entry>>,
    claims: Mutex<u128>,
}

#[derive(Debug, Clone)]
struct Entry {
    seal: [u8; 16],
    claim: ClaimId,
    until: Instant,
    response: Option<StoredResponse>,
}

impl Planted {
    fn new(bug: Option<Bug>) -> Arc<Self> {
        Arc::new(Self { bug, entries: Mutex::default(), claims: Mutex::default() })
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    fn name(&self, key: &IdempotencyKey) -> (Option<WorkspaceId>, String) {
        let workspace = (!self.has(Bug::ForgetsTheWorkspace)).then(|| key.workspace());
        let name = key.as_str().to_owned();
        (workspace, if self.has(Bug::IgnoresCase) { name.to_lowercase() } else { name })
    }
}

#[async_trait]
impl IdempotencyStore for Planted {
    async fn claim(&self, key: &IdempotencyKey, seal: [u8; 16], lease: Duration) -> Result<Claim, IdempotencyError> {
        let name = self.name(key);
        let free = |entry: Option<&Entry>| match entry {
            Some(entry) if entry.response.is_some() && !self.has(Bug::KeepEndsWithTheLease) => false,
            Some(entry) => !self.has(Bug::LeaseNeverEnds) && entry.until <= Instant::now(),
            None => true,
        };
        if self.has(Bug::ClaimsInTwoSteps) && free(self.entries.lock().unwrap().get(&name)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.entries.lock().unwrap().remove(&name);
        }
        let mut entries = self.entries.lock().unwrap();
        if !free(entries.get(&name)) {
            let entry = entries.get_mut(&name).unwrap();
            if self.has(Bug::SealOfTheLastClaim) {
                entry.seal = seal;
            }
            return Ok(Claim::Taken { seal: entry.seal, response: entry.response.clone() });
        }
        let mut claims = self.claims.lock().unwrap();
        *claims += u128::from(!self.has(Bug::OneIdForAllClaims));
        let claim = ClaimId::new(claims.to_be_bytes());
        let lease = if self.has(Bug::LeaseEndsAtOnce) { Duration::ZERO } else { lease };
        entries.insert(name, Entry { seal, claim, until: Instant::now() + lease, response: None });
        Ok(Claim::Mine(claim))
    }

    async fn keep(&self, key: &IdempotencyKey, seal: [u8; 16], kept: StoredResponse) -> Result<(), IdempotencyError> {
        let mut entries = self.entries.lock().unwrap();
        let Some(entry) = entries.get_mut(&self.name(key)) else { return Ok(()) };
        if self.has(Bug::KeepIsForgotten) || (entry.response.is_some() && !self.has(Bug::KeepReplaces)) {
            return Ok(());
        }
        let kept = match self.has(Bug::ResponseIsText) {
            true => StoredResponse::new(String::from_utf8_lossy(kept.as_bytes()).into_owned().into_bytes()),
            false => kept,
        };
        (entry.seal, entry.response) = (seal, Some(kept));
        Ok(())
    }

    async fn release(&self, key: &IdempotencyKey, claim: ClaimId) -> Result<(), IdempotencyError> {
        let mut entries = self.entries.lock().unwrap();
        let name = self.name(key);
        let Some(entry) = entries.get(&name) else { return Ok(()) };
        let owned = entry.claim == claim || self.has(Bug::ReleaseOfAnyClaim);
        let running = entry.response.is_none() || self.has(Bug::ReleaseOfResponses);
        if owned && running && !self.has(Bug::ReleaseIsForgotten) {
            entries.remove(&name);
        }
        Ok(())
    }
}

/// The first rule that a store with that bug breaks.
async fn broken(bug: Option<Bug>) -> Option<&'static str> {
    for rule in RULES {
        if !rule.holds(Planted::new(bug)).await {
            return Some(rule.name);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_keeps_the_contract_breaks_no_rule() {
    assert_eq!(broken(None).await, None);
}

macro_rules! caught {
    ($($test:ident: $bug:ident;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                assert!(broken(Some(Bug::$bug)).await.is_some());
            }
        )+
    };
}

caught! {
    a_claim_in_two_steps_is_caught: ClaimsInTwoSteps;
    one_id_for_all_claims_is_caught: OneIdForAllClaims;
    keys_shared_by_workspaces_are_caught: ForgetsTheWorkspace;
    keys_without_their_case_are_caught: IgnoresCase;
    a_lease_that_never_ends_is_caught: LeaseNeverEnds;
    a_lease_that_ends_at_once_is_caught: LeaseEndsAtOnce;
    a_release_that_is_forgotten_is_caught: ReleaseIsForgotten;
    a_release_of_any_claim_is_caught: ReleaseOfAnyClaim;
    a_release_of_kept_responses_is_caught: ReleaseOfResponses;
    a_keep_that_replaces_is_caught: KeepReplaces;
    a_keep_that_is_forgotten_is_caught: KeepIsForgotten;
    a_response_that_ends_with_the_lease_is_caught: KeepEndsWithTheLease;
    the_seal_of_another_request_is_caught: SealOfTheLastClaim;
    a_response_kept_as_text_is_caught: ResponseIsText;
}
