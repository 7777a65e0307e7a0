//! Retries of a command: when to try again, and what is known of it when no try succeeds.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use countersign::store::StoreError;
use redis::{ErrorKind, RedisError, Value};
use tokio::time::{Instant, sleep, timeout_at};

/// A try that failed.
pub(crate) struct Failure {
    error: RedisError,
    outcome: WriteOutcome,
}

/// Whether Redis executed the command of a failed try.
#[derive(Clone, Copy)]
enum WriteOutcome {
    NotSent,
    /// Unknown, unless the error says otherwise.
    Unknown,
    /// The error speaks of the last try only: the client may have tried before.
    UnknownBefore,
    Executed,
}

impl Failure {
    /// The command was not sent.
    pub(crate) const fn before_it_was_sent(error: RedisError) -> Self {
        Self { error, outcome: WriteOutcome::NotSent }
    }

    /// The command was sent, and may have been executed unless the error says otherwise.
    pub(crate) const fn after_it_was_sent(error: RedisError) -> Self {
        Self { error, outcome: WriteOutcome::Unknown }
    }

    /// The same after retries by the client itself: the error speaks of the last try only.
    pub(crate) const fn after_it_was_sent_again(error: RedisError) -> Self {
        Self { error, outcome: WriteOutcome::UnknownBefore }
    }

    /// The command was executed, and then something failed.
    pub(crate) const fn after_it_was_done(error: RedisError) -> Self {
        Self { error, outcome: WriteOutcome::Executed }
    }

    pub(crate) const fn error(&self) -> &RedisError {
        &self.error
    }

    pub(crate) fn into_error(self) -> RedisError {
        self.error
    }

    /// Whether the server of the command's key is away: it cannot be reached, or its cluster serves the slot by none.
    pub(crate) fn is_of_absent_server(&self) -> bool {
        matches!(self.outcome, WriteOutcome::NotSent) || self.error.code() == Some("CLUSTERDOWN")
    }
}

/// A value that Redis returned.
pub(crate) struct Reply {
    pub(crate) value: Value,
    /// Whether an earlier try may have been executed, too.
    pub(crate) repeated: bool,
}

/// The retries of one command: the time left, and whether an earlier try may have been executed.
///
/// Every command may be sent twice: scripts recognize a write that they made.
pub(crate) struct RetryState {
    timeout: Duration,
    /// No try begins after it.
    deadline: Instant,
    /// None before the first retry.
    backoff: Option<ExponentialBackoff>,
    /// Whether there was a try.
    began: bool,
    /// Whether a failed try may have been executed.
    unknown: bool,
}

/// What an error means for the next try.
enum ErrorClass {
    /// Redis did not execute the command, and may do so soon.
    Transient,
    /// Redis did not execute the command, and will not: what to do about it.
    Permanent(&'static str),
    /// There was no reply.
    NoReply,
    /// An error that this program does not know.
    Unrecognized,
}

impl RetryState {
    /// For a command with that timeout: tries begin within twice that time.
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, deadline: Instant::now() + timeout * 2, backoff: None, began: false, unknown: false }
    }

    /// Awaits one try, for as long as a reply may take. The first try needs no limit of its own: connecting and replies
    /// have one.
    pub(crate) async fn attempt<T>(&mut self, tried: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        if !std::mem::replace(&mut self.began, true) {
            return tried.await;
        }
        timeout_at(self.deadline + self.timeout, tried)
            .await
            .unwrap_or_else(|_| Err(Failure::after_it_was_sent(timed_out())))
    }

    /// Returns whether a failed try may have been executed.
    pub(crate) const fn may_have_repeated(&self) -> bool {
        self.unknown
    }

    /// Waits for the next try.
    ///
    /// # Errors
    /// When there is none: what is known of the command.
    pub(crate) async fn next_delay(&mut self, failure: Failure) -> Result<(), StoreError> {
        let class = classify(&failure.error);
        self.unknown |= match failure.outcome {
            WriteOutcome::NotSent => false,
            WriteOutcome::Unknown => matches!(class, ErrorClass::NoReply | ErrorClass::Unrecognized),
            // A repeated write is recognized also when memory is full.
            WriteOutcome::UnknownBefore => {
                !matches!(failure.error.code(), Some("OOM" | "NOAUTH" | "NOPERM" | "WRONGPASS"))
            }
            WriteOutcome::Executed => true,
        };
        let delay = match class {
            ErrorClass::Transient | ErrorClass::NoReply => {
                let backoff = self.backoff.get_or_insert_with(backoff);
                backoff.next().filter(|delay| Instant::now() + *delay < self.deadline)
            }
            ErrorClass::Permanent(_) | ErrorClass::Unrecognized => None,
        };
        match delay {
            Some(delay) => {
                sleep(delay).await;
                Ok(())
            }
            None => Err(self.store_error(&class, failure.error)),
        }
    }

    /// Returns what is known of the command when it is not tried again.
    pub(crate) fn give_up(self, failure: Failure) -> StoreError {
        self.store_error(&classify(&failure.error), failure.error)
    }

    fn store_error(&self, class: &ErrorClass, error: RedisError) -> StoreError {
        let reason = match (class, error.code()) {
            (ErrorClass::Permanent(advice), code) => {
                format!("Redis replied {}: {advice}", code.unwrap_or_else(|| error.category()))
            }
            (_, Some(code)) => format!("Redis replied {code}"),
            (_, None) if error.is_timeout() => "Redis did not reply in time".to_owned(),
            (_, None) if error.is_io_error() => "the connection to Redis failed".to_owned(),
            (_, None) => format!("Redis client: {}", error.category()),
        };
        let store_error = if self.unknown { StoreError::unavailable(reason) } else { StoreError::not_done(reason) };
        store_error.with_source(error)
    }
}

fn backoff() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(5))
        .with_max_delay(Duration::from_millis(100))
        .without_max_times()
        .with_jitter()
        .build()
}

/// The client's error for a reply that did not come in time.
pub(crate) fn timed_out() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

fn classify(error: &RedisError) -> ErrorClass {
    if error.kind() == ErrorKind::AuthenticationFailed {
        return ErrorClass::Permanent("check the user and the password");
    }
    match error.code() {
        Some("LOADING" | "BUSY" | "READONLY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" | "MOVED" | "ASK") => {
            ErrorClass::Transient
        }
        Some("OOM") => ErrorClass::Permanent("raise maxmemory, or keep records for less time"),
        Some("NOREPLICAS") => ErrorClass::Permanent("it has fewer replicas than its min-replicas-to-write"),
        Some("MISCONF") => ErrorClass::Permanent("it cannot write to its disk; check its log"),
        Some("NOPERM") => ErrorClass::Permanent("grant its user the permissions that the store's documentation lists"),
        Some("NOAUTH" | "WRONGPASS") => ErrorClass::Permanent("check the user and the password"),
        Some(_) => ErrorClass::Unrecognized,
        // Sentinels that know no master may soon; a cluster's node may be back.
        None if error.kind() == ErrorKind::InvalidClientConfig => ErrorClass::Unrecognized,
        None => ErrorClass::NoReply,
    }
}

/// Redis returned a value of another type than the command returns.
pub(crate) fn unexpected_reply() -> StoreError {
    StoreError::unavailable("Redis returned a value of an unexpected type")
}
