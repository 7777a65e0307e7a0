use std::io;

use countersign::{IdError, Recipient, VerificationId};

use crate::console::Console;
use crate::plan::{self, Way};
use crate::recipient;

const WHO: &str = "Whom shall we reach? A phone number (+31 6 …), an email address, or both with a comma.";

const OR_WHICH: &str = "Or the id of a verification that another terminal started, to go on with it here.";

/// What a session is about.
#[derive(Debug)]
pub(crate) enum Whom {
    /// Somebody to be verified.
    New(Recipient),
    /// Somebody whose verification another terminal started.
    Started(VerificationId),
}

/// Asks until the answer is an address, or an id where verifications are shared; none at the end of the input.
pub(crate) fn ask_whom(console: &Console, shared: bool) -> io::Result<Option<Whom>> {
    if shared { ask(console, &format!("{WHO}\n{OR_WHICH}"), parse_whom) } else { ask(console, WHO, parse_new) }
}

fn parse_whom(line: &str) -> Result<Whom, String> {
    match line.parse() {
        Ok(id) => Ok(Whom::Started(id)),
        Err(error @ IdError::NotAVerification) => Err(error.to_string()),
        Err(_) => parse_new(line),
    }
}

fn parse_new(line: &str) -> Result<Whom, String> {
    recipient::parse(line).map(Whom::New)
}

/// Asks until the answer is a plan, or empty for the usual one; none at the end of the input.
pub(crate) fn ask_plan(console: &Console, recipient: &Recipient) -> io::Result<Option<Vec<Way>>> {
    let usual = plan::default_for(recipient);
    let question = format!("By which steps, the first one first? Enter takes {}.", plan::format(&usual));
    let answer = ask(console, &question, plan::parse)?;
    Ok(answer.map(|plan| if plan.is_empty() { usual } else { plan }))
}

fn ask<T>(console: &Console, question: &str, parse: fn(&str) -> Result<T, String>) -> io::Result<Option<T>> {
    let mut line = console.ask(question)?;
    while let Some(answer) = line {
        match parse(&answer) {
            Ok(parsed) => return Ok(Some(parsed)),
            Err(fault) => console.terminal().complain(&fault),
        }
        line = console.read()?;
    }
    Ok(None)
}
