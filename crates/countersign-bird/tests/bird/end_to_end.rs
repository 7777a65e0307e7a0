//! An engine that sends by the faithful Bird and is told by its webhooks, over HTTP both ways.

mod directory;
mod early;
pub mod engine_over_bird;
mod failover;
mod forgery;
mod orders;
mod outages;
mod scopes;
mod sends;
mod storms;
