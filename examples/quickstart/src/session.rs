use std::error::Error;
use std::process::ExitCode;

use countersign::{Engine, EngineError, Request, Timestamp, Verification, VerificationStatus, WorkspaceId};
use uuid::Uuid;

use crate::clock::DemoClock;
use crate::commands::Command;
use crate::console::Console;
use crate::moves::Moves;
use crate::options::Options;
use crate::plan;
use crate::questions::{ask_plan, ask_recipient};
use crate::table;
use crate::terminal::{Terminal, Tone};

/// Whose verifications these are: one for each customer, say, or one for all.
pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(0xc0de_0000_0000_4000_8000_0000_0000_0000));

const HINT: &str = "\
Type the code from the message. Or see what happens when …
  the carrier reports           fail, deliver
  time goes by                  wait 30, expire
  your program asks for more    resend, failover, cancel
Besides: show, help, quit.
";

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The verification ended, or the person left.
    Done,
    /// The input ended before a verification started.
    NotStarted,
    /// The flags do not go together.
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

/// Asks what the flags left open, starts a verification, and plays it to its end.
pub(crate) async fn run(
    engine: &Engine,
    clock: &DemoClock,
    options: &Options,
    console: Console,
) -> Result<Outcome, Box<dyn Error>> {
    let terminal = console.terminal();
    terminal.say(Tone::Plain, "Countersign: does this person hold this phone number or email address?");
    terminal.say(
        Tone::Quiet,
        match options.smtp {
            Some(_) => "Emails are sent for real. All other messages are shown here instead of sent.",
            None => "Nothing leaves this terminal: messages are shown here instead of sent.",
        },
    );

    let recipient = match &options.recipient {
        Some(given) => Some(given.clone()),
        None => ask_recipient(&console)?,
    };
    let Some(recipient) = recipient else { return Ok(not_started(terminal)) };
    let mut plan = match &options.recipient {
        Some(_) if options.plan.is_empty() => plan::default_for(&recipient),
        Some(_) | None => options.plan.clone(),
    };
    loop {
        if plan.is_empty() {
            let Some(answer) = ask_plan(&console, &recipient)? else { return Ok(not_started(terminal)) };
            plan = answer;
        }
        let mut request = Request::new(recipient.clone()).limits(options.limits);
        if let Some(locale) = &options.locale {
            request = request.locale(locale.clone());
        }
        let request = plan.drain(..).fold(request, |request, way| request.step(way.step()));
        match engine.start(WORKSPACE, request).await {
            Ok(verification) => {
                play(engine, clock, &console, &verification).await?;
                return Ok(Outcome::Done);
            }
            Err(EngineError::Invalid(invalid)) => {
                for (path, faults) in invalid.faults() {
                    faults.for_each(|fault| terminal.complain(&format!("{path}: {fault}")));
                }
                // Nobody is there to ask when everything came by flags.
                if options.recipient.is_some() {
                    return Ok(Outcome::BadFlags);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Takes codes and commands until the verification has ended or the person leaves.
async fn play(
    engine: &Engine,
    clock: &DemoClock,
    console: &Console,
    started: &Verification,
) -> Result<(), Box<dyn Error>> {
    let terminal = console.terminal();
    let moves = Moves { engine, clock, terminal, id: started.id() };
    table::show(terminal, started, engine.now());
    terminal.say(Tone::Plain, HINT);
    loop {
        let Some(line) = console.read()? else {
            terminal.say(Tone::Plain, "The input has ended: leaving. The verification was still open.");
            return Ok(());
        };
        if line.is_empty() {
            continue;
        }
        match Command::parse(&line) {
            Ok(Command::Quit) => {
                terminal.say(Tone::Plain, "Bye. The verification was still open.");
                return Ok(());
            }
            Ok(command) => {
                let verification = moves.make(command).await?;
                if verification.status(engine.now()).is_final() {
                    say_the_end(terminal, &verification, engine.now());
                    return Ok(());
                }
            }
            Err(complaint) => terminal.complain(&complaint),
        }
    }
}

fn say_the_end(terminal: Terminal, verification: &Verification, now: Timestamp) {
    let (tone, line) = match verification.status(now) {
        VerificationStatus::Verified => {
            let attempt =
                verification.credited().and_then(|(number, _)| verification.attempts().get(usize::from(number)));
            let address = attempt.and_then(|attempt| verification.address_of(attempt.step()));
            let address = address.map(|address| address.masked()).unwrap_or_default();
            (Tone::Good, format!("✓ Verified: this person holds {address}."))
        }
        VerificationStatus::Failed => (Tone::Bad, "✗ Failed: from now on the right code is refused too.".into()),
        VerificationStatus::Expired => (Tone::Bad, "✗ Expired: from now on the right code is refused too.".into()),
        VerificationStatus::Canceled => (Tone::Bad, "✗ Canceled: the code is worth nothing now.".into()),
        VerificationStatus::Accepted | VerificationStatus::Pending | _ => return,
    };
    terminal.say(tone, &line);
    terminal.say(Tone::Quiet, "How it is done: examples/quickstart/src. More to try: --help.");
}

fn not_started(terminal: Terminal) -> Outcome {
    terminal.say(Tone::Plain, "The input has ended: leaving. No verification was started.");
    Outcome::NotStarted
}
