use countersign::{Engine, EngineError, Report, ReportedStatus};
use uuid::Uuid;

use super::constants::DEVELOPMENT_WORKSPACE;
use super::message::{Message, Said};
use super::outbox::Outbox;

/// Plays the carrier: says of a message that it arrived, or that it did not. Repeats are harmless.
///
/// # Errors
/// Those of the engine.
pub(super) async fn report(
    engine: &Engine,
    outbox: &Outbox,
    message: Uuid,
    said: Said,
) -> Result<Option<Message>, EngineError> {
    let Some(message) = outbox.note(message, said) else { return Ok(None) };
    let status = match said {
        Said::Accepted => ReportedStatus::Accepted,
        Said::Delivered => ReportedStatus::Delivered,
        Said::Failed => ReportedStatus::DeliveryFailed { detail: Some("played in development".to_owned()) },
    };
    engine.report(DEVELOPMENT_WORKSPACE, &Report::by_reference(message.reference, status)).await?;
    Ok(Some(message))
}
