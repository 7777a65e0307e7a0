//! From the command line to the exit code.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use countersign::Transport;
use tokio::net::TcpListener;

use crate::dev::NotLoopback;
use crate::options::{Instead, NothingToServe, Options, Serve};
use crate::service::Service;
use crate::settings::{Section, Settings, SettingsError, TransportContext, TransportKinds};
use crate::shutdown::Shutdown;
use crate::{access_key, configured, dev, log};

/// The program: flags, configuration, log, signals and exit codes, with the kinds of transports that it knows.
///
/// See the [crate's documentation](crate) for a `main` that adds a kind.
#[derive(Debug)]
#[must_use = "a program does nothing until it runs"]
pub struct Program {
    kinds: TransportKinds,
}

impl Default for Program {
    fn default() -> Self {
        Self::new()
    }
}

impl Program {
    /// Returns the program with the built-in kinds of transports: `bird` and `smtp`.
    pub fn new() -> Self {
        Self { kinds: TransportKinds::new() }
    }

    /// Adds a kind of transport, in place of a known one of the same name. `build` is called for each `[transports.NAME]`
    /// with that `kind`, before anything is served and also by `--check`.
    ///
    /// It reads the section's keys and builds the transport, or returns `None` after a fault was reported. Keys that it did
    /// not ask for are reported as unknown when it returns a transport; call [`Section::finish`] to have them reported
    /// together with other faults. It must not connect anywhere.
    pub fn transport_kind<F>(mut self, kind: &str, build: F) -> Self
    where
        F: Fn(&mut Section<'_>, &TransportContext<'_>) -> Option<Arc<dyn Transport>> + Send + Sync + 'static,
    {
        self.kinds = self.kinds.with(kind, build);
        self
    }

    /// Runs with the arguments of the process, until a signal ends it; returns its [exit code](crate#exit-codes). Call it
    /// from `main`, outside of a runtime: it starts one of its own.
    ///
    /// With invalid arguments, and for `--help` and `--version`, it prints and exits the process.
    #[must_use = "it is the exit code of the process"]
    pub fn run(self) -> ExitCode {
        let Options { instead, serve } = Options::parse();
        let ended = match instead {
            Some(Instead::Key) => access_key::make().and_then(|lines| print(&lines)),
            None => tokio::runtime::Runtime::new()
                .map_err(Into::into)
                .and_then(|runtime| runtime.block_on(run(serve, &self.kinds))),
        };
        match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(io::stderr(), "{}: {}", name(), with_sources(&*error));
                let invalid = error.is::<SettingsError>() || error.is::<NothingToServe>() || error.is::<NotLoopback>();
                if invalid { ExitCode::from(2) } else { ExitCode::FAILURE }
            }
        }
    }
}

async fn run(options: Serve, kinds: &TransportKinds) -> Result<(), Box<dyn Error>> {
    log::begin(options.log, options.levels())?;
    let service = if options.dev {
        dev::service(options.listen)?
    } else {
        let file = options.file()?;
        let settings = Settings::read(&file, options.listen, kinds)?;
        if options.check {
            return print(&format!("{} is ready\n", file.display()));
        }
        configured::service(settings).await?
    };
    serve_until_signal(service).await
}

async fn serve_until_signal(service: Service) -> Result<(), Box<dyn Error>> {
    let Service { listen, server, guide } = service;
    let shutdown = Shutdown::new()?;
    let listener = bind(listen.main).await?;
    let listens = listener.local_addr()?;
    let (mut server, mut apart) = (server, Vec::new());
    if let Some(address) = listen.webhooks {
        let listener = bind(address).await?;
        apart.push((listener.local_addr()?, "serving webhooks"));
        server = server.webhook_listener(listener);
    }
    if let Some(address) = listen.metrics {
        let listener = bind(address).await?;
        apart.push((listener.local_addr()?, "serving metrics"));
        server = server.metrics_listener(listener);
    }
    match guide {
        Some(guide) => print(&guide.text(listens))?,
        None => tracing::info!(%listens, "serving"),
    }
    for (listens, what) in apart {
        tracing::info!(%listens, "{what}");
    }
    server.serve(listener, shutdown.begun()).await?;
    tracing::info!("ended");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Box<dyn Error>> {
    Ok(TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?)
}

/// Prints and flushes.
fn print(text: &str) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// The error, and what caused it.
fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

/// The name that the program was started by.
fn name() -> String {
    let path = std::env::args_os().next().unwrap_or_else(|| OsString::from("countersign-server"));
    Path::new(&path).file_name().unwrap_or(&path).to_string_lossy().into_owned()
}
