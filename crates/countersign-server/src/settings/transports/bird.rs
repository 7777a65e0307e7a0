use std::sync::Arc;

use countersign::{Transport, WorkspaceId};
use countersign_bird::{AccessKey, Bird, BirdSetupError, SenderFormat};

use super::TransportContext;
use crate::settings::reader::{Item, Section};

/// Messages by Bird's Channels API and navigators.
pub(super) fn build(section: &mut Section<'_>, context: &TransportContext<'_>) -> Option<Arc<dyn Transport>> {
    let key = section.require("access-key", "write \"env:NAME\" or \"file:PATH\"").and_then(|item| {
        let secret = item.secret()?;
        AccessKey::new(secret.expose()).map_err(|error| item.fault::<()>(error)).ok()
    });
    let workspace = section.get("workspace").map(|item| item.parsed::<WorkspaceId>());
    let url = section.get("url");
    let timeout = section.get("timeout");
    let certificate = section.get("root-certificate");
    let forms =
        [("whole", SenderFormat::Whole), ("local-part", SenderFormat::LocalPart), ("omitted", SenderFormat::Omitted)];
    let form = section.get("sender-form").and_then(|item| item.choice(&forms)).unwrap_or_default();
    let by_message_id = section.flag("reports-by-message-id");
    let post_rate = section.number("messages-per-second", 1..=500);
    section.finish();

    let pem = certificate.as_ref().and_then(Item::file);
    let time = context.timeout(timeout.as_ref());
    let mut builder = Bird::builder(key?).timeout(time);
    if time <= std::time::Duration::from_secs(3) {
        builder = builder.connect_timeout(time / 2);
    }
    if let Some(url) = &url {
        builder = builder.base_url(url.text()?);
    }
    if let Some(rate) = post_rate {
        builder = builder.post_rate(rate);
    }
    if certificate.is_some() {
        builder = builder.root_certificate(pem?);
    }
    let bird = builder.build().map_err(|error| {
        let blamed = match error {
            BirdSetupError::BaseUrl | BirdSetupError::InTheClear => url.as_ref(),
            BirdSetupError::Timeout => timeout.as_ref(),
            BirdSetupError::RootCertificate => certificate.as_ref(),
            BirdSetupError::Rate | BirdSetupError::Client | _ => None,
        };
        match blamed {
            Some(item) => drop(item.fault::<()>(error)),
            None => section.fault(error),
        }
    });
    let bird = bird.ok()?;
    let transport = match workspace {
        Some(workspace) => bird.transport(workspace?, context.messages().clone()),
        None => bird.transport_per_workspace(context.messages().clone()),
    };
    let transport = transport.with_sender_form(form);
    Some(Arc::new(if by_message_id { transport.with_reports_by_message_id() } else { transport }))
}
