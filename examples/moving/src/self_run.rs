use std::error::Error;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::store::Limit;
use countersign::{Channel, Dispatch, Engine, Keyring, Platform, Receipt, SendError, ThreadEntropy, Transport};
use countersign_memory::MemoryStore;

use crate::SignUp;

/// Verified by an engine in this process.
pub(crate) fn sign_up() -> Result<SignUp, Box<dyn Error>> {
    let texts = "11111111-1111-4111-8111-111111111111".parse()?;
    let engine = Engine::builder(Arc::new(MemoryStore::new()), Keyring::ephemeral(&ThreadEntropy)?)
        .channel(texts, Channel::new(Platform::Sms, Arc::new(Shown)))
        .build()?;
    tokio::spawn(run_due(engine.clone()));
    Ok(SignUp { verifier: Arc::new(engine), workspace: "22222222-2222-4222-8222-222222222222".parse()?, texts })
}

/// What a hosted service does by itself: messages again, and ends.
async fn run_due(engine: Engine) {
    loop {
        // What fails stays due, and the engine has logged it.
        let _ = engine.run_due(Limit::MAX).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// A phone for messages: the terminal.
#[derive(Debug)]
struct Shown;

#[async_trait]
impl Transport for Shown {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let shown = writeln!(io::stdout(), "[text message] {} is your code.", dispatch.code().expose());
        shown.map_err(|_| SendError::Refused { detail: Some("no terminal".to_owned()) })?;
        Ok(Receipt::ByReference { message_id: None })
    }
}
