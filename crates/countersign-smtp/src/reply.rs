//! What a failure tells: whether the server has the message, and what may be said about it.
//!
//! Details are made of reply codes and of our own words. A server's text never gets in: it may repeat the address, and
//! a filter's reply may repeat the code.

use std::error::Error as _;
use std::io;

use countersign::SendError;
use lettre::transport::smtp::Error;

use crate::phase::Phase;

/// The server said no, or the connection broke.
pub(crate) fn failure(error: &Error, phase: Phase) -> SendError {
    let Some(code) = error.status() else { return broken(phase, what_broke(error, phase)) };
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let detail = Some(codes(u16::from(code), &text));
    if error.is_permanent() { SendError::Refused { detail } } else { SendError::NotSent { retry_after: None, detail } }
}

/// No answer in time.
pub(crate) fn timed_out(phase: Phase) -> SendError {
    broken(phase, "no answer in time")
}

/// No answer that means anything: the server has the message for sure only if it said so, and lacks it for sure only if
/// it cannot have got it.
pub(crate) fn broken(phase: Phase, what: &str) -> SendError {
    let detail = Some(format!("{what} ({phase})"));
    if phase.message_may_have_arrived() {
        SendError::Unknown { detail }
    } else {
        SendError::NotSent { retry_after: None, detail }
    }
}

/// Words of ours for a connection that did not come about.
pub(crate) fn what_failed(error: &io::Error, phase: Phase) -> &'static str {
    let kind = error.kind();
    let lost = [
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
    ];
    if lost.contains(&kind) {
        "connection lost"
    } else if kind == io::ErrorKind::ConnectionRefused {
        "connection refused"
    } else if kind == io::ErrorKind::TimedOut {
        "no answer in time"
    } else if kind == io::ErrorKind::InvalidData {
        // rustls says so of a certificate or a handshake that it does not accept, and lettre of text that is not UTF-8.
        if phase.has_handshake() { "TLS failed" } else { "no readable reply" }
    } else {
        "connection failed"
    }
}

fn what_broke(error: &Error, phase: Phase) -> &'static str {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            return what_failed(error, phase);
        }
        source = cause.source();
    }
    // An end of the stream is one of these to lettre.
    if error.is_response() { "no readable reply" } else { "connection failed" }
}

/// The reply code, and the enhanced status code if the text begins with one that belongs to it (RFC 2034, section 4).
fn codes(code: u16, text: &str) -> String {
    match text.split_ascii_whitespace().next().filter(|word| is_enhanced(word, code)) {
        Some(enhanced) => format!("{code} {enhanced}"),
        None => code.to_string(),
    }
}

/// `class.subject.detail`, with the class of the reply and one of the eight subjects that exist (RFC 3463): text that
/// merely looks alike is not let through.
fn is_enhanced(word: &str, code: u16) -> bool {
    let mut numbers = word.split('.');
    let (class, subject, detail) = (numbers.next(), numbers.next(), numbers.next());
    let of_reply = class.is_some_and(|class| class == (code / 100).to_string());
    let known = subject.is_some_and(|subject| matches!(subject.as_bytes(), [b'0'..=b'7']));
    let short = detail.is_some_and(|it| (1..=3).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_digit()));
    of_reply && known && short && numbers.next().is_none()
}

#[cfg(test)]
mod tests;
