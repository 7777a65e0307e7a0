//! Messages to send, and clients to send them by.

use std::sync::LazyLock;
use std::time::Duration;

use countersign::{Brand, Dispatch, Locale, Receipt, SendError, Step, Transport as _, Verification, WorkspaceId};
use countersign_bird::{AccessKey, Bird, BirdBuilder, BirdTransport};
use countersign_messages::Messages;
use countersign_testkit::fixtures::{self, Started};
use uuid::Uuid;

use crate::server::Server;

pub const KEY: &str = "MfKey_0123-abcdef/ghijkl+mnop==";

/// Bird's name of the workspace, which is not the service's.
pub const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(0x0e0e_0e0e_0000_4000_8000_0000_0000_0001));

/// Loaded once: catalogues are compiled on load.
pub fn messages() -> Messages {
    static MESSAGES: LazyLock<Messages> = LazyLock::new(|| Messages::new(Brand::parse("Acme").unwrap()).unwrap());
    MESSAGES.clone()
}

/// A client of that server, as a host would set it up, but less patient.
pub fn client(server: &Server) -> BirdBuilder {
    Bird::builder(AccessKey::new(KEY).unwrap())
        .base_url(server.url())
        .timeout(Duration::from_secs(5))
        .connect_timeout(Duration::from_secs(1))
}

pub fn transport(server: &Server) -> BirdTransport {
    client(server).build().unwrap().transport(WORKSPACE, messages())
}

/// One that gives up soon.
pub fn hasty(server: &Server) -> BirdTransport {
    let client = client(server).timeout(Duration::from_secs(1)).connect_timeout(Duration::from_millis(500));
    client.build().unwrap().transport(WORKSPACE, messages())
}

pub fn record(seed: u64, step: Step) -> Verification {
    let started = Started::new(seed).locale(Locale::parse("en").unwrap()).steps(vec![step]);
    started.recipient((fixtures::phone_number(seed), fixtures::email_address(seed))).record()
}

pub fn of(record: &Verification) -> Dispatch {
    record.dispatch(0, &fixtures::keyring(), record.created_at()).unwrap()
}

/// The text message of a verification of its own.
pub fn dispatch(seed: u64) -> Dispatch {
    of(&record(seed, fixtures::sms()))
}

pub async fn send(transport: &BirdTransport, seed: u64) -> Result<Receipt, SendError> {
    transport.send(&dispatch(seed)).await
}

/// What came of a send, in a word, and its detail.
pub fn outcome(result: &Result<Receipt, SendError>) -> (&'static str, &str) {
    match result {
        Ok(_) => ("taken", ""),
        Err(error) => {
            let word = match error {
                SendError::Refused { .. } => "refused",
                SendError::NotSent { .. } => "not sent",
                SendError::Unknown { .. } => "unknown",
                _ => "new",
            };
            (word, error.detail().unwrap_or_default())
        }
    }
}
