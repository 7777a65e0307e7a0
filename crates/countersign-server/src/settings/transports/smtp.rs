use std::sync::Arc;

use countersign::{Mailbox, Transport};
use countersign_smtp::{SmtpSetupError, SmtpTransport};

use super::TransportContext;
use crate::settings::reader::{Item, Section};

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy)]
enum Tls {
    Starttls,
    Implicit,
    None,
}

/// Emails over SMTP.
pub(super) fn build(section: &mut Section<'_>, context: &TransportContext<'_>) -> Option<Arc<dyn Transport>> {
    let host = section.require("host", "write the name of the mail server");
    let port = section.number("port", 1..=65_535);
    let ways = [("starttls", Tls::Starttls), ("implicit", Tls::Implicit), ("none", Tls::None)];
    let tls = section.get("tls").map_or(Some(Tls::Starttls), |item| item.choice(&ways));
    let user = section.get("user");
    let password = section.get("password");
    let secret = password.as_ref().map(|item| item.secret());
    let sender = section.parsed::<Mailbox>("sender");
    let timeout = section.get("timeout");
    let connections = section.number("connections", 1..=1000);
    let hello = section.get("hello-name");
    let certificate = section.get("root-certificate");
    section.finish();

    if user.is_some() != password.is_some() {
        section.fault("user and password are set together: write both, or neither");
    }
    let pem = certificate.as_ref().and_then(Item::file);
    let time = context.timeout(timeout.as_ref());
    let (name, messages) = (host.as_ref()?.text()?, context.messages().clone());
    let mut builder = match tls? {
        Tls::Starttls => SmtpTransport::starttls(name, messages),
        Tls::Implicit => SmtpTransport::implicit_tls(name, messages),
        Tls::None => SmtpTransport::plaintext(name, messages),
    }
    .timeout(time);
    if let Some(port) = port {
        builder = builder.port(port);
    }
    if let (Some(user), Some(secret)) = (&user, secret) {
        builder = builder.credentials(user.text()?, secret?.expose());
    }
    if let Some(sender) = sender {
        builder = builder.sender(sender);
    }
    if let Some(connections) = connections {
        builder = builder.max_connections(connections);
    }
    if let Some(hello) = &hello {
        builder = builder.ehlo_name(hello.text()?);
    }
    if certificate.is_some() {
        builder = builder.root_certificate(pem?);
    }
    let built = builder.build().map_err(|error| {
        let blamed = match error {
            SmtpSetupError::Host => host.as_ref(),
            SmtpSetupError::Credentials | SmtpSetupError::CredentialsInTheClear => user.as_ref(),
            SmtpSetupError::HelloName => hello.as_ref(),
            SmtpSetupError::RootCertificate | SmtpSetupError::UselessCertificate => certificate.as_ref(),
            SmtpSetupError::Port | SmtpSetupError::Timeout | SmtpSetupError::MaxConnections => None,
            // Of URLs, which are not written here.
            SmtpSetupError::Url | SmtpSetupError::Scheme | SmtpSetupError::UrlOption => None,
            SmtpSetupError::HalfCredentials | SmtpSetupError::Escape | _ => None,
        };
        match blamed {
            Some(item) => drop(item.fault::<()>(error)),
            None => section.fault(error),
        }
    });
    built.ok().map(|transport| Arc::new(transport) as Arc<dyn Transport>)
}
