//! The page of the development server, in a real Chromium, over the real server.
#![allow(clippy::expect_used, clippy::panic)]

mod chromium;
mod flows;
mod form;
mod keyboard;
mod looks;
mod moves;
mod server;
mod typing;
mod visit;
mod watch;
