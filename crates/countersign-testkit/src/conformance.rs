//! Contracts as tests: what the conformance macros expand to.
//!
//! | macro | proves |
//! |---|---|
//! | [`store_conformance!`](crate::store_conformance) | the contract of [`Store`](countersign::Store) |
//! | [`purge_conformance!`](crate::purge_conformance) | the contract of [`Purge`](countersign::store::Purge) |
//! | [`idempotency_conformance!`](crate::idempotency_conformance) | the contract of [`IdempotencyStore`](countersign::idempotency::IdempotencyStore) |
//! | [`transport_conformance!`](crate::transport_conformance) | the contract of [`Transport`](countersign::Transport) |
//!
//! A rule is a function that takes the fresh subject of a test and panics when the subject breaks the rule. A macro makes
//! one `#[test]` of each rule of its contract; `RULES` in each module lists them to be run by hand.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

mod expect;
pub mod idempotency;
pub mod purge;
mod race;
mod readers;
pub mod store;
pub mod transport;

/// The fresh subject of one test, and what must live as long as it does: a directory, a server, a connection.
pub struct Fresh<S: ?Sized> {
    // In this order: the subject goes before what it stands on.
    subject: Arc<S>,
    guard: Box<dyn Any + Send>,
}

impl<S: ?Sized> Fresh<S> {
    /// Takes a subject that is shared already.
    #[must_use]
    pub fn shared(subject: Arc<S>) -> Self {
        Self::guarded(subject, ())
    }

    /// Takes a subject, and a guard that is dropped after it: its `Drop` cleans up.
    #[must_use]
    pub fn guarded(subject: Arc<S>, guard: impl Any + Send) -> Self {
        Self { subject, guard: Box::new(guard) }
    }
}

impl<S: fmt::Debug + ?Sized> fmt::Debug for Fresh<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// One rule of a contract, to be run by hand.
pub struct Rule<S: ?Sized> {
    /// The sentence that it checks.
    pub name: &'static str,
    check: fn(Arc<S>) -> Check,
}

type Check = Pin<Box<dyn Future<Output = ()> + Send>>;

impl<S: Send + Sync + ?Sized + 'static> Rule<S> {
    /// Returns whether a fresh subject keeps the rule, which runs on a thread of its own and spawns onto the caller's
    /// runtime.
    pub async fn holds(&self, subject: Arc<S>) -> bool {
        let (check, runtime) = (self.check, tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || runtime.block_on(check(subject))).await.is_ok()
    }
}

impl<S: ?Sized> Clone for Rule<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ?Sized> Copy for Rule<S> {}

impl<S: ?Sized> fmt::Debug for Rule<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Runs one rule over a fresh subject, on a runtime of several threads that ends with it.
///
/// # Panics
/// When the subject breaks the rule.
pub fn run<S, T, F, R>(fresh: impl FnOnce() -> F, rule: impl FnOnce(Arc<S>) -> R)
where
    S: ?Sized,
    T: Into<Fresh<S>>,
    F: Future<Output = T>,
    R: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("the system gives four threads").block_on(async {
        let fresh: Fresh<S> = fresh().await.into();
        rule(Arc::clone(&fresh.subject)).await;
    });
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_rules {
    (($subject:ty) $($rule:ident),+ $(,)?) => {
        /// Every rule, in the order of the contract.
        pub const RULES: &[Rule<$subject>] =
            &[$(Rule { name: stringify!($rule), check: |subject| Box::pin($rule(subject)) }),+];
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    (($contract:ident, $fresh:expr) $($rule:ident),+ $(,)?) => {
        $(
            #[test]
            fn $rule() {
                $crate::conformance::run($fresh, $crate::conformance::$contract::$rule);
            }
        )+
    };
}
