//! The server as a process: what it says, serves, refuses, and how it ends.

mod access_key;
mod dev;
mod guide;
mod http;
mod limits;
mod mail;
mod mail_server;
mod process;
mod redis;
mod secrets;
mod service;
mod settings;
mod shutdown;
mod webhooks;
