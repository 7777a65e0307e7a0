//! A service behind a proxy: its engine, its hook, and the Bird that it sends by.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::routing::any;
use countersign::store::Limit;
use countersign::{
    AttemptStatus, Channel, ChannelId, CheckOutcome, Engine, Navigator, NavigatorId, Platform, Policy, ReportScope,
    Route, StartRequest, SubmittedCode, Template, Verification, WebhookHead, WorkspaceId,
};
use countersign_bird::webhook::BirdWebhook;
use countersign_bird::{AccessKey, Bird, BirdBuilder};
use countersign_memory::MemoryStore;
use countersign_testkit::bird::BirdCloud;
use countersign_testkit::fixtures::{email_address, keyring, phone_number, workspace};
use countersign_testkit::{FaultyStore, SeededEntropy, SteppedClock};
use uuid::Uuid;

use crate::signed::{SIGNING_KEY, URL, keys, status};
use crate::test_client::messages;

/// What stands before the paths of this service, for those outside.
const PUBLIC: &str = "https://codes.acme.example";

/// Bird, and a service with an SMS channel, another one whose messages are found by Bird's ids too, a WhatsApp and an
/// email channel, and a navigator of Bird's.
pub struct EngineOverBird {
    pub bird: BirdCloud,
    pub engine: Engine,
    pub store: Arc<FaultyStore>,
    pub clock: SteppedClock,
    pub sms: Route,
    pub other_sms: Route,
    pub whatsapp: Route,
    pub email: Route,
    pub navigator: Route,
    listens_at: String,
}

/// What the hook answers with.
struct Host {
    engine: Engine,
    scope: ReportScope,
}

impl EngineOverBird {
    /// An engine that Bird tells everything, and that believes it for workspace 1.
    pub async fn new(seed: u64) -> Self {
        Self::with(seed, workspace(1), |client| client).await
    }

    /// One with another scope, or another client.
    pub async fn with(
        seed: u64,
        scope: impl Into<ReportScope>,
        client: impl FnOnce(BirdBuilder) -> BirdBuilder,
    ) -> Self {
        let over_bird = Self::unsubscribed(seed, scope, client).await;
        over_bird.bird.webhook_behind(URL, &over_bird.hook(URL), SIGNING_KEY);
        over_bird
    }

    /// One that Bird tells nothing.
    pub async fn unsubscribed(
        seed: u64,
        scope: impl Into<ReportScope>,
        client: impl FnOnce(BirdBuilder) -> BirdBuilder,
    ) -> Self {
        let clock = SteppedClock::default();
        let bird = BirdCloud::start_by(seed, Arc::new(clock.clone()));
        let [sms, other_sms, whatsapp, email] =
            ["sms-messagebird", "sms-other", "whatsapp", "email-messagebird"].map(|id| bird.add_channel(id, "Acme"));
        let navigator = bird.add_navigator("OTP");
        let client = client(patient(&bird)).build().unwrap();
        let transport = client.transport(bird.workspace_id(), messages());
        let by_message_id = Channel::new(Platform::Sms, Arc::new(transport.clone().with_reports_by_message_id()));
        let transport = Arc::new(transport);
        let over = |platform| Channel::new(platform, transport.clone());
        let store = Arc::new(FaultyStore::new(Arc::new(MemoryStore::new())));
        let engine = Engine::builder(store.clone(), keyring())
            .channel(ChannelId::new(sms), over(Platform::Sms))
            .channel(ChannelId::new(other_sms), by_message_id)
            .channel(ChannelId::new(whatsapp), over(Platform::WhatsApp).with_template(template()))
            .channel(ChannelId::new(email), over(Platform::Email))
            .navigator(NavigatorId::new(navigator), Navigator::chosen_by_provider(over(Platform::Sms)))
            .policy(Policy::default().with_resend_cooldown(Duration::ZERO))
            .clock(Arc::new(clock.clone()))
            .entropy(Arc::new(SeededEntropy::new(seed)))
            .build()
            .unwrap();
        let host = Host { engine: engine.clone(), scope: scope.into() };
        let listens_at = listen(host).await;
        let [sms, other_sms, whatsapp, email] =
            [sms, other_sms, whatsapp, email].map(|id| Route::Channel(ChannelId::new(id)));
        let navigator = Route::Navigator(NavigatorId::new(navigator));
        Self { bird, engine, store, clock, sms, other_sms, whatsapp, email, navigator, listens_at }
    }

    /// Where what is meant for a public URL arrives behind the proxy.
    pub fn hook(&self, public: &str) -> String {
        public.replace(PUBLIC, &self.listens_at)
    }

    /// Posts to the hook of a public URL as anybody could, and gives the status of the answer.
    pub async fn post(&self, public: &str, headers: &[(&str, String)], body: impl Into<Vec<u8>>) -> u16 {
        let post = reqwest::Client::new().post(self.hook(public)).body(body.into());
        let post = headers.iter().fold(post, |post, (name, value)| post.header(*name, value));
        post.send().await.unwrap().status().as_u16()
    }

    /// Starts for a person of that number, in workspace 1.
    pub async fn start(&self, number: u64, steps: &[Route]) -> Verification {
        self.start_in(workspace(1), number, steps).await
    }

    pub async fn start_in(&self, workspace: WorkspaceId, number: u64, steps: &[Route]) -> Verification {
        let request = StartRequest::new((phone_number(number), email_address(number))).locale("en".parse().unwrap());
        let request = steps.iter().fold(request, |request, step| request.step(*step));
        self.engine.start(workspace, request).await.unwrap()
    }

    pub async fn now(&self, verification: &Verification) -> Verification {
        self.engine.get(verification.workspace(), verification.id()).await.unwrap()
    }

    pub async fn statuses(&self, verification: &Verification) -> Vec<AttemptStatus> {
        self.now(verification).await.attempts().iter().map(countersign::Attempt::status).collect()
    }

    /// Types a code in.
    pub async fn check(&self, verification: &Verification, code: &str) -> CheckOutcome {
        let code = SubmittedCode::parse(code).unwrap();
        self.engine.check(verification.workspace(), verification.id(), &code).await.unwrap().outcome
    }

    /// Does what is due so much later.
    pub async fn later(&self, by: Duration) {
        self.clock.advance(by);
        while self.engine.run_due(Limit::new(1000).unwrap()).await.unwrap().more {}
    }

    /// What Bird has of a verification's messages, in order: our references, each as often as it was taken.
    pub fn taken(&self, verification: &Verification) -> Vec<String> {
        let ours = |reference: &&str| reference.starts_with(&verification.id().to_string());
        let taken = self.bird.messages();
        taken.iter().filter_map(|message| message.reference()).filter(ours).map(str::to_owned).collect()
    }

    /// What its hook answered to Bird, in order.
    pub fn answered(&self) -> Vec<Option<u16>> {
        self.bird.deliveries().iter().map(|delivery| delivery.answered).collect()
    }
}

/// A client of that Bird, as a host would set it up.
pub fn patient(bird: &BirdCloud) -> BirdBuilder {
    Bird::builder(AccessKey::new(bird.access_key()).unwrap()).base_url(bird.url())
}

fn template() -> Template {
    let (version, locale) = (Some("latest".to_owned()), Some("en".to_owned()));
    Template { project_id: Some(Uuid::from_u128(7)), version, locale, ..Template::default() }
}

async fn listen(host: Host) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().route("/webhooks/bird", any(answer)).with_state(Arc::new(host));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn answer(
    State(host): State<Arc<Host>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let url = format!("{PUBLIC}{uri}");
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let head = WebhookHead::new(method.as_str(), &headers);
    // Each URL of this host has a subscription of its own.
    let webhook = BirdWebhook::new(keys(), url);
    let handled = host.engine.handle_webhook(&webhook, host.scope, &head, &body).await;
    StatusCode::from_u16(status(&handled)).unwrap()
}
