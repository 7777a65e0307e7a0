use countersign::{
    Attempt, CheckOutcome, Engine, EngineError, NoFailover, Refusal, Report, ReportedStatus, Verification,
    VerificationId, store::Limit,
};

use crate::clock::DemoClock;
use crate::commands::{self, Command};
use crate::session::WORKSPACE;
use crate::terminal::{Terminal, Tone};
use crate::{table, text};

/// One call of the engine for each command: the part to copy.
#[derive(Debug)]
pub(crate) struct Moves<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) clock: &'a DemoClock,
    pub(crate) terminal: Terminal,
    pub(crate) id: VerificationId,
    /// Whether other terminals may make moves too.
    pub(crate) shared: bool,
}

impl Moves<'_> {
    /// Makes a move and shows what came of it. A refused one is explained and changes nothing.
    ///
    /// None when the store did not answer: the person may ask again.
    pub(crate) async fn make(&self, command: Command) -> Result<Option<Verification>, EngineError> {
        let shows = !matches!(command, Command::Help);
        let refused = match self.call(command).await {
            Ok(()) => false,
            Err(EngineError::Refused(refusal)) => {
                self.explain(&refusal);
                true
            }
            Err(error) if error.retry_after().is_some() => {
                self.terminal.complain(&error.to_string());
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let verification = match self.look().await {
            Ok(verification) => verification,
            // The move itself was made.
            Err(error) if error.retry_after().is_some() => {
                self.terminal.complain("the store cannot be reached: `show` looks again");
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let now = self.engine.now();
        if (shows && !refused) || verification.status(now).is_final() {
            table::show(self.terminal, &verification, now);
        }
        Ok(Some(verification))
    }

    /// How the verification stands when all that is due is done.
    async fn look(&self) -> Result<Verification, EngineError> {
        // A server does this about once a second, whatever else happens: it notes expiry, repeats sends that failed, and
        // gives up on messages that nobody reported. Over one Redis every process does it, for the verifications of all: a
        // message appears in the terminal that sends it.
        self.engine.run_due(Limit::default()).await?;
        self.engine.get(WORKSPACE, self.id).await
    }

    async fn call(&self, command: Command) -> Result<(), EngineError> {
        match command {
            Command::Code(code) => self.say_found(self.engine.check(WORKSPACE, self.id, &code).await?.outcome),
            Command::Resend(step) => drop(self.engine.resend(WORKSPACE, self.id, step).await?),
            Command::Failover(step) => drop(self.engine.failover(WORKSPACE, self.id, step).await?),
            Command::Fail => self.carrier_reports(ReportedStatus::DeliveryFailed { detail: None }).await?,
            Command::Deliver => self.carrier_reports(ReportedStatus::Delivered).await?,
            Command::Wait(time) => self.clock.put_forward(time),
            Command::Expire => {
                let verification = self.engine.get(WORKSPACE, self.id).await?;
                self.clock.put_forward(verification.expires_at().saturating_duration_since(self.engine.now()));
            }
            Command::Cancel => drop(self.engine.cancel(WORKSPACE, self.id).await?),
            Command::Help => self.terminal.say(Tone::Plain, &commands::help(self.shared)),
            Command::Show | Command::Quit => {}
        }
        Ok(())
    }

    fn explain(&self, refusal: &Refusal) {
        self.terminal.complain(&refusal.to_string());
        if let Refusal::KeyMissing(_) = refusal {
            self.terminal
                .say(Tone::Notice, "Another key started it: start both terminals with the same COUNTERSIGN_KEY.");
        }
    }

    fn say_found(&self, found: CheckOutcome) {
        match found {
            CheckOutcome::Verified => self.terminal.say(Tone::Good, "✓ That is the code."),
            CheckOutcome::Mismatch { remaining, .. } => {
                let left = text::count(remaining, "check is", "checks are");
                self.terminal.complain(&format!("that is not the code; {left} left"));
            }
            CheckOutcome::Exhausted => self.terminal.complain("that is not the code, and it was the last check"),
        }
    }

    /// What a provider's webhook leads to, about the latest message.
    async fn carrier_reports(&self, status: ReportedStatus) -> Result<(), EngineError> {
        let before = self.engine.get(WORKSPACE, self.id).await?;
        let latest = u8::try_from(before.attempts().len()).unwrap_or(u8::MAX).saturating_sub(1);
        let failed = status.status().is_failure();
        let report = Report::by_reference(before.attempt_id(latest), status);
        let Some(after) = self.engine.report(WORKSPACE, &report).await? else {
            if let Some(attempt) = before.attempts().get(usize::from(latest)) {
                let known = attempt.status();
                let line = format!("Message #{latest} is {known} already, which this report cannot change.");
                self.terminal.say(Tone::Notice, &line);
            }
            return Ok(());
        };
        if failed && after.current_step() == before.current_step() {
            self.terminal.say(Tone::Notice, &format!("NoFailover on this step: {}", why_it_stays(&after, latest)));
        }
        Ok(())
    }
}

/// Why a failed message did not make the engine fail over, and what can be done about it.
fn why_it_stays(verification: &Verification, attempt: u8) -> String {
    let step = verification.attempts().get(usize::from(attempt)).map(Attempt::step);
    if step != Some(verification.current_step()) {
        return "that message was of another one.".into();
    }
    match verification.automatic_failover() {
        Err(stays @ NoFailover::LastStep) => format!("{stays}. `resend` tries it again."),
        Err(stays @ NoFailover::SamePlatform) => format!("{stays}. `failover` tries it anyway."),
        Err(stays) => format!("{stays}."),
        Ok(_) => "it had failed before.".into(),
    }
}
