//! Runs the program, types into it and reads what it shows.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

/// Longer than the program ever takes to write its next line, also on a machine that does other work.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Session {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    output: String,
}

pub(crate) struct Ended {
    /// All of it, from the beginning.
    pub(crate) output: String,
    /// What it wrote to standard error.
    pub(crate) errors: String,
    pub(crate) code: i32,
}

/// A session that types all of this, whatever it sees, and then ends the input.
pub(crate) fn played(flags: &[&str], input: &[&str]) -> Ended {
    let mut session = Session::start(flags);
    for line in input {
        session.enter(line);
    }
    session.finish()
}

/// Another code of the same length.
pub(crate) fn other_than(code: &str) -> String {
    let (first, rest) = code.split_at(1);
    format!("{}{rest}", if first == "1" { "2" } else { "1" })
}

impl Session {
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_in(&[], flags)
    }

    /// With these variables in its environment, and none of the other ones that it reads.
    pub(crate) fn start_in(environment: &[(&str, &str)], flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign-quickstart"))
            .args(flags)
            .env_remove("SMTP_URL")
            .env_remove("REDIS_URL")
            .env_remove("COUNTERSIGN_KEY")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let (read, lines) = mpsc::channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| read.send(line)));
        Self { child, input, lines, output: String::new() }
    }

    pub(crate) fn enter(&mut self, line: &str) {
        // It may have left already, because of what it was told before.
        let input = self.input.as_mut().expect("its input is piped");
        let _ = writeln!(input, "{line}");
    }

    /// Reads on to the next line with that in it.
    pub(crate) fn read_until(&mut self, wanted: &str) -> String {
        while let Some(line) = self.next_line() {
            if line.contains(wanted) {
                return line;
            }
        }
        panic!("it never showed {wanted:?}, but:\n{}", self.output);
    }

    /// The next line, or none at the end of the output.
    fn next_line(&mut self) -> Option<String> {
        let line = match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => panic!("it wrote nothing more, only:\n{}", self.output),
        };
        self.output.push_str(&line);
        self.output.push('\n');
        Some(line)
    }

    /// Reads on to the next message with a code, in whatever language, and gives the code.
    pub(crate) fn read_code(&mut self) -> String {
        loop {
            let line = self.read_until("│");
            let mut runs = line.split(|c: char| !c.is_ascii_digit());
            if let Some(code) = runs.find(|run| (6..=12).contains(&run.len())) {
                return code.to_owned();
            }
        }
    }

    /// Ends the input and reads all the rest.
    pub(crate) fn finish(mut self) -> Ended {
        drop(self.input.take());
        while self.next_line().is_some() {}
        let mut errors = String::new();
        let mut stderr = self.child.stderr.take().expect("it is piped");
        stderr.read_to_string(&mut errors).expect("it writes text");
        let code = self.child.wait().expect("it ends").code().expect("nobody killed it");
        Ended { output: self.output, errors, code }
    }
}
