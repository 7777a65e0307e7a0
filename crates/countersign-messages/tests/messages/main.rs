//! What people read, whoever they are and whatever is sent.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that is surprised fails")]

mod asked;
mod autofill;
mod bidi;
mod contract;
mod email;
mod faults;
mod gsm7;
mod languages;
mod overrides;
mod plurals;
mod property;
mod secrecy;
mod templates;
mod walk;
