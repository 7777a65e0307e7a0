//! The bytes of a record: that they stay what they are, how many they can be, and what is refused.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod fixtures;
mod largest;
mod records;
mod refused;
