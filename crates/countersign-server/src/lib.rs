#![doc = include_str!("lib.md")]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod access_key;
mod configured;
mod dev;
mod log;
mod options;
mod program;
mod service;
mod settings;
mod shutdown;

pub use program::Program;
pub use settings::{Item, Secret, Section, TransportContext};
