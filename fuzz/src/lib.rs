//! What the targets `machine` and `record` share: keyrings to run records under, operations made of bytes, and what holds
//! of every record whatever happens to it.

mod invariants;
mod operation;
mod starts;

pub use invariants::{assert_comes_to_an_end, assert_follows, assert_sound};
pub use operation::Operation;
pub use starts::{Beginning, Keyrings};
