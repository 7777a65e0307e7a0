//! Reads what Bird writes: leniently, and keeping only what may be stored and logged.

pub(crate) mod lenient;
pub(crate) mod words;

pub use words::RequestId;
