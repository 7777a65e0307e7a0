//! What a host may declare, and which channel a navigator chooses.

use std::sync::Arc;

use countersign::AddressKind;
use countersign::{
    Brand, Channel, ChannelId, Country, CustomPlatform, Directory, DirectoryFaultKind, EmailAddress, Engine,
    EngineError, Keyring, Navigator, NavigatorId, PhoneNumber, PlanFault, PlanFaultKind, Platform, PlatformNameError,
    Recipient, Report, ReportedStatus, RequestedStep, Route, Sender, StartRequest, Step, StepIndex, Template,
    TemplateRule, ThreadEntropy, Verification, WorkspaceId,
};
use countersign_memory::MemoryStore;
use countersign_testkit::ScriptedTransport;
use proptest::prelude::*;
use uuid::Uuid;

const WORKSPACE: WorkspaceId = WorkspaceId::new(Uuid::from_u128(1));
const DUTCH_SMS: ChannelId = ChannelId::new(Uuid::from_u128(11));
const WHATSAPP: ChannelId = ChannelId::new(Uuid::from_u128(12));
const SMS: ChannelId = ChannelId::new(Uuid::from_u128(13));
const EMAIL: ChannelId = ChannelId::new(Uuid::from_u128(14));
const BEST: NavigatorId = NavigatorId::new(Uuid::from_u128(21));
const PROVIDERS: NavigatorId = NavigatorId::new(Uuid::from_u128(22));

fn over(platform: Platform) -> Channel {
    Channel::new(platform, Arc::new(ScriptedTransport::new()))
}

fn countries(codes: &[&str]) -> Vec<Country> {
    codes.iter().map(|code| Country::parse(code).unwrap()).collect()
}

fn dutch() -> Recipient {
    PhoneNumber::parse("+31612345678").unwrap().into()
}

fn german() -> Recipient {
    PhoneNumber::parse("+4915112345678").unwrap().into()
}

fn template() -> Template {
    Template { name: Some("otp".into()), ..Template::default() }
}

/// The faults of a directory, each with its entry as displayed.
fn faults(directory: &Directory) -> Vec<(String, DirectoryFaultKind)> {
    let faults = directory.check().map_or_else(|faults| faults, |()| Default::default());
    faults.faults().iter().map(|fault| (fault.entry.to_string(), fault.kind.clone())).collect()
}

/// The Netherlands by their own carrier, WhatsApp for whoever has a template, then any SMS, then email.
fn navigator() -> Navigator {
    Navigator::new()
        .with_channel_in(countries(&["NL"]), DUTCH_SMS)
        .with_channel_in(countries(&["DE", "AT"]), WHATSAPP)
        .with_channel_in(countries(&["DE"]), SMS)
        .with_channel(EMAIL)
}

struct Deployment {
    engine: Engine,
    dutch: Arc<ScriptedTransport>,
    rest: Arc<ScriptedTransport>,
}

impl Deployment {
    fn new() -> Self {
        let (dutch, rest) = (Arc::new(ScriptedTransport::new()), Arc::new(ScriptedTransport::new()));
        let directory = Directory::new()
            .channel(DUTCH_SMS, Channel::new(Platform::Sms, dutch.clone()).with_brand(Brand::parse("Kaas").unwrap()))
            .channel(WHATSAPP, Channel::new(Platform::WhatsApp, rest.clone()))
            .channel(SMS, Channel::new(Platform::Sms, rest.clone()))
            .channel(EMAIL, Channel::new(Platform::Email, rest.clone()).with_template(template()))
            .navigator(BEST, navigator())
            .navigator(PROVIDERS, Channel::new(Platform::Sms, rest.clone()));
        let keyring = Keyring::ephemeral(&ThreadEntropy).unwrap();
        let engine = Engine::builder(Arc::new(MemoryStore::new()), keyring).directory(directory).build().unwrap();
        Self { engine, dutch, rest }
    }

    async fn start(&self, recipient: Recipient, steps: Vec<RequestedStep>) -> Result<Verification, EngineError> {
        let request = steps.into_iter().fold(StartRequest::new(recipient), StartRequest::step);
        self.engine.start(WORKSPACE, request).await
    }

    async fn chosen(&self, recipient: Recipient, template: Option<Template>) -> Result<Step, EngineError> {
        let step = RequestedStep { template, ..BEST.into() };
        Ok(self.start(recipient, vec![step]).await?.steps()[0].clone())
    }
}

#[tokio::test]
async fn a_navigator_takes_the_first_channel_of_its_list_that_serves_the_country() {
    let deployment = Deployment::new();
    let step = deployment.chosen(dutch(), None).await.unwrap();
    assert_eq!(step.effective_route(), Route::Channel(DUTCH_SMS));
    assert_eq!(step.route(), Route::Navigator(BEST), "what was asked for stays");
    assert_eq!(*step.platform(), Platform::Sms);
    assert_eq!((deployment.dutch.sent().len(), deployment.rest.sent().len()), (1, 0));
}

#[tokio::test]
async fn a_channel_that_lacks_its_template_is_passed_over_and_one_that_takes_none_too() {
    let deployment = Deployment::new();
    assert_eq!(deployment.chosen(german(), None).await.unwrap().effective_route(), Route::Channel(SMS));
    assert_eq!(
        deployment.chosen(german(), Some(template())).await.unwrap().effective_route(),
        Route::Channel(WHATSAPP)
    );
}

#[tokio::test]
async fn a_recipient_without_a_country_is_served_by_what_is_listed_for_anywhere() {
    let deployment = Deployment::new();
    let email: Recipient = EmailAddress::parse("ada@example.com").unwrap().into();
    let step = deployment.chosen(email, None).await.unwrap();
    assert_eq!(step.effective_route(), Route::Channel(EMAIL));
    assert_eq!(step.template(), Some(&template()), "a channel's own template serves steps that bring none");
}

#[tokio::test]
async fn when_no_channel_serves_the_fault_names_the_navigator_and_nothing_is_sent() {
    let deployment = Deployment::new();
    let french: Recipient = PhoneNumber::parse("+33612345678").unwrap().into();
    let error = deployment.chosen(french, None).await.unwrap_err();
    let EngineError::InvalidPlan(plan) = error else { panic!("{error:?}") };
    let fault = PlanFault { step: Some(StepIndex::FIRST), kind: PlanFaultKind::NoServingChannel(BEST) };
    assert_eq!(plan.faults(), [fault]);
    assert_eq!((deployment.dutch.sent().len(), deployment.rest.sent().len()), (0, 0));
}

#[tokio::test]
async fn failover_compares_the_platforms_that_navigators_chose() {
    let failed = ReportedStatus::DeliveryFailed { detail: None };
    let deployment = Deployment::new();
    let both =
        Recipient::both(PhoneNumber::parse("+31612345678").unwrap(), EmailAddress::parse("ada@example.com").unwrap());
    for (second, moves) in
        [(Route::Channel(SMS), false), (Route::Navigator(PROVIDERS), false), (Route::Channel(EMAIL), true)]
    {
        let steps = vec![Route::Navigator(BEST).into(), second.into()];
        let verification = deployment.start(both.clone(), steps).await.unwrap();
        let report = Report::by_reference(verification.attempt_id(0), failed.clone());
        let after = deployment.engine.report(WORKSPACE, &report).await.unwrap().unwrap();
        assert_eq!(after.current_step().get() == 1, moves, "then {second:?}");
    }
}

#[tokio::test]
async fn a_message_says_whom_its_channel_sends_from_and_speaks_for() {
    let transport = Arc::new(ScriptedTransport::new());
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = seen.clone();
    transport.on_send(Box::new(move |dispatch| {
        let brand = dispatch.brand().map(ToString::to_string);
        noted.lock().unwrap().push((brand, dispatch.sender().map(ToString::to_string)));
    }));
    let branded = Channel::new(Platform::Sms, transport.clone())
        .with_brand(Brand::parse("Acme").unwrap())
        .with_sender(Sender::parse("55155").unwrap());
    let plain = Channel::new(Platform::Sms, transport);
    let keyring = Keyring::ephemeral(&ThreadEntropy).unwrap();
    let engine = Engine::builder(Arc::new(MemoryStore::new()), keyring)
        .channel(SMS, branded)
        .channel(DUTCH_SMS, plain)
        .build()
        .unwrap();
    engine.start(WORKSPACE, StartRequest::new(dutch()).step(SMS)).await.unwrap();
    engine.start(WORKSPACE, StartRequest::new(dutch()).step(DUTCH_SMS)).await.unwrap();
    let expected = [(Some("Acme".to_owned()), Some("55155".to_owned())), (None, None)];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn every_fault_of_a_directory_is_reported_at_once_with_its_entry() {
    let voice = |template| Platform::from(CustomPlatform::new("voice", AddressKind::Phone, template).unwrap());
    let id = |n| ChannelId::new(Uuid::from_u128(n));
    let directory = Directory::new()
        .channel(id(1), over(Platform::Sms))
        .channel(id(1), over(Platform::Email))
        .channel(id(2), over(Platform::Sms).with_template(template()))
        .channel(id(3), over(Platform::Sms).with_brand(Brand::parse("Twelve chars").unwrap()))
        .channel(id(4), over(Platform::Email).with_sender(Sender::parse("Acme").unwrap()))
        .channel(id(7), over(voice(TemplateRule::Forbidden)))
        .channel(id(8), over(voice(TemplateRule::Required)))
        .channel(id(9), over(Platform::Sms).with_delivery_timeout(std::time::Duration::ZERO))
        .navigator(BEST, Navigator::new())
        .navigator(BEST, Navigator::new().with_channel(id(1)).with_channel(id(99)).with_channel_in([], id(2)))
        .navigator(PROVIDERS, over(Platform::Sms).with_template(template()));
    let expected = [
        ("channels[1]", DirectoryFaultKind::DuplicateChannel),
        ("channels[2]", DirectoryFaultKind::TemplateForbidden(Platform::Sms)),
        ("channels[3]", DirectoryFaultKind::BrandTooLong),
        ("channels[4]", DirectoryFaultKind::SenderNotMailbox),
        ("channels[6]", DirectoryFaultKind::PlatformRedeclared("voice".to_owned())),
        ("channels[7]", DirectoryFaultKind::ZeroDeliveryTimeout),
        ("navigators[0]", DirectoryFaultKind::NoChannels),
        ("navigators[1]", DirectoryFaultKind::DuplicateNavigator),
        ("navigators[1].channels[1]", DirectoryFaultKind::UnknownChannel),
        ("navigators[1].channels[2]", DirectoryFaultKind::NoCountries),
        ("navigators[2]", DirectoryFaultKind::TemplateForbidden(Platform::Sms)),
    ];
    assert_eq!(faults(&directory), expected.map(|(entry, kind)| (entry.to_owned(), kind)));
}

#[test]
fn a_platform_of_the_host_has_a_name_for_logs_and_none_of_ours() {
    let named = |name: &str| CustomPlatform::new(name, AddressKind::Phone, TemplateRule::Optional);
    for name in ["voice", "v", "t-2", &"a".repeat(CustomPlatform::MAX_NAME)] {
        assert_eq!(Platform::from(named(name).unwrap()).name(), name);
    }
    for ours in ["sms", "whatsapp", "email"] {
        assert_eq!(named(ours), Err(PlatformNameError::BuiltIn));
    }
    for name in ["", "Voice", "voice call", "voice\n", "t\u{e9}l\u{e9}", &"a".repeat(CustomPlatform::MAX_NAME + 1)] {
        assert_eq!(named(name), Err(PlatformNameError::Malformed), "{name}");
    }
}

#[test]
fn what_is_right_has_no_fault_and_a_long_brand_is_fine_in_an_email() {
    let email = over(Platform::Email).with_brand(Brand::parse("A brand of many characters").unwrap());
    let email = email.with_sender(Sender::parse("Acme <codes@acme.example>").unwrap());
    assert_eq!(
        faults(&Directory::new().channel(EMAIL, email).navigator(BEST, Navigator::new().with_channel(EMAIL))),
        []
    );
}

/// Somebody with a phone number, an email address, or both.
fn recipient() -> impl Strategy<Value = (Option<&'static str>, bool)> {
    let phone = proptest::sample::select(vec!["+31612345678", "+4915112345678", "+33612345678"]);
    prop_oneof![(phone.prop_map(Some), any::<bool>()), Just((None, true))]
}

proptest! {
    #[test]
    fn a_navigator_never_chooses_a_channel_that_could_not_send(
        places in proptest::collection::vec((0_usize..4, proptest::option::of(proptest::sample::subsequence(vec!["NL", "DE", "FR"], 0..3))), 1..6),
        (phone, email) in recipient(),
        with_template in any::<bool>(),
    ) {
        let ids = [DUTCH_SMS, WHATSAPP, SMS, EMAIL];
        let mut navigator = Navigator::new();
        for (channel, near) in &places {
            navigator = match near {
                Some(near) if !near.is_empty() => navigator.with_channel_in(countries(near), ids[*channel]),
                _ => navigator.with_channel(ids[*channel]),
            };
        }
        let mut builder = Engine::builder(Arc::new(MemoryStore::new()), Keyring::ephemeral(&ThreadEntropy).unwrap());
        let platforms = [Platform::Sms, Platform::WhatsApp, Platform::Sms, Platform::Email];
        for (id, platform) in ids.into_iter().zip(platforms.clone()) {
            builder = builder.channel(id, over(platform));
        }
        let engine = builder.navigator(BEST, navigator).build().unwrap();
        let phone = phone.map(|phone| PhoneNumber::parse(phone).unwrap());
        let address = EmailAddress::parse("ada@example.com").unwrap();
        let recipient: Recipient = match (phone, email) {
            (Some(phone), true) => Recipient::both(phone, address),
            (Some(phone), false) => phone.into(),
            (None, _) => address.into(),
        };
        let step = RequestedStep { template: with_template.then(template), ..BEST.into() };
        let country = phone.and_then(PhoneNumber::country);
        // The contract, said a second time: the first place of the list that may send.
        let expected = places.iter().find(|(channel, near)| {
            let here = near.as_ref().is_none_or(|near| {
                near.is_empty() || country.is_some_and(|country| near.contains(&country.as_str()))
            });
            here && match platforms[*channel] {
                Platform::Sms => phone.is_some() && !with_template,
                Platform::WhatsApp => phone.is_some() && with_template,
                Platform::Email | Platform::Custom(_) | _ => email,
            }
        });
        let started = futures::executor::block_on(engine.start(WORKSPACE, StartRequest::new(recipient).step(step)));
        match expected {
            Some((channel, _)) => {
                let verification = started.unwrap();
                prop_assert_eq!(verification.steps()[0].effective_route(), Route::Channel(ids[*channel]));
                prop_assert_eq!(verification.steps()[0].platform(), &platforms[*channel]);
            }
            None => prop_assert!(matches!(started, Err(EngineError::InvalidPlan(_)))),
        }
    }
}
