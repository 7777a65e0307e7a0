use std::sync::Arc;

use countersign::idempotency::{Claim, IdempotencyStore, StoredResponse};
use tokio::time::sleep;

use super::claims::{LONG, SHORT, key, mine, seal};

fn response(text: &str) -> StoredResponse {
    StoredResponse::new(text.as_bytes().to_vec())
}

/// Clauses 2, 3.
pub async fn a_kept_response_is_returned_with_its_seal_to_every_claim(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "kept");
    mine(store.claim(&key, seal(1), LONG).await.expect("it works"));
    store.keep(&key, seal(1), response("first")).await.expect("it works");
    for number in 1..4 {
        let claim = store.claim(&key, seal(number), LONG).await.expect("it works");
        assert_eq!(claim, Claim::Taken { seal: seal(1), response: Some(response("first")) });
    }
}

/// Clause 3: the lease is the claim's, not the response's.
pub async fn a_kept_response_outlives_the_lease_of_its_claim(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "outlives");
    mine(store.claim(&key, seal(1), SHORT).await.expect("it works"));
    store.keep(&key, seal(1), response("first")).await.expect("it works");
    sleep(SHORT * 2).await;
    let claim = store.claim(&key, seal(2), LONG).await.expect("it works");
    assert_eq!(claim, Claim::Taken { seal: seal(1), response: Some(response("first")) });
}

/// Clauses 3, 5: also by those whose lease was over meanwhile.
pub async fn a_kept_response_is_not_replaced_and_not_released(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "stays");
    let late = mine(store.claim(&key, seal(1), SHORT).await.expect("it works"));
    store.keep(&key, seal(1), response("first")).await.expect("it works");
    store.keep(&key, seal(2), response("late")).await.expect("a late response is dropped");
    store.release(&key, late).await.expect("a late release does nothing");
    let claim = store.claim(&key, seal(3), LONG).await.expect("it works");
    assert_eq!(claim, Claim::Taken { seal: seal(1), response: Some(response("first")) });
}

/// Clause 3.
pub async fn responses_are_returned_byte_for_byte(store: Arc<dyn IdempotencyStore>) {
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    for (index, bytes) in
        [Vec::new(), vec![0], b"R".to_vec(), every_byte.clone(), every_byte.repeat(256)].into_iter().enumerate()
    {
        let key = key(1, &format!("bytes-{index}"));
        mine(store.claim(&key, seal(1), LONG).await.expect("it works"));
        store.keep(&key, seal(1), StoredResponse::new(bytes.clone())).await.expect("it works");
        let claim = store.claim(&key, seal(1), LONG).await.expect("it works");
        let Claim::Taken { response: Some(kept), .. } = claim else { panic!("nothing is kept: {claim:?}") };
        assert!(kept.as_bytes() == bytes, "{} bytes came back changed", bytes.len());
    }
}
