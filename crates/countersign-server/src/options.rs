use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::log::Format;

/// Serve the Verify API.
#[derive(Debug, Parser)]
#[command(name = "countersign-server", version, after_help = AFTER_HELP)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) instead: Option<Instead>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

/// A task other than serving.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Instead {
    /// Generate an access key, and print it with its hash for the configuration
    Key,
}

/// Options of serving.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Serve a development workspace: messages land in an outbox, and a page at / shows them
    #[arg(long)]
    pub(crate) dev: bool,
    /// Read the configuration from this file [env: COUNTERSIGN_CONFIG]
    #[arg(long, value_name = "FILE", conflicts_with = "dev")]
    pub(crate) config: Option<PathBuf>,
    /// Validate the configuration and exit
    #[arg(long, conflicts_with = "dev")]
    pub(crate) check: bool,
    /// Listen on this address instead of the configured one; port 0 selects a free port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "COUNTERSIGN_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// Write the log to standard error in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", env = "COUNTERSIGN_LOG")]
    pub(crate) log: Format,
    /// Log up to this level: error, warn, info, debug, trace or off; also by target, as in warn,countersign_http=debug
    /// [default: info, with --dev warn]
    #[arg(long, value_name = "LEVELS", env = "COUNTERSIGN_LOG_LEVEL")]
    pub(crate) log_level: Option<Targets>,
}

impl Serve {
    /// Returns the file to read, by flag or environment.
    ///
    /// # Errors
    /// When neither names one.
    pub(crate) fn file(&self) -> Result<PathBuf, NothingToServe> {
        self.config.clone().or_else(|| std::env::var_os("COUNTERSIGN_CONFIG").map(PathBuf::from)).ok_or(NothingToServe)
    }

    /// Returns the levels to log.
    pub(crate) fn levels(&self) -> Targets {
        let usual = if self.dev { LevelFilter::WARN } else { LevelFilter::INFO };
        self.log_level.clone().unwrap_or_else(|| Targets::new().with_default(usual))
    }
}

/// Neither `--dev` nor a configuration was given.
#[derive(Debug, thiserror::Error)]
#[error("no configuration: set --config or COUNTERSIGN_CONFIG, or try --dev (see --help)")]
pub(crate) struct NothingToServe;

const AFTER_HELP: &str = "\
To try it:       countersign-server --dev
For a service:   countersign-server --config countersign.toml
                 (countersign.example.toml, in its sources, shows every setting)

COUNTERSIGN_LISTEN, COUNTERSIGN_STORE and COUNTERSIGN_KEY override the configuration. Secrets come from the environment or
from files of their own, never from the configuration.

Exit codes: 0 after SIGTERM or SIGINT, when accepted requests are finished; 1 after a failure; 2 for invalid flags or an
invalid configuration.";
