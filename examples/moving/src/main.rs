//! A service that proves phone numbers, self-run or hosted: it moves by one line.
//!
//! - `countersign-moving +31612345678` runs an engine of its own in memory, and shows messages instead of sending them.
//! - `countersign-moving --hosted +31612345678` has Bird Verify do it: set `BIRD_ACCESS_KEY`, `BIRD_WORKSPACE` and
//!   `BIRD_CHANNEL` (and `BIRD_URL`, for another server of the same API).

mod hosted;
mod self_run;

use std::error::Error;
use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;

use countersign::{ChannelId, PhoneNumber, StartRequest, WorkspaceId};
use countersign_api::{CheckRequest, CheckVerdict, ErrorCode, RecordId, ToErrorCode as _, Verifier};

/// The service: it knows what it asks for, and not who answers.
struct SignUp {
    verifier: Arc<dyn Verifier>,
    workspace: WorkspaceId,
    texts: ChannelId,
}

impl SignUp {
    async fn send_code(&self, phone: PhoneNumber) -> Result<RecordId, Box<dyn Error>> {
        let request = StartRequest::new(phone).step(self.texts);
        Ok(self.verifier.start(self.workspace, request).await?.id)
    }

    /// What to tell the person, and whether that is the end of it.
    async fn answer(&self, id: RecordId, typed: &str) -> (String, bool) {
        let code = match CheckRequest::parse(typed) {
            Ok(code) => code,
            Err(error) => return (error.to_string(), false),
        };
        match self.verifier.check(self.workspace, id, code).await {
            Ok(CheckVerdict::Verified(_)) => ("welcome".to_owned(), true),
            Ok(CheckVerdict::Mismatch { remaining: Some(left), .. }) => (format!("wrong code, {left} left"), false),
            Ok(CheckVerdict::Mismatch { remaining: None, .. }) => ("wrong code".to_owned(), false),
            Ok(CheckVerdict::Exhausted) => ("too many wrong codes: start again".to_owned(), true),
            Err(error) if error.error_code() == ErrorCode::InvalidPayload => {
                ("enter all digits of the message".to_owned(), false)
            }
            Err(error) => (error.to_string(), true),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (flags, numbers): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|argument| argument == "--hosted");
    let phone = PhoneNumber::parse(numbers.first().map_or("+31612345678", String::as_str))?;

    // The line.
    let service = if flags.is_empty() { self_run::sign_up()? } else { hosted::sign_up()? };

    let id = service.send_code(phone).await?;
    let mut said = io::stdout();
    writeln!(said, "A code is on its way. Enter it:")?;
    for typed in io::stdin().lock().lines() {
        let (answer, ended) = service.answer(id, &typed?).await;
        writeln!(said, "{answer}")?;
        if ended {
            break;
        }
    }
    Ok(())
}
