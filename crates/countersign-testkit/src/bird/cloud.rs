use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign::{Clock, Timestamp};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use super::answer::ScriptedAnswer;
use super::channel::{Channel, Navigator};
use super::fate::{MessageFate, MessageFilter};
use super::message::ReceivedMessage;
use super::outbox::{Letter, Outbox};
use super::rate::Rates;
use super::request::RecordedRequest;
use super::status::{CarrierFailure, Status};
use super::verify::Hosted;

/// What the server's handlers and the test's handle share.
pub(super) struct Cloud {
    pub(super) workspace: Uuid,
    pub(super) access_key: String,
    pub(super) clock: Arc<dyn Clock>,
    /// How many messages there are.
    pub(super) arrived: watch::Sender<usize>,
    /// Whether it has ended.
    pub(super) stopped: watch::Sender<bool>,
    pub(super) hosted: Hosted,
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    pub(super) seeded: StdRng,
    pub(super) channels: Vec<Channel>,
    pub(super) navigators: Vec<Navigator>,
    pub(super) messages: Vec<ReceivedMessage>,
    /// Where each message is among them.
    places: HashMap<Uuid, usize>,
    pub(super) requests: Vec<RecordedRequest>,
    pub(super) posts: VecDeque<ScriptedAnswer>,
    pub(super) reads: VecDeque<ScriptedAnswer>,
    pub(super) verify_calls: VecDeque<ScriptedAnswer>,
    pub(super) fates: Vec<(MessageFilter, MessageFate)>,
    pub(super) outbox: Outbox,
    pub(super) rates: Option<Rates>,
    pub(super) bare_errors: bool,
}

impl Inner {
    pub(super) fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.seeded.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    pub(super) fn channel(&self, id: Uuid) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    pub(super) fn message(&self, id: Uuid) -> Option<&ReceivedMessage> {
        self.messages.get(*self.places.get(&id)?)
    }

    /// One of the workspace's SMS channels: navigators choose among no others.
    pub(super) fn navigate(&mut self) -> Option<Channel> {
        let usable = |channel: &&Channel| channel.active && channel.platform() == "sms";
        let choice: Vec<_> = self.channels.iter().filter(usable).cloned().collect();
        let drawn = self.seeded.random_range(0..choice.len().max(1));
        choice.into_iter().nth(drawn)
    }

    /// Takes a message that the schema admits, and decides on its life.
    pub(super) fn keep(
        &mut self,
        channel: &Channel,
        navigator: Option<Uuid>,
        posted: Value,
        now: Timestamp,
    ) -> ReceivedMessage {
        let message = ReceivedMessage {
            id: self.uuid(),
            channel: channel.id,
            navigator,
            platform: channel.platform().to_owned(),
            posted,
            status: Status::Accepted,
            created_at: now,
            status_at: now,
        };
        let life = self.fate_of(&message).life();
        self.outbox.to_come.extend(life.into_iter().map(|status| (message.id, status)));
        self.places.insert(message.id, self.messages.len());
        self.messages.push(message.clone());
        message
    }

    fn fate_of(&self, message: &ReceivedMessage) -> MessageFate {
        let is_phone = || message.to().strip_prefix('+').is_some_and(|to| to.bytes().all(|byte| byte.is_ascii_digit()));
        let (is_an_address, is_known_type) = match message.platform() {
            "email" => (message.to().contains('@'), message.text().is_some() || message.html().is_some()),
            "sms" => (is_phone(), message.posted.pointer("/body/text").is_some()),
            "whatsapp" => (is_phone(), true),
            _ => (true, true),
        };
        if !is_an_address {
            return MessageFate::SendingFailed(CarrierFailure::invalid_input());
        }
        if !is_known_type && message.template().is_none() {
            return MessageFate::SendingFailed(CarrierFailure::unsupported_type());
        }
        let fits = |of: &MessageFilter| match of {
            MessageFilter::Everything => true,
            MessageFilter::Platform(platform) => *platform == message.platform(),
            MessageFilter::Channel(channel) => *channel == message.channel,
            MessageFilter::Address(address) => address == message.to(),
        };
        let fitting = self.fates.iter().filter(|(of, _)| fits(of));
        fitting.max_by_key(|(of, _)| of.narrowness()).map_or(MessageFate::Delivered, |(_, fate)| fate.clone())
    }

    /// Lets happen what is to come, and writes the letters that tell of it; gives what happened.
    fn live_on(&mut self, of: Option<Uuid>, now: Timestamp) -> Vec<(Uuid, Status)> {
        let mut happened = Vec::new();
        let to_come = std::mem::take(&mut self.outbox.to_come);
        for (id, status) in to_come {
            if of.is_some_and(|of| of != id) {
                self.outbox.to_come.push_back((id, status));
                continue;
            }
            let request_id = self.uuid();
            let Some(message) = self.places.get(&id).and_then(|place| self.messages.get_mut(*place)) else { continue };
            (message.status, message.status_at) = (status.clone(), now);
            happened.push((id, status));
            let event = format!("{}.outbound", message.platform);
            let event = json!({ "service": "channels", "event": event, "payload": message.wire() });
            self.outbox.write(Some(id), &event, request_id, now);
        }
        happened
    }
}

impl Cloud {
    pub(super) fn new(seed: u64, clock: Arc<dyn Clock>) -> Self {
        let mut inner = Inner {
            seeded: StdRng::seed_from_u64(seed),
            channels: Vec::new(),
            navigators: Vec::new(),
            messages: Vec::new(),
            places: HashMap::new(),
            requests: Vec::new(),
            posts: VecDeque::new(),
            reads: VecDeque::new(),
            verify_calls: VecDeque::new(),
            fates: Vec::new(),
            outbox: Outbox::default(),
            rates: None,
            bare_errors: false,
        };
        let workspace = inner.uuid();
        let access_key = inner.uuid().simple().to_string();
        let (arrived, stopped) = (watch::Sender::new(0), watch::Sender::new(false));
        let hosted = Hosted::new(seed);
        Self { workspace, access_key, clock, arrived, stopped, hosted, inner: Mutex::new(inner) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends when the server does.
    pub(super) async fn stopped(&self) {
        let _: Result<_, _> = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }

    /// Lets everything happen, and tries every letter once.
    pub(super) async fn deliver_now(self: &Arc<Self>) {
        self.round(None, |inner| inner.outbox.take(|_| true, &mut inner.seeded)).await;
    }

    /// Lets happen what becomes of one message, and tries its letters once.
    pub(super) async fn deliver_of(self: &Arc<Self>, id: Uuid) {
        self.round(Some(id), |inner| {
            inner.outbox.take(|letter| letter.delivery.message == Some(id), &mut inner.seeded)
        })
        .await;
    }

    /// Goes on until everything has happened, and every letter was taken or given up.
    pub(super) async fn settle(self: &Arc<Self>) {
        while !self.lock().outbox.is_empty() {
            self.round(None, |inner| inner.outbox.take_next(&mut inner.seeded)).await;
        }
    }

    async fn round(self: &Arc<Self>, of: Option<Uuid>, take: impl FnOnce(&mut Inner) -> Vec<Letter>) {
        let (happened, letters) = {
            let mut inner = self.lock();
            (inner.live_on(of, self.clock.now()), take(&mut inner))
        };
        self.tell_hosted(happened).await;
        self.deliver(letters).await;
    }

    async fn deliver(&self, letters: Vec<Letter>) {
        if self.lock().outbox.habits.at_once {
            join_all(letters.into_iter().map(|letter| self.hand_over(letter))).await;
        } else {
            for letter in letters {
                self.hand_over(letter).await;
            }
        }
    }

    async fn hand_over(&self, mut letter: Letter) {
        letter.delivery.answered = letter.delivery.replay_to(&letter.post_to).await;
        self.lock().outbox.came_back(letter);
    }

    /// Notes a request, and gives its number and whether the second's allowance has room for it.
    pub(super) fn note(&self, request: RecordedRequest) -> (usize, bool) {
        let mut inner = self.lock();
        let is_read = request.method == "GET";
        let counts = request.authorized;
        inner.requests.push(request);
        let now = self.clock.now();
        let allowed = !counts || inner.rates.as_mut().is_none_or(|rates| rates.allow(is_read, now));
        (inner.requests.len(), allowed)
    }
}

impl fmt::Debug for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloud").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}
