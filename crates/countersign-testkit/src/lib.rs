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
#[cfg(feature = "mail-server")]
pub mod mail_server;
mod naive;
mod observer;
#[cfg(feature = "redis-server")]
pub mod redis_server;
mod transport;

pub use clock::SteppedClock;
pub use engine::{TestEngine, TestEngineBuilder};
pub use entropy::{FailingEntropy, SeededEntropy};
pub use faulty::{FaultPlan, FaultTiming, FaultyStore, StoreCall};
pub use naive::NaiveStore;
pub use observer::RecordingObserver;
pub use transport::{ScriptedTransport, Sent};
