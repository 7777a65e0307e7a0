use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use countersign::{Clock, Dispatch, Receipt, SendError, Transport};

use crate::clock::DemoClock;
use crate::terminal::Terminal;
use crate::text;

/// "Sends" by printing what the person would read. One of your own hands the message to a provider here.
#[derive(Debug)]
pub(crate) struct PrintingTransport {
    terminal: Terminal,
    clock: Arc<DemoClock>,
}

impl PrintingTransport {
    pub(crate) const fn new(terminal: Terminal, clock: Arc<DemoClock>) -> Self {
        Self { terminal, clock }
    }
}

#[async_trait]
impl Transport for PrintingTransport {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let title = format!(
            "{} to {}",
            text::platform_name(dispatch.step().platform()),
            // The whole address, as on an envelope: a log or a support screen gets `masked()`.
            dispatch.address().canonical(),
        );
        let message = message(dispatch.code().expose(), dispatch.expires_at().since(self.clock.now()));
        self.terminal.bubble(&title, &message, &format!("message #{}", dispatch.reference().number()));
        Ok(Receipt::ByReference { message_id: None })
    }
}

/// What the person reads. Yours would look at the dispatch's locale, or name the template of its step.
fn message(code: &str, valid_for: Duration) -> String {
    let code = text::grouped(code);
    let valid_for = text::valid_for(valid_for);
    format!("{code} is your Countersign demo code. It is valid for {valid_for}. Never share it.")
}
