//! The contract of an idempotency store as tests: see [`idempotency_conformance!`](crate::idempotency_conformance).
//!
//! Each rule is a function that takes an empty store and panics when the store breaks the rule. Rules wait for leases to
//! end, in real time: a second at most.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use countersign::idempotency::IdempotencyStore;

mod claims;
mod failures;
mod responses;

pub use claims::*;
pub use failures::*;
pub use responses::*;

/// One rule of the contract, to be run by hand.
#[derive(Clone, Copy)]
pub struct IdempotencyRule {
    /// The sentence that it checks.
    pub name: &'static str,
    check: fn(Arc<dyn IdempotencyStore>) -> Check,
}

type Check = Pin<Box<dyn Future<Output = ()> + Send>>;

impl IdempotencyRule {
    /// Checks the rule on a thread of its own; returns `false` when the store, which must be empty, breaks it. Call it
    /// within a `tokio` runtime.
    pub async fn holds(&self, store: Arc<dyn IdempotencyStore>) -> bool {
        let (check, runtime) = (self.check, tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || runtime.block_on(check(store))).await.is_ok()
    }
}

impl fmt::Debug for IdempotencyRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Runs one rule over a fresh store, on a runtime of several threads that ends with it; the guard is dropped after the
/// store.
///
/// # Panics
/// When the store breaks the rule.
pub fn run<S, G, F, R>(fresh: impl FnOnce() -> F, rule: impl FnOnce(Arc<dyn IdempotencyStore>) -> R)
where
    S: IdempotencyStore,
    F: Future<Output = (S, G)>,
    R: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("the system gives four threads").block_on(async {
        let (store, guard) = fresh().await;
        rule(Arc::new(store)).await;
        drop(guard);
    });
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

#[doc(hidden)]
#[macro_export]
macro_rules! __idempotency_rules {
    (() $($rule:ident),+ $(,)?) => {
        /// Every rule for a store that works, in the order of the contract.
        pub const RULES: &[IdempotencyRule] =
            &[$(IdempotencyRule { name: stringify!($rule), check: |store| Box::pin($rule(store)) }),+];
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __idempotency_tests {
    (($fresh:expr) $($rule:ident),+ $(,)?) => {
        $(
            #[test]
            fn $rule() {
                $crate::idempotency::run($fresh, $crate::idempotency::$rule);
            }
        )+
    };
}

/// Makes one test for each rule of the contract of
/// [`IdempotencyStore`](countersign::idempotency::IdempotencyStore).
///
/// It takes a closure that makes a fresh, empty store asynchronously, and a guard that is dropped after it (a server, a
/// directory, or `()`). Each test calls it once, inside a `tokio` runtime of several threads. A second closure, after
/// `unreachable:`, makes a store whose server does not answer: a test then checks that it fails closed (clause 6).
///
/// ```ignore
/// countersign_testkit::idempotency_conformance!(
///     || async {
///         let server = Server::start();
///         (MyIdempotencyStore::connect(server.url()).await, server)
///     },
///     unreachable: || async {
///         let server = Server::start();
///         let store = MyIdempotencyStore::connect(server.url()).await;
///         drop(server);
///         (store, ())
///     },
/// );
/// ```
#[macro_export]
macro_rules! idempotency_conformance {
    ($fresh:expr $(,)?) => {
        $crate::for_each_idempotency_rule! { __idempotency_tests!($fresh) }
    };
    ($fresh:expr, unreachable: $unreachable:expr $(,)?) => {
        $crate::idempotency_conformance!($fresh);

        #[test]
        fn an_unreachable_store_fails_closed_without_naming_the_key() {
            $crate::idempotency::run(
                $unreachable,
                $crate::idempotency::an_unreachable_store_fails_closed_without_naming_the_key,
            );
        }
    };
}

crate::for_each_idempotency_rule! { __idempotency_rules!() }
