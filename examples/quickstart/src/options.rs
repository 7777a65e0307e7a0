use std::num::ParseIntError;
use std::str::FromStr;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use countersign::{Address, Brand, CodeLength, Limits, Locale, Mailbox, MaxAttempts, OutOfRange, Recipient, Timeout};

use crate::plan::Way;
use crate::recipient;
use crate::shared::Shared;

/// What the flags say.
#[derive(Debug)]
pub(crate) struct Options {
    /// None: ask.
    pub(crate) recipient: Option<Recipient>,
    /// Empty: ask, or take the usual one.
    pub(crate) plan: Vec<Way>,
    pub(crate) limits: Limits,
    pub(crate) cooldown: Duration,
    /// None: the language of the phone number's country.
    pub(crate) locale: Option<Locale>,
    pub(crate) brand: Brand,
    /// None: this terminal is alone, and keeps its verification in memory.
    pub(crate) shared: Option<Shared>,
    /// None: emails are shown like all other messages.
    pub(crate) smtp: Option<String>,
    pub(crate) from: Mailbox,
}

impl Options {
    /// Reads the flags; leaves with help, or with what is wrong with them.
    pub(crate) fn read() -> Self {
        let flags = Flags::parse();
        let wrong = |fault: String| -> ! { Flags::command().error(ErrorKind::WrongNumberOfValues, fault).exit() };
        let recipient = (!flags.to.is_empty())
            .then(|| recipient::of(&flags.to).unwrap_or_else(|fault| wrong(format!("--to: {fault}"))));
        let shared = (!flags.redis.is_empty()).then(|| Shared::new(flags.redis).unwrap_or_else(|fault| wrong(fault)));
        let limits = Limits {
            max_attempts: flags.max_attempts.unwrap_or_default(),
            timeout: flags.timeout.unwrap_or_default(),
            code_length: flags.code_length.unwrap_or_default(),
        };
        Self {
            recipient,
            plan: flags.plan,
            limits,
            cooldown: Duration::from_secs(flags.cooldown.into()),
            locale: flags.locale,
            brand: flags.brand,
            shared,
            smtp: flags.smtp,
            from: flags.from,
        }
    }
}

/// Proves that somebody holds a phone number or an email address, in one terminal: messages are shown instead of sent.
#[derive(Debug, Parser)]
#[command(name = "countersign-quickstart", after_help = AFTER_HELP)]
struct Flags {
    /// A phone number or an email address; twice for both. Asked for if missing
    #[arg(long, value_name = "ADDRESS", value_parser = |text: &str| Address::parse(text.trim()))]
    to: Vec<Address>,
    /// Steps in failover order, of whatsapp,sms,email [default: those that reach the addresses]
    #[arg(long, value_name = "STEPS", value_enum, hide_possible_values = true, value_delimiter = ',')]
    plan: Vec<Way>,
    /// Seconds until the code expires: 30 to 3600 [default: 600]
    #[arg(long, value_name = "SECONDS", value_parser = |text: &str| bounded(text, Timeout::from_secs))]
    timeout: Option<Timeout>,
    /// Wrong codes until the verification fails: 1 to 10 [default: 3]
    #[arg(long, value_name = "CODES", value_parser = |text: &str| bounded(text, MaxAttempts::new))]
    max_attempts: Option<MaxAttempts>,
    /// Digits of the code: 6 to 12 [default: 6]
    #[arg(long, value_name = "DIGITS", value_parser = |text: &str| bounded(text, CodeLength::new))]
    code_length: Option<CodeLength>,
    /// Seconds between a message and a resend; 30 in an engine of your own, less here, lest it be boring
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    cooldown: u32,
    /// Language of the messages, as in nl or pt-BR [default: that of the phone number's country]
    #[arg(long, value_name = "TAG")]
    locale: Option<Locale>,
    /// Whom the messages speak for
    #[arg(long, value_name = "NAME", default_value = "Countersign")]
    brand: Brand,
    /// Keep verifications in this Redis, where other terminals find them; once more for each node of a cluster
    #[arg(long, value_name = "URL", env = "REDIS_URL", hide_env_values = true, value_delimiter = ' ')]
    redis: Vec<String>,
    /// Send emails for real, by this server: smtps://user:password@host, smtp://host (STARTTLS), smtp://localhost:2525?tls=none
    #[arg(long, value_name = "URL", env = "SMTP_URL", hide_env_values = true)]
    smtp: Option<String>,
    /// Whom such emails are from; most servers take only addresses of yours
    #[arg(long, value_name = "MAILBOX", default_value = "Countersign quickstart <quickstart@countersign.example>")]
    from: Mailbox,
}

const AFTER_HELP: &str = "\
After the start, type the code, or a command: `help` lists them. Input may be piped:

    printf '+31 6 12345678\\n\\nfail\\n' | cargo run -p countersign-quickstart

Two terminals, of which one starts a verification and the other checks its code: run this in both, give a phone number
in the first, and in the second the id that the first one shows.

    cargo run -p countersign-quickstart -- --redis redis://127.0.0.1/

They need one key to derive codes from: COUNTERSIGN_KEY in the environment, 64 hexadecimal digits (`openssl rand -hex 32`).
Without it they take a demonstration key, which everybody knows. REDIS_URL takes several nodes with a space between them.

Exit codes: 0 after a verification, however it ended, and when you left one with `quit` or the end of the input;
1 when the input ended before one started, or something broke; 2 for bad flags, or a Redis that will not do.";

/// A number that the library accepts.
fn bounded<N, T>(text: &str, of: impl Fn(N) -> Result<T, OutOfRange>) -> Result<T, String>
where
    N: FromStr<Err = ParseIntError>,
{
    let number = text.parse().map_err(|error: ParseIntError| error.to_string())?;
    of(number).map_err(|error| error.to_string())
}
