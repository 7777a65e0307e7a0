//! The development server: one workspace, three channels, and an outbox that keeps what they send.

mod carrier;
mod constants;
mod guard;
mod guide;
mod message;
mod outbox;
mod page;
mod routes;
mod setup;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign::{
    Brand, Channel, Directory, Engine, Keyring, Platform, Policy, Sender, Template, ThreadEntropy, Transport,
};
use countersign_http::{AccessKeyHash, AccessKeys, Config, Server};
use countersign_memory::MemoryStore;
use countersign_messages::Messages;

pub(crate) use constants::DEVELOPMENT_KEY;
pub(crate) use guide::Guide;

use crate::service::Service;
use crate::settings::Listeners;
use constants::{DEVELOPMENT_WORKSPACE, EMAIL_CHANNEL, SMS_CHANNEL, WHATSAPP_CHANNEL};
use outbox::Outbox;
use routes::Tools;

/// The default address.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
/// How long a verification that ended can still be looked at.
const KEEP: Duration = Duration::from_secs(60 * 60);

/// `--dev` was asked to listen beyond this machine. Its access key is public.
#[derive(Debug, thiserror::Error)]
#[error(
    "--dev listens on a loopback address only, because its access key is public: set --listen to 127.0.0.1 or [::1], \
     not {0}"
)]
pub(crate) struct NotLoopback(SocketAddr);

/// Builds what `--dev` serves.
pub(crate) fn service(listen: Option<SocketAddr>) -> Result<Service, Box<dyn Error>> {
    let listen = listen.unwrap_or(LISTEN);
    if !listen.ip().is_loopback() {
        return Err(NotLoopback(listen).into());
    }
    let messages = Messages::new(Brand::parse("Countersign")?)?;
    let outbox = Arc::new(Outbox::new(messages.clone()));
    let store = Arc::new(MemoryStore::with_capacity_limit(1_000_000));
    let engine = Engine::builder(store.clone(), Keyring::ephemeral(&ThreadEntropy)?)
        .directory(directory(outbox.clone())?)
        // A person who tries a resend does not want to wait long for it.
        .policy(Policy::default().with_resend_cooldown(Duration::from_secs(5)).with_message_cap(20))
        .build()?;

    let keys = AccessKeys::new().with_key(DEVELOPMENT_WORKSPACE, AccessKeyHash::new(DEVELOPMENT_KEY)?);
    let server = Server::new(engine.clone(), Config::new(keys))
        .worker(|worker| worker.interval(Duration::from_millis(250)).purge(store, KEEP))
        .merge_router(routes::routes(Tools::new(engine, outbox, &messages)));
    Ok(Service { listen: Listeners::only(listen), server, guide: Some(Guide) })
}

fn directory(outbox: Arc<dyn Transport>) -> Result<Directory, Box<dyn Error>> {
    // WhatsApp sends nothing to strangers but templates; with one here, a step needs none of its own.
    let template = Template { name: Some("one_time_code".into()), ..Template::default() };
    Ok(Directory::new()
        .channel(
            WHATSAPP_CHANNEL,
            Channel::new(Platform::WhatsApp, outbox.clone())
                .with_sender(Sender::parse("Countersign")?)
                .with_template(template),
        )
        .channel(SMS_CHANNEL, Channel::new(Platform::Sms, outbox.clone()).with_sender(Sender::parse("Countersign")?))
        .channel(
            EMAIL_CHANNEL,
            Channel::new(Platform::Email, outbox)
                .with_sender(Sender::parse("Countersign <codes@countersign.example>")?),
        ))
}
