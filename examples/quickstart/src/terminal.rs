use std::io::{self, IsTerminal as _, Write as _};

use crate::text;

/// Where everything is shown; in colours if a person is looking and has not asked for none (<https://no-color.org>).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    colours: bool,
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Quiet,
    Good,
    Notice,
    Bad,
}

/// Columns of text inside a bubble.
const BUBBLE: usize = 50;

impl Terminal {
    pub(crate) fn new() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colours: io::stdout().is_terminal() && !unwanted }
    }

    /// One line. If nobody reads it any more, nobody misses it.
    pub(crate) fn say(self, tone: Tone, line: &str) {
        let _ = writeln!(io::stdout(), "{}", self.paint(tone, line));
    }

    /// What was wrong, as a sentence.
    pub(crate) fn complain(self, fault: &str) {
        self.say(Tone::Bad, &format!("✗ {}", text::sentence(fault)));
    }

    /// The beginning of a line, to be ended by what is typed.
    pub(crate) fn begin(self, text: &str) {
        let _ = write!(io::stdout(), "{text}");
        let _ = io::stdout().flush();
    }

    /// A message as it looks on the screen of whoever gets it.
    pub(crate) fn bubble(self, title: &str, message: &str, note: &str) {
        let title: String = title.chars().take(BUBBLE - 2).collect();
        let above = "─".repeat(BUBBLE - title.chars().count() - 1);
        let below = "─".repeat(BUBBLE - note.chars().count() - 1);
        self.say(Tone::Plain, "");
        self.say(Tone::Notice, &format!("  ╭─ {title} {above}╮"));
        for line in text::wrapped(message, BUBBLE) {
            let edge = self.paint(Tone::Notice, "│");
            self.say(Tone::Plain, &format!("  {edge} {line:BUBBLE$} {edge}"));
        }
        self.say(Tone::Notice, &format!("  ╰{below} {note} ─╯"));
    }

    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let colour = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Quiet => "2",
            Tone::Good => "32",
            Tone::Notice => "36",
            Tone::Bad => "31",
        };
        if self.colours { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
