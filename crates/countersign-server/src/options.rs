use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::log::Format;

/// Serves the Verify API.
#[derive(Debug, Parser)]
#[command(name = "countersign-server", version, after_help = AFTER_HELP)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) instead: Option<Instead>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

/// What to do instead of serving.
#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum Instead {
    /// Prints a new random access key, and the hash of it that belongs into the file
    Key,
}

/// What to serve, and how.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Serves a workspace to try it with: messages land in an outbox, and a page at / shows them
    #[arg(long)]
    pub(crate) dev: bool,
    /// Reads this file [env: COUNTERSIGN_CONFIG]
    #[arg(long, value_name = "FILE", conflicts_with = "dev")]
    pub(crate) config: Option<PathBuf>,
    /// Reads the file, says what is wrong with it or that it is ready, and ends
    #[arg(long, conflicts_with = "dev")]
    pub(crate) check: bool,
    /// Listens here, whatever the file says; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "COUNTERSIGN_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// How the log is written, to standard error
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", env = "COUNTERSIGN_LOG")]
    pub(crate) log: Format,
    /// What is logged: error, warn, info, debug, trace or off; also by target, as in warn,countersign_http=debug
    /// [default: info, with --dev warn]
    #[arg(long, value_name = "LEVELS", env = "COUNTERSIGN_LOG_LEVEL")]
    pub(crate) log_level: Option<Targets>,
}

impl Serve {
    /// The file to read, by flag or environment.
    ///
    /// # Errors
    /// When neither names one.
    pub(crate) fn file(&self) -> Result<PathBuf, NothingToServe> {
        self.config.clone().or_else(|| std::env::var_os("COUNTERSIGN_CONFIG").map(PathBuf::from)).ok_or(NothingToServe)
    }

    /// What is logged.
    pub(crate) fn levels(&self) -> Targets {
        let usual = if self.dev { LevelFilter::WARN } else { LevelFilter::INFO };
        self.log_level.clone().unwrap_or_else(|| Targets::new().with_default(usual))
    }
}

/// Neither `--dev` nor a file.
#[derive(Debug, thiserror::Error)]
#[error("nothing to serve: try --dev, or name a file with --config or in COUNTERSIGN_CONFIG (--help shows more)")]
pub(crate) struct NothingToServe;

const AFTER_HELP: &str = "\
To see it work:     countersign-server --dev
For a service:      countersign-server --config countersign.toml
                    (countersign.example.toml beside its sources shows every setting)

COUNTERSIGN_LISTEN, COUNTERSIGN_STORE and COUNTERSIGN_KEY win over the file. Secrets come from the environment or from
files of their own, and never stand in the file.

Exit codes: 0 after SIGTERM or SIGINT, when what was accepted is finished; 1 when something broke; 2 for bad flags or a
file that will not do.";
