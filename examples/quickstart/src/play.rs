use std::error::Error;

use countersign::{Engine, Timestamp, Verification, VerificationStatus};

use crate::clock::DemoClock;
use crate::commands::Command;
use crate::console::Console;
use crate::moves::Moves;
use crate::session::WORKSPACE;
use crate::table;
use crate::terminal::{Terminal, Tone};

const HINT: &str = "\
Type the code from the message. Or see what happens when …
  the carrier reports           fail, deliver";
const TIME: &str = "
  time goes by                  wait 30, expire";
const OTHERS: &str = "
  another terminal did things   show";
const REST: &str = "
  your program asks for more    resend, failover, cancel
Besides: show, help, quit.
";

/// Takes codes and commands until the verification has ended or the person leaves.
pub(crate) async fn play(
    engine: &Engine,
    clock: &DemoClock,
    console: &Console,
    verification: &Verification,
    shared: bool,
) -> Result<(), Box<dyn Error>> {
    let terminal = console.terminal();
    let moves = Moves { engine, clock, terminal, id: verification.id(), shared };
    table::show(terminal, verification, engine.now());
    // Another terminal may have ended it before.
    if say_the_end(terminal, verification, engine.now()) {
        return Ok(());
    }
    terminal.say(Tone::Plain, &format!("{HINT}{}{REST}", if shared { OTHERS } else { TIME }));
    loop {
        let Some(line) = console.read()? else {
            return leave(&moves, "The input has ended: leaving.").await;
        };
        if line.is_empty() {
            continue;
        }
        match Command::parse(&line, shared) {
            Ok(Command::Quit) => return leave(&moves, "Bye.").await,
            Ok(command) => {
                if let Some(verification) = moves.make(command).await?
                    && say_the_end(terminal, &verification, engine.now())
                {
                    return Ok(());
                }
            }
            Err(complaint) => terminal.complain(&complaint),
        }
    }
}

/// Says goodbye, and what is left behind.
async fn leave(moves: &Moves<'_>, goodbye: &str) -> Result<(), Box<dyn Error>> {
    let left = moves.engine.get(WORKSPACE, moves.id).await;
    let line = match left.map(|verification| verification.status(moves.engine.now())) {
        Ok(status) if status.is_final() => format!("{goodbye} The verification has ended: {status}."),
        Ok(_) => format!("{goodbye} The verification was still open."),
        Err(_) => goodbye.to_owned(),
    };
    moves.terminal.say(Tone::Plain, &line);
    Ok(())
}

/// Says how it ended, if it has.
fn say_the_end(terminal: Terminal, verification: &Verification, now: Timestamp) -> bool {
    let (tone, line) = match verification.status(now) {
        VerificationStatus::Verified => {
            let attempt = verification
                .credited_attempt()
                .and_then(|(number, _)| verification.attempts().get(usize::from(number)));
            let address = attempt.and_then(|attempt| verification.address_for_step(attempt.step()));
            let address = address.map(|address| address.to_masked()).unwrap_or_default();
            (Tone::Good, format!("✓ Verified: this person holds {address}."))
        }
        VerificationStatus::Failed => (Tone::Bad, "✗ Failed: from now on the right code is refused too.".into()),
        VerificationStatus::Expired => (Tone::Bad, "✗ Expired: from now on the right code is refused too.".into()),
        VerificationStatus::Canceled => (Tone::Bad, "✗ Canceled: the code is worth nothing now.".into()),
        VerificationStatus::Accepted | VerificationStatus::Pending => return false,
    };
    terminal.say(tone, &line);
    terminal.say(Tone::Quiet, "How it is done: examples/quickstart/src. More to try: --help.");
    true
}
