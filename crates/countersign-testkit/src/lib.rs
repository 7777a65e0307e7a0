#![doc = include_str!("lib.md")]

#[cfg(feature = "bird")]
pub mod bird;
mod clock;
pub mod conformance;
mod engine;
mod entropy;
mod faulty;
pub mod fixtures;
pub mod history;
pub mod logs;
mod naive;
mod observer;
mod transport;

pub use clock::SteppedClock;
pub use engine::{TestEngine, TestEngineBuilder};
pub use entropy::{FailingEntropy, SeededEntropy};
pub use faulty::{FaultPlan, FaultyStore, StoreCall, When};
pub use naive::NaiveStore;
pub use observer::RecordingObserver;
pub use transport::{ScriptedTransport, Sent};
