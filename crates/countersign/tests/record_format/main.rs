//! The bytes of a record: that they stay what they are, how many they can be, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod largest;
mod refused;
