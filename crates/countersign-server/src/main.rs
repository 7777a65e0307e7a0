//! The ready-made server: the Verify API over memory or Redis, with what runs it.
//!
//! `--dev` needs nothing and shows everything: messages land in an outbox, and a page plays with them (`dev.rs`). Without
//! it a file says what to serve (`settings.rs`). `configured.rs` puts an engine and a server together.

mod access_key;
mod configured;
mod dev;
mod log;
mod options;
mod service;
mod settings;
mod shutdown;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use tokio::net::TcpListener;

use crate::dev::NotLoopback;
use crate::options::{Instead, NothingToServe, Options, Serve};
use crate::service::Service;
use crate::settings::{Settings, SettingsError};
use crate::shutdown::Shutdown;

fn main() -> ExitCode {
    let Options { instead, serve } = Options::parse();
    let ended = match instead {
        Some(Instead::Key) => access_key::make().and_then(|lines| say(&lines)),
        None => tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(run(serve))),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "countersign-server: {error}");
            let asked_wrongly =
                error.is::<SettingsError>() || error.is::<NothingToServe>() || error.is::<NotLoopback>();
            if asked_wrongly { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

async fn run(options: Serve) -> Result<(), Box<dyn Error>> {
    log::begin(options.log, options.levels())?;
    let service = if options.dev {
        dev::service(options.listen)?
    } else {
        let file = options.file()?;
        let settings = Settings::read(&file, options.listen)?;
        if options.check {
            return say(&format!("{} is ready\n", file.display()));
        }
        configured::service(settings).await?
    };
    run_until_told(service).await
}

async fn run_until_told(service: Service) -> Result<(), Box<dyn Error>> {
    let Service { listen, server, guide } = service;
    let shutdown = Shutdown::new()?;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let listens = listener.local_addr()?;
    match guide {
        Some(guide) => say(&guide.text(listens))?,
        None => tracing::info!(%listens, "serving"),
    }
    server.serve(listener, shutdown.begun()).await?;
    tracing::info!("ended");
    Ok(())
}

/// Prints, and sees to it that it is out.
fn say(text: &str) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
