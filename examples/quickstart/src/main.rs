//! A verification from start to end, in one terminal: the code is printed instead of sent.
//!
//! What a program of your own needs is in this file and in `transport.rs`: a store, a keyring, a channel for each way to
//! send, and an engine over them. `session.rs` shows the calls; the rest is about the terminal.

mod clock;
mod commands;
mod console;
mod moves;
mod narrator;
mod options;
mod plan;
mod questions;
mod recipient;
mod session;
mod table;
mod terminal;
mod text;
mod transport;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use countersign::{Channel, Engine, Keyring, Policy, ThreadEntropy};
use countersign_memory::MemoryStore;

use crate::clock::DemoClock;
use crate::console::Console;
use crate::narrator::Narrator;
use crate::options::Options;
use crate::plan::Way;
use crate::session::Outcome;
use crate::terminal::Terminal;
use crate::transport::PrintingTransport;

fn main() -> ExitCode {
    // The engine needs no runtime: any executor will do, also the smallest.
    match futures::executor::block_on(run(Options::read())) {
        Ok(outcome) => outcome.exit_code(),
        Err(error) => {
            let _ = writeln!(io::stderr(), "countersign-quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<Outcome, Box<dyn Error>> {
    let terminal = Terminal::new();
    let clock = Arc::new(DemoClock::default());
    let transport = Arc::new(PrintingTransport::new(terminal, clock.clone()));
    let keyring = Keyring::ephemeral(&ThreadEntropy)?;

    let mut engine = Engine::builder(Arc::new(MemoryStore::new()), keyring)
        .policy(Policy::default().with_resend_cooldown(options.cooldown))
        .clock(clock.clone())
        .observer(Arc::new(Narrator::new(terminal)));
    for way in Way::ALL {
        engine = engine.channel(way.channel(), Channel::new(way.platform(), transport.clone()));
    }

    session::run(&engine.build()?, &clock, &options, Console::new(terminal)).await
}
