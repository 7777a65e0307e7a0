//! A Bird on loopback that keeps to what is known of the real one: see [`BirdCloud`].
//!
//! It has the Channels API, its webhooks, and the six calls of the classic Verify API.
//!
//! What Bird's documents and live answers say is kept to the letter. What nobody knows is decided here in the strictest
//! way, so that a client which gets along with this double gets along with more:
//!
//! - the *bodies* of 401, 403, 404 and 429 have the common form, or [none](BirdCloud::errors_without_body);
//! - an *unknown workspace* is a 404, as the short ids of the dashboard are; another service of Bird's is a 403;
//! - properties of a message that no document names are refused, and a receiver has exactly one contact;
//! - an address that is none, and a body that the platform has no messages of, are found after the `202`;
//! - every answer names its request in `x-request-id`;
//! - a message's reference is *not* looked at: the same one twice is two messages;
//! - a webhook is sent for each status, `accepted` among them, and repeated after 10 s, 20 s and so on up to an hour,
//!   for 8 hours, with its first timestamp;
//! - behind the *Verify API* is the engine of this project, without a cooldown between messages. Its messages go by the
//!   workspace's channels and have fates as all others. Where nobody knows an error's status or code, the contract's
//!   are taken.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign::{Clock, SystemClock, WorkspaceId};
use tokio::task::JoinHandle;
use uuid::Uuid;

mod answer;
mod channel;
mod cloud;
mod fate;
mod habits;
mod life;
mod line;
mod message;
mod outbox;
mod paging;
mod post;
mod rate;
mod reading;
mod refusal;
mod request;
mod schema;
mod scripted;
mod sending;
mod server;
mod status;
mod verify;
mod webhook;

use channel::{Channel, Navigator};
use cloud::Cloud;
use line::{Lines, Scissors};

pub use answer::{ScriptedAnswer, Taken};
pub use fate::{MessageFate, MessageFilter};
pub use habits::WebhookBehavior;
pub use message::ReceivedMessage;
pub use request::RecordedRequest;
pub use status::{CarrierFailure, Status};
pub use webhook::{Delivery, REQUEST_ID, SIGNATURE, TIMESTAMP, sign};

/// How long [`BirdCloud::wait_for`] waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bird's Channels API, webhooks and Verify API as a server on loopback, for tests of what talks to it.
///
/// It answers `202` first. What becomes of a message happens only when the test says so, by
/// [`deliver_now`](Self::deliver_now) or [`settle`](Self::settle): nothing depends on time, and one seed gives the same
/// ids, choices and orders on every run. It ends when it is dropped.
pub struct BirdCloud {
    cloud: Arc<Cloud>,
    url: String,
    server: JoinHandle<()>,
}

impl BirdCloud {
    /// A Bird without channels that goes by the system's clock.
    ///
    /// # Panics
    /// Outside of a `tokio` runtime, or when loopback gives no port.
    #[must_use]
    pub fn start(seed: u64) -> Self {
        Self::start_by(seed, Arc::new(SystemClock))
    }

    /// A Bird that goes by that clock: its timestamps, and what counts as one second.
    ///
    /// # Panics
    /// As [`start`](Self::start) does.
    #[must_use]
    pub fn start_by(seed: u64, clock: Arc<dyn Clock>) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        listener.set_nonblocking(true).expect("a listener need not block");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a runtime listens");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let cloud = Arc::new(Cloud::new(seed, clock));
        let service = server::router(Arc::clone(&cloud)).into_make_service_with_connect_info::<Scissors>();
        let server = tokio::spawn(async move {
            let ended = axum::serve(Lines(listener), service).await;
            ended.expect("a server on loopback does not fail");
        });
        Self { cloud, url, server }
    }

    /// Stops listening, and resets what hangs: from then on connections are refused.
    pub async fn stop(mut self) {
        self.server.abort();
        let _: Result<(), _> = (&mut self.server).await;
    }

    /// Where it is, without a slash at the end: `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its one workspace, as it stands in paths.
    #[must_use]
    pub fn workspace(&self) -> Uuid {
        self.cloud.workspace
    }

    /// The same workspace as the engine names it.
    #[must_use]
    pub fn workspace_id(&self) -> WorkspaceId {
        WorkspaceId::new(self.cloud.workspace)
    }

    /// The one key that it accepts, for `Authorization: AccessKey …`.
    #[must_use]
    pub fn access_key(&self) -> &str {
        &self.cloud.access_key
    }

    /// Adds an active channel: `add_channel("sms-messagebird", "Sender")`. Its platform is what its id contains:
    /// `whatsapp`, `mail` or `sms`, else what stands before the first hyphen.
    pub fn add_channel(&self, platform_id: &str, name: &str) -> Uuid {
        let mut inner = self.cloud.lock();
        let id = inner.uuid();
        let (platform_id, name) = (platform_id.to_owned(), name.to_owned());
        inner.channels.push(Channel { id, platform_id, name, active: true, created_at: self.cloud.clock.now() });
        id
    }

    /// Switches a channel off: it is listed as inactive, no navigator chooses it, and it refuses messages.
    pub fn deactivate(&self, channel: Uuid) {
        let mut inner = self.cloud.lock();
        inner.channels.iter_mut().filter(|other| other.id == channel).for_each(|channel| channel.active = false);
    }

    /// Adds a navigator, for instance `OTP`. It chooses among the active SMS channels, by the seed.
    pub fn add_navigator(&self, kind: &str) -> Uuid {
        let mut inner = self.cloud.lock();
        let id = inner.uuid();
        inner.navigators.push(Navigator { id, kind: kind.to_owned(), created_at: self.cloud.clock.now() });
        id
    }

    /// Answers the next post of a message so, after everything scripted before.
    pub fn script(&self, answer: ScriptedAnswer) -> &Self {
        self.cloud.lock().posts.push_back(answer);
        self
    }

    /// Answers the next read so, after everything scripted before.
    pub fn script_read(&self, answer: ScriptedAnswer) -> &Self {
        self.cloud.lock().reads.push_back(answer);
        self
    }

    /// Answers the next call of the Verify API so, after everything scripted before.
    pub fn script_verify(&self, answer: ScriptedAnswer) -> &Self {
        self.cloud.lock().verify_calls.push_back(answer);
        self
    }

    /// Answers so many posts with that status.
    pub fn fail_posts(&self, posts: usize, status: u16) -> &Self {
        self.cloud.lock().posts.extend(std::iter::repeat_n(ScriptedAnswer::Status(status), posts));
        self
    }

    /// Answers as usual again, whatever was scripted.
    pub fn stop_failing(&self) {
        let mut inner = self.cloud.lock();
        inner.posts.clear();
        inner.reads.clear();
        inner.verify_calls.clear();
    }

    /// From now on 500 posts and 50 reads are allowed in a second, by the clock; more are a 429 without `Retry-After`.
    pub fn limit_rates(&self) {
        self.cloud.lock().rates = Some(rate::Rates::default());
    }

    /// From now on errors have no body, unless it says what is invalid.
    pub fn errors_without_body(&self) {
        self.cloud.lock().bare_errors = true;
    }

    /// Every message it took, in order.
    #[must_use]
    pub fn messages(&self) -> Vec<ReceivedMessage> {
        self.cloud.lock().messages.clone()
    }

    /// A message as it is now.
    #[must_use]
    pub fn message(&self, id: Uuid) -> Option<ReceivedMessage> {
        self.cloud.lock().message(id).cloned()
    }

    /// Waits until it took so many messages in all, and gives all there are.
    ///
    /// # Panics
    /// When they are not there after 30 seconds.
    pub async fn wait_for(&self, messages: usize) -> Vec<ReceivedMessage> {
        let mut arrived = self.cloud.arrived.subscribe();
        let enough = arrived.wait_for(|arrived| *arrived >= messages);
        let enough = tokio::time::timeout(PATIENCE, enough).await.map(|arrived| arrived.is_ok());
        assert_eq!(enough, Ok(true), "{messages} messages were expected, and {} came", self.messages().len());
        self.messages()
    }

    /// Every request that arrived, in order, whatever it was answered.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.cloud.lock().requests.clone()
    }
}

impl Drop for BirdCloud {
    fn drop(&mut self) {
        self.cloud.stopped.send_replace(true);
        self.server.abort();
    }
}

impl fmt::Debug for BirdCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BirdCloud")
            .field("url", &self.url)
            .field("workspace", &self.workspace())
            .finish_non_exhaustive()
    }
}
