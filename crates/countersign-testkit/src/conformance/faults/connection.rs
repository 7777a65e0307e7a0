//! What the author of a store brings to the tests of its failures.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::Store;

/// How the connection between a store and its server fails.
///
/// Requests are counted as the connection carries them, from 1, whatever they ask; those that a client makes when it
/// connects may be counted or not. The rules try several numbers.
// Exhaustive: a connection must not pass over a fault that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFault {
    /// The connection breaks in front of the request of that number from now: the server does not get it.
    RequestLost {
        /// Which request.
        request: usize,
        /// What comes then.
        then: AfterLoss,
    },
    /// The server carries the request of that number from now out, and the connection breaks in front of its answer.
    AnswerLost {
        /// Which request.
        request: usize,
        /// What comes then.
        then: AfterLoss,
    },
    /// From now on the server carries out what it is asked if requests arrive, nothing is answered, and the connection
    /// stays open.
    Silence {
        /// Whether requests arrive.
        requests_arrive: bool,
    },
    /// All connections break now, and no other can be made.
    Refused,
}

/// What comes after a connection broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterLoss {
    /// Another connection is as good as this one was.
    Reconnects,
    /// No other connection can be made.
    Refuses,
}

/// An empty store whose connection a test can break.
///
/// ```text
/// rule ──▶ store() ───── connection ─────▶ server
///   ├────▶ fail(fault) ──────┘               ▲
///   └────▶ witness() ────────────────────────┘
/// ```
#[async_trait]
pub trait FaultyConnection: fmt::Debug + Send + Sync + 'static {
    /// Returns the store under test, always the same. Its timeouts may be shorter than a host's, to make the tests shorter.
    fn store(&self) -> Arc<dyn Store>;

    /// Returns another store over the same data, by a connection that does not fail. Versions of one are versions of the
    /// other.
    fn witness(&self) -> Arc<dyn Store>;

    /// Makes the connection fail so from now on, in place of an earlier fault.
    async fn fail(&self, fault: ConnectionFault);

    /// Takes the fault back: what hangs breaks, and new connections can be made. The store may need some time, and some
    /// failed calls, to notice.
    async fn restore(&self);

    /// Returns the longest that a call to the store takes while its connection fails: 30 s by default.
    fn patience(&self) -> Duration {
        Duration::from_secs(30)
    }
}
