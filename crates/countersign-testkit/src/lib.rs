//! What tests of the countersign engine and of its parts are made of.
//!
//! - *Doubles*: [`SteppedClock`], [`SeededEntropy`], [`FailingEntropy`], [`ScriptedTransport`], [`RecordingObserver`],
//!   [`FaultyStore`], and [`NaiveStore`], the reference model of a store.
//! - *Records*: [`fixtures`], cheap to make and the same on every run.
//! - *Lives*: [`history`], what may happen to a verification, for properties.
//! - *A Bird on loopback*, behind the feature `bird`: its Channels API, and its signed webhooks.
//! - *The store's contract as tests*: [`store_conformance!`] and [`conformance`].
//! - *The idempotency store's contract as tests*: [`idempotency_conformance!`] and [`idempotency`].
//!
//! Nothing here is fit for production: codes are kept in plain text, and randomness is the same on every run.

#[cfg(feature = "bird")]
pub mod bird;
mod clock;
pub mod conformance;
mod entropy;
mod faulty;
pub mod fixtures;
pub mod history;
pub mod idempotency;
mod naive;
mod observer;
mod transport;

pub use clock::SteppedClock;
pub use entropy::{FailingEntropy, SeededEntropy};
pub use faulty::{Call, FaultPlan, FaultyStore, When};
pub use naive::NaiveStore;
pub use observer::RecordingObserver;
pub use transport::{ScriptedTransport, Sent};
