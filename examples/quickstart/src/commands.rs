use std::time::Duration;

use countersign::{StepIndex, SubmittedCode};

const MOVES: &str = "  482 913          the code: its digits, with spaces or hyphens if you like
  resend [step]    send the same code again, on the current step unless you name one
  failover [step]  go to another step, the next one unless you name one
  fail             the carrier reports: the latest message did not arrive
  deliver          the carrier reports: the latest message arrived
  cancel           take the verification back";

const TIME: &str = "
  wait <seconds>   put this program's clock forward
  expire           put it forward to the end of the code";

/// What `help` shows; less where verifications are shared.
pub(crate) fn help(shared: bool) -> String {
    let (time, show) = if shared { ("", ", with what other terminals did") } else { (TIME, "") };
    format!("{MOVES}{time}\n  show             show the table again{show}\n  quit             leave")
}

/// What a person may type once a verification has started.
#[derive(Debug)]
pub(crate) enum Command {
    Code(SubmittedCode),
    Resend(Option<StepIndex>),
    Failover(Option<StepIndex>),
    Fail,
    Deliver,
    Wait(Duration),
    Expire,
    Cancel,
    Show,
    Help,
    Quit,
}

impl Command {
    /// Reads a line.
    ///
    /// Where verifications are shared nobody skips time: what this terminal would write, a cooldown or an end, would lie in
    /// the future of the others.
    pub(crate) fn parse(line: &str, shared: bool) -> Result<Self, String> {
        // Whatever begins like a number is meant as a code; the library knows the digits of every script.
        if line.starts_with(char::is_numeric) {
            return SubmittedCode::parse(line).map(Self::Code).map_err(|error| error.to_string());
        }
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or_default().to_ascii_lowercase();
        let argument = words.next();
        if words.next().is_some() {
            return Err(format!("`{verb}` with so many words is no command: type help"));
        }
        match (verb.as_str(), argument) {
            ("resend", step) => Ok(Self::Resend(step.map(parse_step).transpose()?)),
            ("failover", step) => Ok(Self::Failover(step.map(parse_step).transpose()?)),
            ("wait" | "expire", _) if shared => Err(NO_SKIPPING.into()),
            ("wait", Some(seconds)) => {
                let seconds = seconds.parse::<u32>().map_err(|_| WAIT)?;
                Ok(Self::Wait(Duration::from_secs(seconds.into())))
            }
            ("wait", None) => Err(WAIT.into()),
            ("fail", None) => Ok(Self::Fail),
            ("deliver", None) => Ok(Self::Deliver),
            ("expire", None) => Ok(Self::Expire),
            ("cancel", None) => Ok(Self::Cancel),
            ("show", None) => Ok(Self::Show),
            ("help" | "?", None) => Ok(Self::Help),
            ("quit" | "exit", None) => Ok(Self::Quit),
            (_, None) => Err(format!("`{verb}` is neither a code nor a command: type help")),
            (_, Some(_)) => Err(format!("`{line}` is neither a code nor a command: type help")),
        }
    }
}

const WAIT: &str = "wait how long? Write seconds, as in `wait 30`";

const NO_SKIPPING: &str =
    "with --redis time passes by itself, the same for all terminals; `--timeout 30` makes it short";

fn parse_step(word: &str) -> Result<StepIndex, String> {
    word.parse()
        .map(StepIndex::new)
        .map_err(|_| format!("`{word}` is no step: write its number from the table, as in `resend 0`"))
}
