//! What becomes of messages after their `202`, and who is told.

use serde_json::Value;
use uuid::Uuid;

use super::webhook::Subscription;
use super::{BirdCloud, Delivery, MessageFate, MessageFilter, Status, WebhookBehavior};

impl BirdCloud {
    /// Decides what becomes of messages that arrive from now on. The latest word on the same messages counts.
    pub fn fate(&self, of: MessageFilter, fate: MessageFate) -> &Self {
        self.cloud.lock().fates.push((of, fate));
        self
    }

    /// Lets that become of a message too, after everything else that is to become of it.
    pub fn report(&self, message: Uuid, status: Status) {
        self.cloud.lock().outbox.to_come.push_back((message, status));
    }

    /// Posts events to that URL on loopback from now on, signed with that key. Several subscribers all get all events.
    pub fn webhook_to(&self, url: &str, signing_key: &str) {
        self.webhook_behind(url, url, signing_key);
    }

    /// Posts events to `url` on loopback from now on, signed for `public_url`: a host behind a proxy.
    pub fn webhook_behind(&self, public_url: &str, url: &str, signing_key: &str) {
        self.cloud.lock().outbox.subscriptions.push(Subscription {
            url: public_url.to_owned(),
            post_to: url.to_owned(),
            key: signing_key.to_owned(),
        });
    }

    /// How webhooks come from now on.
    pub fn habits(&self, habits: WebhookBehavior) {
        self.cloud.lock().outbox.habits = habits;
    }

    /// Tells subscribers that, signed as any event: for events that are of no message, or of no known form.
    pub fn tell(&self, event: &Value) {
        let mut inner = self.cloud.lock();
        let request_id = inner.uuid();
        inner.outbox.write(None, event, request_id, self.cloud.clock.now());
    }

    /// Lets happen what is to become of all messages, and tries every webhook once. What a subscriber does not take
    /// with a status of 2xx stays for the next time.
    pub async fn deliver_now(&self) {
        self.cloud.deliver_now().await;
    }

    /// Goes on until nothing is left to happen: also with the messages that webhooks lead to, and with repeats, whose
    /// waits are counted and not waited for. After 8 hours of them a webhook is given up.
    pub async fn settle(&self) {
        self.cloud.settle().await;
    }

    /// Every try to deliver a webhook, in order.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.cloud.lock().outbox.log.clone()
    }
}
