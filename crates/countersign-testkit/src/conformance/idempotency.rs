//! The contract of an idempotency store as tests: see [`idempotency_conformance!`](crate::idempotency_conformance).
//!
//! Each rule is a function that takes an empty store and panics when the store breaks the rule. Rules wait for leases to
//! end, in real time: a second at most.

use std::sync::Arc;

use countersign::idempotency::IdempotencyStore;

use super::{Fresh, Rule};

mod claims;
mod failures;
mod responses;

pub use claims::*;
pub use failures::*;
pub use responses::*;

impl<S: IdempotencyStore> From<S> for Fresh<dyn IdempotencyStore> {
    fn from(store: S) -> Self {
        Self::shared(Arc::new(store))
    }
}

/// Calls another macro with the names of all rules.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_idempotency_rule {
    ($callback:ident ! ($($context:tt)*)) => {
        $crate::$callback! {
            ($($context)*)
            // 1: one claim wins.
            of_concurrent_claims_of_one_key_one_wins,
            every_claim_has_an_id_of_its_own,
            different_keys_are_claimed_independently,
            // 2, 5: claims end.
            a_claim_ends_when_its_lease_is_over_and_not_before,
            a_released_key_is_free,
            a_release_of_a_claim_that_ended_leaves_the_next_one,
            // 3: kept responses.
            a_kept_response_is_returned_with_its_seal_to_every_claim,
            a_kept_response_outlives_the_lease_of_its_claim,
            a_kept_response_is_not_replaced_and_not_released,
            responses_are_returned_byte_for_byte,
            // 4: workspaces.
            workspaces_do_not_see_each_other,
        }
    };
}

/// Makes one test for each rule of the contract of
/// [`IdempotencyStore`](countersign::idempotency::IdempotencyStore).
///
/// It takes a closure that makes a fresh, empty store asynchronously, or a [`Fresh`](crate::conformance::Fresh). Each test
/// calls it once, inside a `tokio` runtime of several threads. A second closure, after `unreachable:`, makes a store whose
/// server does not answer: a test then checks that it fails closed (clause 6).
///
/// ```ignore
/// countersign_testkit::idempotency_conformance!(
///     || async {
///         let server = Server::start();
///         Fresh::guarded(Arc::new(MyIdempotencyStore::connect(server.url()).await), server)
///     },
///     unreachable: || async { MyIdempotencyStore::connect(Server::start().url()).await },
/// );
/// ```
#[macro_export]
macro_rules! idempotency_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_idempotency_rule! { __conformance_tests!(idempotency, $fresh) }
    };
    ($fresh:expr, unreachable: $unreachable:expr $(,)?) => {
        $crate::idempotency_conformance!($fresh);

        #[test]
        fn an_unreachable_store_fails_closed_without_naming_the_key() {
            $crate::conformance::run(
                $unreachable,
                $crate::conformance::idempotency::an_unreachable_store_fails_closed_without_naming_the_key,
            );
        }
    };
}

crate::for_each_idempotency_rule! { __conformance_rules!(dyn IdempotencyStore) }
