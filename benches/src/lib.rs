//! What the benchmarks share: populations of live verifications, and the floors that figures stand beside.

pub mod floors;
pub mod population;
pub mod rounds;
