//! A verification from start to end, in one terminal: messages are shown instead of sent.
//!
//! What a program of your own needs is in this file and in `transport.rs`: a store, a keyring, the words of messages, a
//! channel for each way to send, and an engine over them. `session.rs` and `moves.rs` show the calls, and `shared.rs` what
//! several processes need; the rest is about the terminal.

mod clock;
mod commands;
mod console;
mod mail;
mod moves;
mod narrator;
mod options;
mod plan;
mod play;
mod questions;
mod recipient;
mod session;
mod shared;
mod table;
mod terminal;
mod text;
mod transport;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use countersign::{Channel, Directory, Engine, Keyring, Policy, Store, ThreadEntropy, Transport};
use countersign_memory::MemoryStore;
use countersign_messages::Messages;

use crate::clock::DemoClock;
use crate::console::Console;
use crate::mail::Mail;
use crate::narrator::Narrator;
use crate::options::Options;
use crate::plan::Way;
use crate::session::Outcome;
use crate::terminal::Terminal;
use crate::transport::PrintingTransport;

fn main() -> ExitCode {
    // The engine needs no runtime, any executor will do; SMTP and Redis need Tokio's.
    let ended = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(Options::read())));
    match ended {
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
    let messages = Messages::new(options.brand.clone())?;
    let (store, keyring): (Arc<dyn Store>, Arc<Keyring>) = match &options.shared {
        Some(shared) => match shared.store().await {
            Ok(store) => (Arc::new(store), shared.keyring.clone()),
            Err(error) => {
                terminal.complain(&format!("--redis: {error}"));
                return Ok(Outcome::BadFlags);
            }
        },
        None => (Arc::new(MemoryStore::new()), Arc::new(Keyring::ephemeral(&ThreadEntropy)?)),
    };

    let printer: Arc<dyn Transport> = Arc::new(PrintingTransport::new(terminal, messages.clone()));
    let mail: Arc<dyn Transport> = match &options.smtp {
        Some(url) => match Mail::new(terminal, url, messages) {
            Ok(mail) => Arc::new(mail),
            Err(error) => {
                terminal.complain(&format!("--smtp: {error}"));
                return Ok(Outcome::BadFlags);
            }
        },
        None => printer.clone(),
    };
    let mut directory = Directory::new();
    for way in Way::ALL {
        let channel = match way {
            Way::Whatsapp | Way::Sms => Channel::new(way.platform(), printer.clone()),
            Way::Email => Channel::new(way.platform(), mail.clone()).with_sender(options.from.clone().into()),
        };
        directory = directory.channel(way.channel(), channel);
    }

    let engine = Engine::builder(store, keyring)
        .directory(directory)
        .policy(Policy::default().with_resend_cooldown(options.cooldown))
        .clock(clock.clone())
        .observer(Arc::new(Narrator::new(terminal)))
        .build()?;
    session::run(&engine, &clock, &options, Console::new(terminal)).await
}
