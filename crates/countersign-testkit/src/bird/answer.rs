use std::time::Duration;

use serde_json::Value;

/// How one request is answered instead of as usual.
///
/// A scripted answer comes after the access key and the path were looked at, and before the body is, unless the message
/// is to be kept: then a request that is refused anyway is refused as usual.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ScriptedAnswer {
    /// As usual: to let some requests pass in between.
    Usual,
    /// That status with an error in Bird's form; the message is lost.
    Status(u16),
    /// That status with that body; the message is lost.
    Json(u16, Value),
    /// That status with a text that is no JSON, as gateways have it; the message is lost.
    Text(u16, String),
    /// That status with `Retry-After` in seconds; the message is lost. Bird documents no such header, but what stands
    /// in front of it may send one.
    RetryAfter(u16, u64),
    /// Nothing, for as long as the caller waits.
    Hang(Taken),
    /// The connection is reset once the request was read.
    Reset(Taken),
    /// The connection is reset in the middle of the answer to a message that was kept.
    BreakOff,
    /// The usual answer, so much later: for callers whose patience is shorter or longer than that.
    Slow(Duration),
    /// `202` and something that is no JSON, for a message that was kept.
    Garbage,
    /// `202` and 64 MiB of JSON without a length, for a message that was kept.
    Huge,
}

/// Whether Bird has a message that it did not answer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It has, and its life goes on.
    Kept,
    /// It has not.
    Lost,
}
