use std::error::Error;
use std::process::ExitCode;

use countersign::{Engine, EngineError, Recipient, StartRequest, Verification, WorkspaceId};
use uuid::Uuid;

use crate::clock::DemoClock;
use crate::console::Console;
use crate::options::Options;
use crate::plan;
use crate::play::play;
use crate::questions::{Whom, ask_plan, ask_whom};
use crate::terminal::{Terminal, Tone};

/// Whose verifications these are: one for each customer, say, or one for all.
pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(0xc0de_0000_0000_4000_8000_0000_0000_0000));

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The verification ended, or the person left.
    Done,
    /// The input ended before a verification started.
    NotStarted,
    /// The flags do not go together, or lead nowhere.
    BadFlags,
}

impl Outcome {
    pub(crate) fn exit_code(self) -> ExitCode {
        match self {
            Self::Done => ExitCode::SUCCESS,
            Self::NotStarted => ExitCode::FAILURE,
            Self::BadFlags => ExitCode::from(2),
        }
    }
}

/// Starts a verification, or finds one that another terminal started, and plays it to its end.
pub(crate) async fn run(
    engine: &Engine,
    clock: &DemoClock,
    options: &Options,
    console: Console,
) -> Result<Outcome, Box<dyn Error>> {
    introduce(console.terminal(), options);
    match begin(engine, options, &console).await? {
        Ok(verification) => {
            play(engine, clock, &console, &verification, options.shared.is_some()).await?;
            Ok(Outcome::Done)
        }
        Err(outcome) => Ok(outcome),
    }
}

/// Asks what the flags left open until there is a verification, or no use in asking.
async fn begin(
    engine: &Engine,
    options: &Options,
    console: &Console,
) -> Result<Result<Verification, Outcome>, Box<dyn Error>> {
    let terminal = console.terminal();
    if let Some(given) = &options.recipient {
        return start(engine, options, console, given.clone()).await;
    }
    loop {
        match ask_whom(console, options.shared.is_some())? {
            Some(Whom::New(recipient)) => return start(engine, options, console, recipient).await,
            Some(Whom::Started(id)) => match engine.get(WORKSPACE, id).await {
                Ok(verification) => return Ok(Ok(verification)),
                Err(EngineError::NotFound) => terminal.complain("no such verification in this Redis: check the id"),
                Err(error) if error.retry_after().is_some() => terminal.complain(&error.to_string()),
                Err(error) => return Err(error.into()),
            },
            None => return Ok(Err(not_started(terminal))),
        }
    }
}

async fn start(
    engine: &Engine,
    options: &Options,
    console: &Console,
    recipient: Recipient,
) -> Result<Result<Verification, Outcome>, Box<dyn Error>> {
    let terminal = console.terminal();
    let mut plan = match &options.recipient {
        Some(_) if options.plan.is_empty() => plan::default_for(&recipient),
        Some(_) | None => options.plan.clone(),
    };
    loop {
        if plan.is_empty() {
            let Some(answer) = ask_plan(console, &recipient)? else { return Ok(Err(not_started(terminal))) };
            plan = answer;
        }
        let mut request = StartRequest::new(recipient.clone()).limits(options.limits);
        if let Some(locale) = &options.locale {
            request = request.locale(locale.clone());
        }
        let request = plan.drain(..).fold(request, |request, way| request.step(way.step()));
        match engine.start(WORKSPACE, request).await {
            Ok(verification) => {
                if options.shared.is_some() {
                    let line = format!("Another terminal can go on with it by its id: {}", verification.id());
                    terminal.say(Tone::Plain, "");
                    terminal.say(Tone::Notice, &line);
                }
                return Ok(Ok(verification));
            }
            Err(EngineError::InvalidPlan(invalid)) => {
                invalid.faults().iter().for_each(|fault| terminal.complain(&fault.to_string()));
                // Nobody is there to ask when everything came by flags.
                if options.recipient.is_some() {
                    return Ok(Err(Outcome::BadFlags));
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn introduce(terminal: Terminal, options: &Options) {
    terminal.say(Tone::Plain, "Countersign: does this person hold this phone number or email address?");
    let line = match (&options.shared, &options.smtp) {
        (None, None) => "Nothing leaves this terminal: messages are shown here instead of sent.",
        (None, Some(_)) => "Emails are sent for real. All other messages are shown here instead of sent.",
        (Some(_), None) => "Verifications are kept in Redis. A message is shown in the terminal that sends it.",
        (Some(_), Some(_)) => {
            "Verifications are kept in Redis. Emails are sent for real, others shown in the terminal that sends them."
        }
    };
    terminal.say(Tone::Quiet, line);
    if options.shared.as_ref().is_some_and(|shared| shared.is_demonstration) {
        terminal.say(Tone::Notice, DEMONSTRATION);
    }
}

const DEMONSTRATION: &str = "\
Codes come from a demonstration key that everybody knows. For a key of your own,
set COUNTERSIGN_KEY in every terminal to the same output of `openssl rand -hex 32`.";

fn not_started(terminal: Terminal) -> Outcome {
    terminal.say(Tone::Plain, "The input has ended: leaving. No verification was started.");
    Outcome::NotStarted
}
