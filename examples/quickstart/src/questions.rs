use std::io;

use countersign::Recipient;

use crate::console::Console;
use crate::plan::{self, Way};
use crate::recipient;

const WHO: &str = "Whom shall we reach? A phone number (+31 6 …), an email address, or both with a comma.";

/// Asks until the answer is an address; none at the end of the input.
pub(crate) fn ask_recipient(console: &Console) -> io::Result<Option<Recipient>> {
    ask(console, WHO, recipient::parse)
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
