//! How long to go on asking, and what to make of what comes instead of an answer.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use countersign::store::StoreError;
use redis::{ErrorKind, RedisError, Value};
use tokio::time::{Instant, sleep, timeout_at};

/// A try that brought no answer.
pub(crate) struct Miss {
    error: RedisError,
    heard: Heard,
}

#[derive(Clone, Copy)]
enum Heard {
    No,
    Perhaps,
    /// The client may have tried before, and does not say what came of that.
    PerhapsBefore,
    Yes,
}

impl Miss {
    /// Redis cannot have heard of the command.
    pub(crate) const fn before_it_was_sent(error: RedisError) -> Self {
        Self { error, heard: Heard::No }
    }

    /// Redis may have done it, unless it says otherwise.
    pub(crate) const fn after_it_was_sent(error: RedisError) -> Self {
        Self { error, heard: Heard::Perhaps }
    }

    /// The same after tries that the client made by itself: what Redis says speaks of the last of them alone.
    pub(crate) const fn after_it_was_sent_again(error: RedisError) -> Self {
        Self { error, heard: Heard::PerhapsBefore }
    }

    /// Redis did it, and then something went wrong.
    pub(crate) const fn after_it_was_done(error: RedisError) -> Self {
        Self { error, heard: Heard::Yes }
    }

    pub(crate) const fn error(&self) -> &RedisError {
        &self.error
    }
}

/// What Redis answered.
pub(crate) struct Answer {
    pub(crate) value: Value,
    /// Whether it may have been asked before, and have done it then.
    pub(crate) repeated: bool,
}

/// The time that is left for one command, and what its tries left open.
///
/// Whatever this store sends may be sent twice: scripts know a write that they made.
pub(crate) struct Patience {
    answer: Duration,
    /// When no try begins any more.
    deadline: Instant,
    /// Those that are left; none before the first.
    pauses: Option<ExponentialBackoff>,
    /// Whether there was a try.
    began: bool,
    /// Whether a try may have been done although nobody heard of it.
    doubtful: bool,
}

/// What a failed try means for the next.
enum Sense {
    /// Redis did not do it, and may do it in a moment.
    Later,
    /// Redis did not do it, and will not: what to do about that.
    No(&'static str),
    /// No answer came.
    Lost,
    /// It failed in a way that this program does not know.
    Strange,
}

impl Patience {
    /// For commands whose answer takes so long at most: tries begin for twice that time.
    pub(crate) fn new(answer: Duration) -> Self {
        Self { answer, deadline: Instant::now() + answer * 2, pauses: None, began: false, doubtful: false }
    }

    /// One try, which may take as long as an answer may. The first needs no limit: connecting has one, and an answer too.
    pub(crate) async fn spend<T>(&mut self, tried: impl Future<Output = Result<T, Miss>>) -> Result<T, Miss> {
        if !std::mem::replace(&mut self.began, true) {
            return tried.await;
        }
        timeout_at(self.deadline + self.answer, tried)
            .await
            .unwrap_or_else(|_| Err(Miss::after_it_was_sent(timed_out())))
    }

    /// Whether Redis may have been asked before, and have done it then.
    pub(crate) const fn repeats(&self) -> bool {
        self.doubtful
    }

    /// Waits until it makes sense to try again, or says what is known of the command.
    pub(crate) async fn bear(&mut self, miss: Miss) -> Result<(), StoreError> {
        let sense = sense(&miss.error);
        self.doubtful |= match miss.heard {
            Heard::No => false,
            Heard::Perhaps => matches!(sense, Sense::Lost | Sense::Strange),
            // A write that was made before is known to be the same also when memory is full.
            Heard::PerhapsBefore => !matches!(miss.error.code(), Some("OOM" | "NOAUTH" | "NOPERM" | "WRONGPASS")),
            Heard::Yes => true,
        };
        let pause = match sense {
            Sense::Later | Sense::Lost => {
                let pauses = self.pauses.get_or_insert_with(pauses);
                pauses.next().filter(|pause| Instant::now() + *pause < self.deadline)
            }
            Sense::No(_) | Sense::Strange => None,
        };
        match pause {
            Some(pause) => {
                sleep(pause).await;
                Ok(())
            }
            None => Err(self.verdict(&sense, miss.error)),
        }
    }

    fn verdict(&self, sense: &Sense, error: RedisError) -> StoreError {
        let reason = match (sense, error.code()) {
            (Sense::No(advice), code) => format!("Redis says {}: {advice}", code.unwrap_or_else(|| error.category())),
            (_, Some(code)) => format!("Redis says {code}"),
            (_, None) if error.is_timeout() => "Redis did not answer in time".to_owned(),
            (_, None) if error.is_io_error() => "the connection to Redis broke, or could not be made".to_owned(),
            (_, None) => format!("Redis: {}", error.category()),
        };
        let verdict = if self.doubtful { StoreError::unavailable(reason) } else { StoreError::not_done(reason) };
        verdict.with_source(error)
    }
}

fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(5))
        .with_max_delay(Duration::from_millis(100))
        .without_max_times()
        .with_jitter()
        .build()
}

/// What a client says of an answer that did not come.
pub(crate) fn timed_out() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

fn sense(error: &RedisError) -> Sense {
    if error.kind() == ErrorKind::AuthenticationFailed {
        return Sense::No("check the user and the password");
    }
    match error.code() {
        Some("LOADING" | "BUSY" | "READONLY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" | "MOVED" | "ASK") => {
            Sense::Later
        }
        Some("OOM") => Sense::No("its memory is full; raise maxmemory, or keep records for less time"),
        Some("NOREPLICAS") => Sense::No("fewer replicas follow it than its min-replicas-to-write"),
        Some("MISCONF") => Sense::No("it cannot write to its disk"),
        Some("NOPERM") => Sense::No("give its user the commands and keys that the store's documentation lists"),
        Some("NOAUTH" | "WRONGPASS") => Sense::No("check the user and the password"),
        Some(_) => Sense::Strange,
        // Sentinels that know no master may soon; a cluster's node may be back.
        None if error.kind() == ErrorKind::InvalidClientConfig => Sense::Strange,
        None => Sense::Lost,
    }
}

/// Redis answered what no version of it should.
pub(crate) fn senseless() -> StoreError {
    StoreError::unavailable("an answer of another kind than was asked for")
}
