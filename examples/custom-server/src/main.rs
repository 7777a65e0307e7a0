//! The ready-made server with one more kind of transport: `kind = "acme"` appends messages to a file.

use std::{io::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use countersign::{Dispatch, Receipt, SendError, Transport};
use countersign_messages::Messages;
use countersign_server::{Program, Secret, Section, TransportContext};

#[derive(Debug)]
struct Acme {
    key: Secret,
    spool: PathBuf,
    messages: Messages,
}

#[async_trait::async_trait]
impl Transport for Acme {
    async fn send(&self, dispatch: &Dispatch) -> Result<Receipt, SendError> {
        let (key, text) = (self.key.expose().len(), self.messages.sms(dispatch));
        let line = format!("{key}-byte key, to {}: {}\n", dispatch.address().to_canonical(), text.body());
        let spool = std::fs::File::options().create(true).append(true).open(&self.spool);
        spool
            .and_then(|mut spool| spool.write_all(line.as_bytes()))
            .map(|()| Receipt::ByReference { message_id: None })
            .map_err(|error| SendError::NotSent { retry_after: None, detail: Some(error.kind().to_string()) })
    }
}

fn acme(section: &mut Section<'_>, context: &TransportContext<'_>) -> Option<Arc<dyn Transport>> {
    let key = section.require("key", "write \"env:NAME\" or \"file:PATH\"").and_then(|item| item.secret());
    let spool = section.require("spool", "write the path of a file").and_then(|item| item.path());
    section.finish();
    Some(Arc::new(Acme { key: key?, spool: spool?, messages: context.messages().clone() }))
}

fn main() -> ExitCode {
    Program::new().transport_kind("acme", acme).run()
}
