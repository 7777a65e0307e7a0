//! The plan of a verification: which steps reach the recipient, and in which order.

mod step;

pub use step::{Plan, Route, Step, StepIndex};
