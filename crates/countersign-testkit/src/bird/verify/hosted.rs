use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::{
    Channel, ChannelId, Engine, Keyring, MessageId, Navigator, NavigatorId, Platform, Policy, Report, ReportedStatus,
    Store, Transport, WorkspaceId,
};
use uuid::Uuid;

use super::carrier::Carrier;
use crate::bird::cloud::Cloud;
use crate::bird::status::Status;
use crate::{NaiveStore, SeededEntropy, fixtures};

/// What the service keeps: verifications, and the key of their codes.
pub(in crate::bird) struct Hosted {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    entropy: Arc<SeededEntropy>,
}

impl Hosted {
    pub(in crate::bird) fn new(seed: u64) -> Self {
        Self {
            store: Arc::new(NaiveStore::new()),
            keyring: Arc::new(fixtures::keyring()),
            entropy: Arc::new(SeededEntropy::new(seed)),
        }
    }
}

impl fmt::Debug for Hosted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hosted").finish_non_exhaustive()
    }
}

impl Cloud {
    pub(super) fn workspace_id(&self) -> WorkspaceId {
        WorkspaceId::new(self.workspace)
    }

    /// The engine over the channels that there are now.
    pub(super) fn engine(self: &Arc<Self>) -> Engine {
        let carrier: Arc<dyn Transport> = Arc::new(Carrier(Arc::clone(self)));
        let sms = || Channel::new(Platform::Sms, Arc::clone(&carrier));
        // An engine needs a channel; nobody can name this one.
        let mut engine = Engine::builder(Arc::clone(&self.hosted.store), Arc::clone(&self.hosted.keyring))
            .clock(Arc::clone(&self.clock))
            .entropy(Arc::clone(&self.hosted.entropy) as Arc<_>)
            .policy(Policy::default().with_resend_cooldown(Duration::ZERO))
            .channel(ChannelId::new(Uuid::from_u128(!self.workspace.as_u128())), sms());
        let inner = self.lock();
        for channel in inner.channels.iter().filter(|channel| channel.active) {
            let platform = match channel.platform() {
                "sms" => Platform::Sms,
                "whatsapp" => Platform::WhatsApp,
                "email" => Platform::Email,
                // Verify supports no other.
                _ => continue,
            };
            engine = engine.channel(ChannelId::new(channel.id), Channel::new(platform, Arc::clone(&carrier)));
        }
        for navigator in &inner.navigators {
            engine = engine.navigator(NavigatorId::new(navigator.id), Navigator::chosen_by_provider(sms()));
        }
        engine.build().expect("channels without templates or choices go together")
    }

    /// Tells the service what became of messages; of those that are not its own it knows nothing.
    pub(in crate::bird) async fn tell_hosted(self: &Arc<Self>, happened: Vec<(Uuid, Status)>) {
        for (message, status) in happened {
            let Some(status) = reported(&status) else { continue };
            let report = Report::by_message_id(MessageId::from_uuid(message), status);
            let told = self.engine().report(self.workspace_id(), &report).await;
            told.expect("a store in memory does not fail");
        }
    }
}

fn reported(status: &Status) -> Option<ReportedStatus> {
    let detail = status.failure().map(|failure| failure.details.clone());
    match status {
        Status::Accepted | Status::Processing | Status::Scheduled => Some(ReportedStatus::Accepted),
        Status::Sent => Some(ReportedStatus::Sent),
        Status::Delivered | Status::Read => Some(ReportedStatus::Delivered),
        Status::SendingFailed(_) | Status::Skipped => Some(ReportedStatus::SendingFailed { detail }),
        Status::DeliveryFailed(_) => Some(ReportedStatus::DeliveryFailed { detail }),
        Status::Deleted | Status::Other(_) => None,
    }
}
