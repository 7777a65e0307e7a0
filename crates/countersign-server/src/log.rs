use std::io;

use clap::ValueEnum;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// An object a line, for machines.
    Json,
}

/// Begins to log, to standard error. Nothing personal is in it: no address, no code, no key.
///
/// # Errors
/// When somebody else has begun before.
pub(crate) fn begin(format: Format, levels: Targets) -> Result<(), TryInitError> {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines = match format {
        Format::Text => lines.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(levels)).try_init()
}
