//! What the targets `machine` and `record` share: a world to run records in, operations made of bytes, and what holds
//! of every record whatever happens to it.

mod invariants;
mod operation;
mod world;

pub use invariants::{assert_comes_to_an_end, assert_follows, assert_sound};
pub use operation::Operation;
pub use world::{Beginning, World};
