//! What serves the router: connections, and an end that waits for what was accepted.

mod connections;
mod under_way;

pub use connections::{Connections, serve};
pub use under_way::UnderWay;
