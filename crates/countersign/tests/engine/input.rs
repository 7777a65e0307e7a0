//! Bad input: a typed error that says what to do, and nothing stored, sent or charged.

use std::sync::Arc;

use countersign::store::Limit;
use countersign::{
    BoundedField, Channel, ChannelId, CodeError, CodeLength, Engine, EngineError, EngineSetupError, KeyId, KeySecret,
    Keyring, MaxAttempts, NavigatorId, OutOfRange, PlanFault, PlanFaultKind, Platform, Refusal, Route, StartRequest,
    StepIndex, SubmittedCode, Template, Timeout,
};
use countersign_memory::MemoryStore;
use countersign_testkit::fixtures::{self, keyring};
use countersign_testkit::{FailingEntropy, ScriptedTransport};
use uuid::Uuid;

use crate::watched::{EMAIL, MAILBOX, SMS, WHATSAPP, WORKSPACE, WatchedEngine, channel, limits, phone, request};

fn faults(error: EngineError) -> Vec<PlanFault> {
    let EngineError::InvalidPlan(invalid) = error else { panic!("{error:?}") };
    invalid.faults().to_vec()
}

/// A fault of one step.
fn of(step: u8, kind: PlanFaultKind) -> PlanFault {
    PlanFault { step: Some(StepIndex::new(step)), kind }
}

/// A fault of the whole plan.
fn whole(kind: PlanFaultKind) -> [PlanFault; 1] {
    [PlanFault { step: None, kind }]
}

#[tokio::test]
async fn a_plan_without_steps_is_refused() {
    let watched = WatchedEngine::new();
    let error = watched.engine.start(WORKSPACE, StartRequest::new(phone())).await.unwrap_err();
    assert_eq!(faults(error), whole(PlanFaultKind::NoSteps));
}

#[tokio::test]
async fn a_plan_of_seventeen_steps_is_refused_whatever_the_steps_are() {
    let watched = WatchedEngine::new();
    for steps in [[SMS; 17], [ChannelId::new(Uuid::nil()); 17]] {
        let error = watched.engine.start(WORKSPACE, request(steps)).await.unwrap_err();
        assert_eq!(faults(error), whole(PlanFaultKind::TooManySteps));
    }
    assert!(watched.engine.start(WORKSPACE, request([SMS; 16])).await.is_ok());
}

#[tokio::test]
async fn every_fault_of_a_plan_is_reported_with_its_step() {
    let watched = WatchedEngine::new();
    let unknown = ChannelId::new(Uuid::from_u128(8));
    let nobody = NavigatorId::new(Uuid::from_u128(9));
    let request = StartRequest::new(phone()).step(SMS).step(unknown).step(nobody);
    let error = watched.engine.start(WORKSPACE, request).await.unwrap_err();
    let expected = [of(1, PlanFaultKind::UnknownChannel(unknown)), of(2, PlanFaultKind::UnknownNavigator(nobody))];
    assert_eq!(faults(error), expected);

    let templated = channel(SMS).with_template(Template::default());
    let request = StartRequest::new(phone()).step(EMAIL).step(WHATSAPP).step(templated);
    let error = watched.engine.start(WORKSPACE, request).await.unwrap_err();
    let expected = [
        of(0, PlanFaultKind::MissingAddress { route: Route::Channel(EMAIL), platform: Platform::Email }),
        of(1, PlanFaultKind::MissingTemplate { platform: Platform::WhatsApp }),
        of(2, PlanFaultKind::ForbiddenTemplate { platform: Platform::Sms }),
    ];
    assert_eq!(faults(error), expected);
}

#[tokio::test]
async fn a_refused_plan_says_what_to_do_and_repeats_no_address() {
    let watched = WatchedEngine::new();
    let mailbox: countersign::EmailAddress = MAILBOX.parse().unwrap();
    let error = watched.engine.start(WORKSPACE, StartRequest::new(mailbox).step(SMS)).await.unwrap_err();
    let expected = "the plan cannot be carried out; step 0: sms needs a phone number: give it, or drop the step";
    assert_eq!(error.to_string(), expected);
    assert!(!format!("{error:?}").contains("annabelle"));
}

#[tokio::test]
async fn nothing_is_stored_or_sent_for_a_refused_start() {
    let watched = WatchedEngine::new();
    for bad in
        [StartRequest::new(phone()), request([ChannelId::new(Uuid::nil())]), StartRequest::new(phone()).step(EMAIL)]
    {
        watched.engine.start(WORKSPACE, bad).await.unwrap_err();
    }
    assert_eq!((watched.store.calls(), watched.sms.sent().len()), (0, 0));
}

#[test]
fn numbers_outside_their_bounds_are_refused_with_the_bounds() {
    let error = OutOfRange { field: BoundedField::MaxAttempts, min: 1, max: 10 };
    assert_eq!(MaxAttempts::new(0), Err(error));
    assert_eq!(MaxAttempts::new(0).unwrap_err().to_string(), "max attempts must be from 1 to 10");
    assert!(MaxAttempts::new(11).is_err());
    assert_eq!(Timeout::from_secs(29).unwrap_err().to_string(), "timeout in seconds must be from 30 to 3600");
    assert!(Timeout::from_secs(3601).is_err());
    assert_eq!(CodeLength::new(5).unwrap_err().to_string(), "code length must be from 6 to 12");
    assert!(CodeLength::new(13).is_err());
    assert_eq!(Limit::new(0).unwrap_err().to_string(), "limit must be from 1 to 1000");
    assert!(Limit::new(1001).is_err());
}

#[tokio::test]
async fn what_cannot_be_the_code_is_refused_and_not_charged() {
    let watched = WatchedEngine::new();
    let id = watched.start(request([SMS]).limits(limits())).await.id();
    for (typed, error) in [("", CodeError::Empty), ("abcdef", CodeError::NotDigits), ("12345", CodeError::Length)] {
        assert_eq!(SubmittedCode::parse(typed).unwrap_err(), error);
    }
    for too_short in ["123456", "12345678901"] {
        let error = watched.check(id, &too_short.parse().unwrap()).await.unwrap_err();
        assert!(matches!(error, EngineError::Refused(Refusal::WrongLength { .. })));
        assert_eq!(error.to_string(), "the code has 12 digits: enter all of them");
    }
    assert_eq!(watched.get(id).await.failed_checks(), 0);
}

#[tokio::test]
async fn steps_that_do_not_exist_are_refused() {
    let watched = WatchedEngine::new();
    let id = watched.start(request([channel(SMS), channel(EMAIL)])).await.id();
    watched.pass(std::time::Duration::from_secs(60));
    let before = watched.get(id).await;
    let resend = watched.engine.resend(WORKSPACE, id, Some(StepIndex::new(2))).await.unwrap_err();
    assert!(matches!(resend, EngineError::Refused(Refusal::NoSuchStep { .. })));
    assert_eq!(resend.to_string(), "the plan has steps 0 to 1, not 2");
    for step in [0, 2, 255] {
        let failover = watched.engine.failover(WORKSPACE, id, Some(StepIndex::new(step))).await.unwrap_err();
        assert!(matches!(failover, EngineError::Refused(Refusal::NoNextStep)));
    }
    assert_eq!(watched.get(id).await, before);
}

#[tokio::test]
async fn an_unknown_verification_is_not_found() {
    let watched = WatchedEngine::new();
    let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let code = SubmittedCode::parse("123456").unwrap();
    assert!(matches!(watched.check(id, &code).await, Err(EngineError::NotFound)));
    assert!(matches!(watched.engine.get(WORKSPACE, id).await, Err(EngineError::NotFound)));
}

#[tokio::test]
async fn without_entropy_nothing_starts() {
    let store = Arc::new(MemoryStore::new());
    let sms = Arc::new(ScriptedTransport::new());
    let engine = Engine::builder(store.clone(), keyring())
        .channel(SMS, Channel::new(Platform::Sms, sms.clone()))
        .entropy(Arc::new(FailingEntropy))
        .build()
        .unwrap();
    let error = engine.start(WORKSPACE, request([SMS])).await.unwrap_err();
    assert!(matches!(error, EngineError::Entropy(_)));
    assert!(error.retry_after().is_some());
    assert_eq!((store.len(), sms.sent().len()), (0, 0));
}

#[tokio::test]
async fn a_full_store_says_so_and_nothing_is_sent() {
    let sms = Arc::new(ScriptedTransport::new());
    let store = Arc::new(MemoryStore::with_capacity_limit(1));
    let engine =
        Engine::builder(store, keyring()).channel(SMS, Channel::new(Platform::Sms, sms.clone())).build().unwrap();
    engine.start(WORKSPACE, request([SMS])).await.unwrap();
    let error = engine.start(WORKSPACE, request([SMS])).await.unwrap_err();
    assert!(matches!(error, EngineError::Full(_)));
    assert_eq!(sms.sent().len(), 1);
}

#[tokio::test]
async fn a_key_that_left_the_ring_too_early_is_named_and_nothing_is_charged() {
    let watched = WatchedEngine::new();
    let verification = watched.start(request([SMS])).await;
    let code = watched.code(verification.id());
    let other_secret: Vec<u8> = fixtures::secret().into_iter().rev().collect();
    let rotated = Engine::builder(
        watched.store.clone(),
        Keyring::new(KeyId::new(2), KeySecret::from_bytes(&other_secret).unwrap()),
    )
    .channel(SMS, Channel::new(Platform::Sms, watched.sms.clone()))
    .clock(Arc::new(watched.clock.clone()))
    .build()
    .unwrap();
    let error = rotated.check(WORKSPACE, verification.id(), &code).await.unwrap_err();
    assert!(matches!(error, EngineError::Refused(Refusal::KeyMissing(_))));
    assert!(error.to_string().starts_with("key 1 is not in the keyring"));
    assert_eq!(watched.get(verification.id()).await, verification);
}

#[test]
fn an_engine_needs_channels_and_each_id_once() {
    let builder = || Engine::builder(Arc::new(MemoryStore::new()), keyring());
    assert_eq!(builder().build().unwrap_err(), EngineSetupError::NoChannels);
    let sms = || Channel::new(Platform::Sms, Arc::new(ScriptedTransport::new()));
    let twice = builder().channel(SMS, sms()).channel(SMS, sms()).build().unwrap_err();
    let EngineSetupError::Directory(faults) = twice else { panic!("{twice:?}") };
    assert_eq!(faults.to_string(), "invalid directory: channels[1]: another channel has this id: use a different one");
    let navigator = NavigatorId::new(*SMS.as_uuid());
    assert!(builder().channel(SMS, sms()).navigator(navigator, sms()).build().is_ok(), "a navigator is no channel");
}
