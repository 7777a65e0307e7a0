use std::io::{self, BufRead as _, IsTerminal as _};

use crate::terminal::{Terminal, Tone};

/// Where lines come from: a keyboard or a pipe.
#[derive(Debug)]
pub(crate) struct Console {
    terminal: Terminal,
    typed: bool,
}

const PROMPT: &str = "› ";

impl Console {
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self { terminal, typed: io::stdin().is_terminal() }
    }

    pub(crate) const fn terminal(&self) -> Terminal {
        self.terminal
    }

    /// The answer to a question; none at the end of the input.
    pub(crate) fn ask(&self, question: &str) -> io::Result<Option<String>> {
        self.terminal.say(Tone::Plain, "");
        self.terminal.say(Tone::Plain, question);
        self.read()
    }

    /// The next line, trimmed; none at the end of the input.
    ///
    /// What comes through a pipe is shown too, so that the output reads as if somebody had typed it.
    pub(crate) fn read(&self) -> io::Result<Option<String>> {
        if self.typed {
            self.terminal.begin(PROMPT);
        }
        let mut line = Vec::new();
        let ended = io::stdin().lock().read_until(b'\n', &mut line)? == 0;
        // Bytes that are no text become a character that no address, plan or code has.
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        match (self.typed, ended) {
            (true, true) => self.terminal.say(Tone::Plain, ""),
            (false, false) => self.terminal.say(Tone::Plain, format!("{PROMPT}{line}").trim_end()),
            (true, false) | (false, true) => {}
        }
        Ok((!ended).then_some(line))
    }
}
