//! Metadata, purpose and brand of one verification.

use std::sync::Arc;
use std::time::Duration;

use countersign::store::{Limit, Query};
use countersign::{
    Brand, Channel, CheckOutcome, EngineError, Metadata, PlanFault, PlanFaultKind, Platform, Purpose, Refusal,
    StepIndex, VerificationStatus,
};
use countersign_testkit::{ScriptedTransport, TestEngine};
use serde_json::json;

use crate::watched::{EMAIL, SMS, WORKSPACE, WatchedEngine, request};

fn purpose(text: &str) -> Purpose {
    Purpose::parse(text).unwrap()
}

fn brand(name: &str) -> Brand {
    Brand::parse(name).unwrap()
}

#[tokio::test]
async fn what_the_host_attaches_comes_back_however_the_verification_is_found() {
    let watched = WatchedEngine::new();
    let metadata = Metadata::parse(r#"{"order": 17, "lines": ["tulip", null]}"#).unwrap();
    let asked = request([SMS]).metadata(metadata.clone()).purpose(purpose("login")).brand(brand("Acme"));
    let recipient = asked.recipient.clone();
    let started = watched.start(asked).await;
    let plain = watched.start(request([EMAIL])).await;
    let engine = &watched.engine;
    let open = engine.find_open(WORKSPACE, &recipient, Limit::default()).await.unwrap();
    let listed = engine.list(WORKSPACE, &Query::default()).await.unwrap().verifications;
    let got = engine.get(WORKSPACE, started.id()).await.unwrap();
    for found in [started.clone(), got].into_iter().chain(open).chain(listed) {
        if found.id() == plain.id() {
            assert_eq!((found.metadata(), found.purpose(), found.brand()), (None, None, None));
            continue;
        }
        assert_eq!(found.metadata(), Some(&metadata));
        assert_eq!(found.metadata().unwrap().to_map()["order"], json!(17));
        assert_eq!(found.purpose(), Some(&purpose("login")));
        assert_eq!(found.brand(), Some(&brand("Acme")));
    }
    let canceled = engine.cancel(WORKSPACE, started.id()).await.unwrap();
    assert_eq!(canceled.metadata(), Some(&metadata), "also after its end");
}

#[tokio::test]
async fn a_check_for_another_purpose_is_refused_and_charges_nothing() {
    let watched = WatchedEngine::new();
    let engine = &watched.engine;
    let for_login = watched.start(request([SMS]).purpose(purpose("login"))).await;
    let for_nothing = watched.start(request([SMS])).await;
    for verification in [&for_login, &for_nothing] {
        let id = verification.id();
        for code in [watched.code(id), watched.wrong_code(verification)] {
            let refused = engine.check_for(WORKSPACE, id, &purpose("payment"), &code).await.unwrap_err();
            assert!(matches!(refused, EngineError::Refused(Refusal::OtherPurpose)));
            assert_eq!(refused.retry_after(), None);
        }
        assert_eq!(watched.get(id).await, *engine.get(WORKSPACE, id).await.as_ref().unwrap());
        assert_eq!(watched.get(id).await.failed_checks(), 0);
    }
    let id = for_login.id();
    let wrong = watched.wrong_code(&for_login);
    let reply = engine.check_for(WORKSPACE, id, &purpose("login"), &wrong).await.unwrap();
    assert!(matches!(reply.outcome, CheckOutcome::Mismatch { failed: 1, .. }), "the right purpose is charged");
    let reply = engine.check_for(WORKSPACE, id, &purpose("login"), &watched.code(id)).await.unwrap();
    assert_eq!(reply.outcome, CheckOutcome::Verified);
    // Whatever state it is in, another purpose learns nothing of it.
    let refused = engine.check_for(WORKSPACE, id, &purpose("payment"), &watched.code(id)).await.unwrap_err();
    assert!(matches!(refused, EngineError::Refused(Refusal::OtherPurpose)));
    let reply = watched.check(for_nothing.id(), &watched.code(for_nothing.id())).await.unwrap();
    assert_eq!(reply.verification.status(watched.engine.now()), VerificationStatus::Verified);
}

#[tokio::test]
async fn a_brand_of_its_own_goes_before_the_channels() {
    let sms = Arc::new(ScriptedTransport::new());
    let (seen, brands) = std::sync::mpsc::channel();
    sms.on_send(Box::new(move |dispatch| seen.send(dispatch.brand().cloned()).unwrap()));
    let branded = Channel::new(Platform::Sms, sms).with_brand(brand("Channel"));
    let test = TestEngine::builder().channel(TestEngine::SMS, branded).build();
    test.start(request([TestEngine::SMS])).await;
    let own = test.start(request([TestEngine::SMS]).brand(brand("Own"))).await;
    test.advance(Duration::from_secs(31)).await;
    test.engine().resend(WORKSPACE, own.id(), None).await.unwrap();
    let brands: Vec<_> = brands.try_iter().flatten().collect();
    assert_eq!(brands, [brand("Channel"), brand("Own"), brand("Own")]);
}

#[tokio::test]
async fn a_brand_that_an_sms_has_no_room_for_is_refused_at_the_step_that_sends_one() {
    let watched = WatchedEngine::new();
    let long = brand("Twelve chars");
    let asked = request([EMAIL, SMS]).brand(long.clone());
    let EngineError::InvalidPlan(invalid) = watched.engine.start(WORKSPACE, asked).await.unwrap_err() else {
        panic!("the plan is at fault")
    };
    assert_eq!(invalid.faults(), [PlanFault { step: Some(StepIndex::new(1)), kind: PlanFaultKind::BrandTooLong }]);
    assert!(!invalid.to_string().contains(long.as_str()));
    let started = watched.start(request([EMAIL]).brand(long.clone())).await;
    assert_eq!(started.brand(), Some(&long), "an email has room");
    watched.start(request([EMAIL, SMS]).brand(brand("Eleven char"))).await;
}
