//! Steps that are left out when they cannot reach the recipient.

use std::sync::Arc;

use countersign::{
    Channel, ChannelId, Country, EmailAddress, Engine, EngineError, InvalidPlan, Navigator, NavigatorId, PlanFault,
    PlanFaultKind, Platform, Recipient, Route, StartRequest, StepIndex, Verification,
};
use countersign_memory::MemoryStore;
use countersign_testkit::ScriptedTransport;
use uuid::Uuid;

use crate::watched::{EMAIL, MAILBOX, SMS, WHATSAPP, WORKSPACE, phone};

const FRENCH: NavigatorId = NavigatorId::new(Uuid::from_u128(0xd1));
const PROVIDERS: NavigatorId = NavigatorId::new(Uuid::from_u128(0xd2));

fn engine() -> Engine {
    let over = |platform| Channel::new(platform, Arc::new(ScriptedTransport::new()));
    let keyring = countersign_testkit::fixtures::keyring();
    Engine::builder(Arc::new(MemoryStore::new()), keyring)
        .channel(SMS, over(Platform::Sms))
        .channel(WHATSAPP, over(Platform::WhatsApp))
        .channel(EMAIL, over(Platform::Email))
        .navigator(FRENCH, Navigator::new().with_channel_in([Country::parse("FR").unwrap()], SMS))
        .navigator(PROVIDERS, over(Platform::Sms))
        .build()
        .unwrap()
}

async fn start(request: StartRequest) -> Result<Verification, InvalidPlan> {
    match engine().start(WORKSPACE, request).await {
        Ok(verification) => Ok(verification),
        Err(EngineError::InvalidPlan(invalid)) => Err(invalid),
        Err(error) => panic!("{error}"),
    }
}

fn mailbox() -> EmailAddress {
    MAILBOX.parse().unwrap()
}

fn routes(verification: &Verification) -> Vec<Route> {
    verification.steps().iter().map(countersign::Step::route).collect()
}

/// SMS, a provider's navigator for SMS, and email, each as far as it reaches.
fn everywhere(recipient: impl Into<Recipient>) -> StartRequest {
    StartRequest::new(recipient).step_if_reachable(SMS).step_if_reachable(PROVIDERS).step_if_reachable(EMAIL)
}

#[tokio::test]
async fn a_step_is_left_out_when_the_recipient_lacks_its_address() {
    let by_phone = start(everywhere(phone())).await.unwrap();
    assert_eq!(routes(&by_phone), [Route::Channel(SMS), Route::Navigator(PROVIDERS)]);
    let by_email = start(everywhere(mailbox())).await.unwrap();
    assert_eq!(routes(&by_email), [Route::Channel(EMAIL)]);
    let by_both = start(everywhere((phone(), mailbox()))).await.unwrap();
    assert_eq!(by_both.steps().len(), 3);
}

#[tokio::test]
async fn a_step_is_left_out_when_no_channel_of_its_navigator_serves_the_recipient() {
    let started = start(StartRequest::new(phone()).step_if_reachable(FRENCH).step(SMS)).await.unwrap();
    assert_eq!(routes(&started), [Route::Channel(SMS)]);
}

#[tokio::test]
async fn a_plan_of_which_no_step_is_left_is_refused_as_a_whole() {
    let request = StartRequest::new(mailbox()).step_if_reachable(SMS).step_if_reachable(FRENCH);
    let invalid = start(request).await.unwrap_err();
    assert_eq!(invalid.faults(), [PlanFault { step: None, kind: PlanFaultKind::NoReachableStep }]);
}

#[tokio::test]
async fn what_is_wrong_with_a_reachable_step_is_still_refused() {
    let unknown = ChannelId::new(Uuid::from_u128(8));
    for (step, kind) in [
        (unknown, PlanFaultKind::UnknownChannel(unknown)),
        (WHATSAPP, PlanFaultKind::MissingTemplate { platform: Platform::WhatsApp }),
    ] {
        let invalid = start(StartRequest::new(phone()).step_if_reachable(step)).await.unwrap_err();
        assert_eq!(invalid.faults(), [PlanFault { step: Some(StepIndex::FIRST), kind }]);
    }
}

#[tokio::test]
async fn faults_count_the_steps_that_were_left_out() {
    let request = StartRequest::new(phone()).step_if_reachable(EMAIL).step(WHATSAPP);
    let invalid = start(request).await.unwrap_err();
    let kind = PlanFaultKind::MissingTemplate { platform: Platform::WhatsApp };
    assert_eq!(invalid.faults(), [PlanFault { step: Some(StepIndex::new(1)), kind }]);
}
