//! How far a send has come: what is known when it fails depends on nothing else.

use std::fmt;

/// What a send waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Another send to give back its connection.
    Queue,
    /// A connection, and for implicit TLS also its greeting and the answer to `EHLO`.
    Connect,
    /// The greeting and the answer to `EHLO`.
    Hello,
    /// The answer to `STARTTLS`, the handshake, and the answer to the second `EHLO`.
    StartTls,
    /// The answer to `AUTH`.
    Auth,
    /// The answer to `MAIL`.
    Mail,
    /// The answer to `RCPT`.
    Rcpt,
    /// The answer to `DATA`.
    Data,
    /// The answer to the message itself.
    Message,
}

impl Phase {
    /// Whether the server may have the whole message although it did not say so.
    pub(crate) const fn message_may_have_arrived(self) -> bool {
        matches!(self, Self::Message)
    }

    /// Whether TLS begins in it.
    pub(crate) const fn has_handshake(self) -> bool {
        matches!(self, Self::Connect | Self::StartTls)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queue => "queue",
            Self::Connect => "connect",
            Self::Hello => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Message => "message",
        })
    }
}
