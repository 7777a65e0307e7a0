use std::fmt;

use super::ComposeError;

/// Where in an email something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The sender's address.
    Sender,
    /// The name that stands before the sender's address.
    SenderName,
    /// The recipient's address.
    Recipient,
    /// The subject.
    Subject,
    /// The language tag.
    Language,
    /// The plain text.
    Text,
    /// The HTML.
    Html,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sender => "sender's address",
            Self::SenderName => "sender's name",
            Self::Recipient => "recipient's address",
            Self::Subject => "subject",
            Self::Language => "language",
            Self::Text => "text",
            Self::Html => "HTML",
        })
    }
}

/// Lets through what stays one line, whoever reads it.
pub(super) fn line(text: &str, part: Part) -> Result<(), ComposeError> {
    if text.contains(breaks) { Err(ComposeError::ControlCharacter(part)) } else { Ok(()) }
}

/// Lets through text in lines.
pub(super) fn lines(text: &str, part: Part) -> Result<(), ComposeError> {
    if text.contains(|c| breaks(c) && c != '\n') { Err(ComposeError::ControlCharacter(part)) } else { Ok(()) }
}

/// A control character, or one of Unicode's own line ends.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests;
