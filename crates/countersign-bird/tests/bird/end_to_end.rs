//! An engine that sends by the faithful Bird and is told by its webhooks, over HTTP both ways.

mod directory;
mod early;
mod failover;
mod forgery;
pub mod house;
mod orders;
mod outages;
mod scopes;
mod sends;
mod storms;
