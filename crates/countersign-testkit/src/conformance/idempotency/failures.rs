use std::error::Error as _;
use std::sync::Arc;

use countersign::idempotency::{ClaimId, IdempotencyStore, StoredResponse};

use super::claims::{LONG, key, seal};

/// Clause 6; for a store whose server does not answer.
pub async fn an_unreachable_store_fails_closed_without_naming_the_key(store: Arc<dyn IdempotencyStore>) {
    let key = key(1, "very-own-key");
    let errors = [
        store.claim(&key, seal(1), LONG).await.expect_err("a claim cannot be known"),
        store.keep(&key, seal(1), StoredResponse::new(b"{}".to_vec())).await.expect_err("nothing can be kept"),
        store.release(&key, ClaimId::new([1; 16])).await.expect_err("nothing can be released"),
    ];
    for error in errors {
        let mut text = format!("{error} {error:?}");
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(&format!(" {cause}"));
            source = cause.source();
        }
        assert!(!text.contains("very-own-key"), "the error names the key: {text}");
    }
}
