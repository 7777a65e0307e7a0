//! The double keeps to what is known of Bird.

mod client;
mod host;
mod reading;
mod scripted;
mod sending;
mod signature;
mod strictness;
mod verify;
mod webhooks;
